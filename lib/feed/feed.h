// What one document said (parse::parse makes it): the head, the entries, and what was wrong with it. The document's own
// words, nothing derived; addresses are absolute, instants UTC. CONTRACT section 5 prints exactly this.
// Strings that are empty were absent or empty in the document; numbers and instants use optional.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "feed/link.h"
#include "feed/person.h"
#include "feed/text_value.h"

namespace rapporteur::feed {

enum class Format {
  unknown,
  rss090,
  rss091,
  rss092,
  rss093,
  rss094,
  rss10,
  rss20,
  atom03,
  atom10,
  json10,
  json11,
  cdf
};
const char* to_string(Format format);  // "rss20", … as CONTRACT section 5 writes them

// Damaged but usable: what exactly, and where.
struct Warning {
  std::uint32_t line = 0;  // 1-based in the decoded document; 0: no particular line
  std::string code;        // stable word: "undefined-entity", "bad-date", …
  std::string text;        // a sentence
};

// The head of a feed; also an entry's atom:source (RFC 4287 4.2.11) and RSS source.
struct Head {
  std::string id;                 // atom:id, rdf:about, JSON feed_url when it is one; RSS: none
  TextValue title;                // title
  TextValue subtitle;             // atom:subtitle/tagline, RSS description, JSON description
  std::string link;               // the site: link rel=alternate, RSS link, home_page_url
  std::string self;               // link rel=self, feed_url
  std::vector<std::string> hubs;  // link rel=hub, JSON hubs
  std::vector<Link> links;
  std::string language;  // xml:lang of the root, language, dc:language; BCP 47 as written
  std::vector<Person> authors;
  std::vector<Person> contributors;
  std::vector<Category> categories;
  std::optional<base::Instant> published;  // pubDate of the channel
  std::optional<base::Instant> updated;    // atom:updated/modified, lastBuildDate, dc:date
  std::string rights;
  std::string generator;
  std::string icon;
  std::string logo;
  std::optional<Image> image;
  std::optional<std::uint32_t> ttl_minutes;       // RSS ttl
  std::vector<int> skip_hours;                    // 0-23, GMT
  std::vector<std::string> skip_days;             // "Monday", …
  std::string update_period;                      // sy:updatePeriod
  std::optional<std::uint32_t> update_frequency;  // sy:updateFrequency
};

struct Entry {
  std::string id;                // atom:id, guid, rdf:about, JSON id (numbers as text)
  bool id_is_permalink = false;  // RSS guid without isPermaLink="false"
  TextValue title;
  std::string link;  // the story's page: link rel=alternate, RSS link, else a guid that is a permalink; JSON url
  std::vector<Link> links;
  std::vector<Person> authors;
  std::vector<Person> contributors;
  std::optional<base::Instant> published;  // published/issued, pubDate, dc:date, date_published
  std::optional<base::Instant> updated;    // updated/modified, dcterms:modified, date_modified
  std::optional<base::Instant> created;    // atom 0.3 created, dcterms:created
  std::string published_text;              // the words `published` was read from, or could not be read from
  TextValue summary;                       // atom:summary, RSS description, JSON summary
  std::vector<Content> content;            // atom:content, content:encoded, content_html, content_text
  std::vector<Category> categories;
  std::vector<Enclosure> enclosures;
  std::string rights;
  std::string language;  // xml:lang in scope, dc:language; "" when only the feed says one
  std::string comments;
  std::unique_ptr<Head> source;  // atom:source, RSS source
  std::vector<Media> media;
  std::optional<Location> location;
  // Of the bytes it was read from and of all that decides how they are read: the same again is the same entry. 0: not
  // to be known by its bytes (damage near it, JSON, a warning that must be told each time).
  std::uint64_t markup_hash = 0;
};

struct Feed {
  Format format = Format::unknown;
  std::string encoding;    // what the bytes were decoded from, lower case: "utf-8", "windows-1251"
  bool recovered = false;  // not well-formed, or its encoding was wrong, and was read all the same
  std::vector<Warning> warnings;
  std::string base;  // the address that relative ones were resolved against: xml:base of the root, else the document's
  Head head;
  std::vector<Entry> entries;  // in the document's order
  // Of the entries that were not read again because they are known by their bytes (parse::Options::is_known).
  std::vector<std::uint64_t> passed_over;
};

}  // namespace rapporteur::feed
