// An entry or a head while it is being read. What the format itself says goes into `own`, what extensions say into
// `extra()`, whatever their order in the document; finished, the first wins and the second fills its gaps. An entry is
// read where it will stay: at the end of the feed's list.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "feed/feed.h"
#include "parse/reader.h"

namespace rapporteur::parse {

class Draft {
 public:
  feed::Entry& own;
  std::string_view language;           // in force at the entry
  std::string original_link;           // feedburner:origLink
  feed::TextValue subtitle;            // itunes:subtitle, when nothing longer is there
  std::optional<double> lat, lon;      // geo:lat and geo:long are elements of their own
  std::optional<feed::Location> area;  // its middle, when no point is stated

  // Adds an entry to the feed; one draft at a time.
  Draft(Reader& reader, const Element& element, std::string_view feed_language);
  feed::Entry& extra() {
    if (!extra_) extra_ = std::make_unique<feed::Entry>();
    return *extra_;
  }
  // Where the entry has no address yet, that of the alternate which fits its language.
  void choose_link(const Reader& reader);
  // The entry as the feed keeps it; one that says nothing at all is taken back, with a warning.
  void finish(Reader& reader, const Element& element);

 private:
  void fill_gaps();

  std::size_t notes_before_;  // a warning must be told each time, so such an entry is always read

  std::unique_ptr<feed::Entry> extra_;  // most entries have none
};

struct HeadDraft {
  feed::Head own, extra;
  std::string_view language;

  explicit HeadDraft(std::string_view around) : language(around) {}
};

// Whether a link says that it leads to HTML, or says nothing.
bool is_page(const feed::Link& link);
// The address of the best alternate: a page before a file, then one in `language` before one that does not say before
// one in another; the first of those that are alike.
std::string page_among(const std::vector<feed::Link>& links, std::string_view language);

// Keeps the words also when they are no date; an instant once read stays.
void take_published(Reader& reader, const Element& element, feed::Entry& entry);

void finish(HeadDraft& draft);

}  // namespace rapporteur::parse
