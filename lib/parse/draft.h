// An entry or a head while it is being read. What the format itself says goes into `own`, what extensions say into
// `extra`, whatever their order in the document; finished, the first wins and the second fills its gaps.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "feed/feed.h"
#include "parse/reader.h"

namespace rapporteur::parse {

struct Draft {
  feed::Entry own, extra;
  std::string_view language;  // in force at the entry
  std::string original_link;  // feedburner:origLink
  std::optional<double> lat, lon;  // geo:lat and geo:long are elements of their own

  explicit Draft(std::string_view around) : language(around) {}
};

struct HeadDraft {
  feed::Head own, extra;
  std::string_view language;

  explicit HeadDraft(std::string_view around) : language(around) {}
};

// Keeps the words also when they are no date; an instant once read stays.
void take_published(Reader& reader, const Element& element, feed::Entry& entry);

// False: the entry said nothing at all.
bool finish(Draft& draft);
void finish(HeadDraft& draft);
// Reads and adds to the feed; warns of an entry that says nothing and leaves it out.
void add_entry(Reader& reader, const Element& element, Draft& draft);

}  // namespace rapporteur::parse
