// What every format says of a story, decided once: id, dates, authors, addresses, labels. Atom, JSON Feed and the page
// print an Item and decide nothing themselves, so they cannot disagree. Pure; lives as long as its story.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "feed/story.h"
#include "publish/settings.h"

namespace rapporteur::publish {

struct Item {
  const feed::Story* story = nullptr;  // never null once made
  std::string id;                      // an absolute IRI, the same in every format and view
  std::string title;                   // plain text, one line, never empty
  std::string link;                    // the agency's page, else ours: /story/ID
  std::string language;                // "": unknown
  std::string agency;                  // never empty
  std::vector<feed::Person>
      authors;  // the agency first: most readers show one author and no atom:source (PUBLISHING 0.1)
  base::Instant published{};
  base::Instant updated{};            // the instant it was issued with (the store decided it), never before `published`
  std::optional<std::string> stated;  // the document's words for a date that is not shown (CONTRACT section 7, Dates)
  std::string_view summary, content;  // "" when withheld by `republish`, or absent
  std::vector<feed::Category> labels;       // ours: agency, countries, topics; schemes BASE/agency/ and so on
  std::vector<feed::Category> categories;   // the origin's and the configured tags, without doubles
  std::vector<feed::Enclosure> enclosures;  // http(s) only
  std::vector<feed::Copy> also;             // http(s) only
  std::vector<feed::Sibling> siblings;      // http(s) only, one for each language, none in the story's own
  std::string rights;                       // with the credit line that the source's terms ask for
};

// `story` must outlive the item.
Item make_item(const feed::Story& story, const Settings& settings);

}  // namespace rapporteur::publish
