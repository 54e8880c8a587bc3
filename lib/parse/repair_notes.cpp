#include "parse/repair_notes.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace rapporteur::parse {

namespace {
constexpr std::size_t most_of_a_kind = 20;
constexpr std::size_t longest_detail = 48;
}  // namespace

std::uint32_t RepairNotes::line_of(std::size_t at) {
  if (at > counted_to_) {
    const std::string_view passed = text_.substr(counted_to_, at - counted_to_);
    line_ += static_cast<std::uint32_t>(std::count(passed.begin(), passed.end(), '\n'));
    counted_to_ = at;
  }
  return line_;
}

void RepairNotes::add(std::size_t at, std::string_view code, std::string_view sentence, std::string_view detail) {
  auto count = std::find_if(counts_.begin(), counts_.end(), [&](const Count& c) { return c.code == code; });
  if (count == counts_.end()) count = counts_.insert(counts_.end(), Count{code, 0});
  if (++count->seen > most_of_a_kind) return;
  std::string text(sentence);
  if (const std::size_t place = text.find('%'); place != std::string::npos)
    text.replace(place, 1, base::to_xml_text(detail.substr(0, longest_detail)));
  warnings_.push_back({line_of(at), std::string(code), std::move(text)});
}

std::vector<feed::Warning> RepairNotes::take() {
  for (const Count& count : counts_)
    if (count.seen > most_of_a_kind)
      warnings_.push_back(
          {0, std::string(count.code), std::to_string(count.seen - most_of_a_kind) + " more of this kind"});
  return std::move(warnings_);
}

}  // namespace rapporteur::parse
