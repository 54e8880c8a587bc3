#include "serve/delta.h"

#include <algorithm>

#include "base/text.h"
#include "serve/conditional.h"

namespace rapporteur::serve {

namespace {
constexpr std::size_t most_editions = 50;
}

bool accepts_delta(std::string_view a_im) {
  for (const std::string_view item : base::split(a_im, ',')) {
    const auto parts = base::split(item, ';');
    if (!base::equals_ignoring_case(base::trim(parts.front()), "feed")) continue;
    std::string weight = parts.size() > 1 ? std::string(base::trim(parts[1])) : std::string();
    std::erase_if(weight, base::is_space);
    return !weight.starts_with("q=0") || weight.find_first_of("123456789", 3) != std::string::npos;
  }
  return false;
}

Past with(Past past, const publish::Page& page) {
  if (page.parts.empty() || page.etag.empty()) return {};
  if (!past.empty() && past.back()->etag == page.etag) return past;
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->etag = page.etag;
  for (const publish::Page::Part& part : page.parts) snapshot->entries.push_back(part.hash);
  std::sort(snapshot->entries.begin(), snapshot->entries.end());
  if (past.size() >= most_editions) past.erase(past.begin());
  past.push_back(std::move(snapshot));
  return past;
}

const Snapshot* find_held(const Past& past, std::string_view if_none_match) {
  if (base::trim(if_none_match) == "*") return nullptr;  // names nothing that it holds
  for (auto snapshot = past.rbegin(); snapshot != past.rend(); ++snapshot)
    if (matches_any(if_none_match, (*snapshot)->etag)) return snapshot->get();
  return nullptr;
}

std::string write_delta(const publish::Page& page, const Snapshot& held) {
  const std::string_view body = page.body;
  std::string delta(body.substr(0, page.parts.front().begin));
  for (const publish::Page::Part& part : page.parts)
    if (!std::binary_search(held.entries.begin(), held.entries.end(), part.hash))
      delta += body.substr(part.begin, part.end - part.begin);
  return delta += body.substr(page.parts.back().end);
}

}  // namespace rapporteur::serve
