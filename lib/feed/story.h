// A story: what happened, told by one or more articles of one language. The lead article is shown; the others are its
// copies. Until clustering lands every article is a story of its own, and the shape is already the final one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "feed/article.h"
#include "feed/source.h"

namespace rapporteur::feed {

// What publish must say of the source of an article (RFC 4287 4.2.11).
struct SourceFacts {
  std::string id;       // configured id
  std::string url;      // of the feed
  std::string feed_id;  // its atom:id, else its url
  std::string title;
  std::string link;  // the site
  std::string author, rights, credit;
  std::string agency;
  Republish republish = Republish::full;
  std::optional<base::Instant> updated;
};

struct Copy {  // another source's article of the same story
  std::string source, agency, url;
};

struct Sibling {  // the story in another language
  base::StoryId id{};
  std::string language, url;
};

struct Revision {  // what the lead said until then
  base::Instant until{};
  std::string title;
};

struct Story {
  base::StoryId id{};
  Article lead;
  std::shared_ptr<const SourceFacts> source;  // of the lead; never null
  std::vector<Copy> also;
  std::vector<Sibling> siblings;
  std::vector<std::string> countries, topics;  // union over its articles
};

}  // namespace rapporteur::feed
