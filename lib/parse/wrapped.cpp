#include "parse/wrapped.h"

#include <string>

namespace rapporteur::parse {

namespace {

constexpr std::size_t deepest = 8;  // of the wrappers that people write

// What may be a wrapper or an entry: names of the core, in the namespaces that are given to it.
bool is_core(const Element& element) {
  return element.space() == Space::none || element.space() == Space::rss || element.space() == Space::atom ||
         element.space() == Space::rdf || (element.space() == Space::other && element.prefix().empty());
}

bool is_entry(const Element& element) {
  return names::equals("item", element.name()) || names::equals("entry", element.name());
}

}  // namespace

std::vector<Element> find_wrapped(Reader& reader, const Element& root) {
  std::vector<Element> found;
  std::vector<Element> open;  // the element that is looked at, and those around it
  if (const Element first = root.first()) open.push_back(first);
  while (!open.empty()) {
    const bool is_found = is_core(open.back()) && is_entry(open.back()) && open.back().has_elements();
    if (is_found) found.push_back(open.back());
    const bool may_wrap = !is_found && is_core(open.back()) && open.size() < deepest;
    if (const Element inner = may_wrap ? open.back().first() : Element{}) {
      open.push_back(inner);
      continue;
    }
    while (!open.empty()) {
      open.back() = open.back().next();
      if (open.back()) break;
      open.pop_back();
    }
  }
  if (found.empty()) return found;
  reader.feed.recovered = true;
  reader.notes.add("misplaced-entries", found.front().offset(),
                   "the entries stand inside other elements than they should; they were read");
  return found;
}

}  // namespace rapporteur::parse
