#include "parse/draft.h"

#include <iterator>
#include <utility>
#include <vector>

#include "base/text.h"
#include "parse/directions.h"

namespace rapporteur::parse {

namespace {

template <class T>
void append(std::vector<T>& to, std::vector<T>& from) {
  if (to.empty())
    to = std::move(from);
  else
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

void fill(std::string& to, std::string& from) {
  if (to.empty()) to = std::move(from);
}

void fill(feed::TextValue& to, feed::TextValue& from) {
  if (to.empty()) to = std::move(from);
}

template <class T>
void fill(std::vector<T>& to, std::vector<T>& from) {
  if (to.empty()) to = std::move(from);
}

template <class T>
void fill(std::optional<T>& to, std::optional<T>& from) {
  if (!to) to = std::move(from);
}

void append_categories(std::vector<feed::Category>& to, std::vector<feed::Category>& from) {
  for (feed::Category& category : from) add_category(to, std::move(category));
}

std::string_view primary_of(std::string_view language) { return language.substr(0, language.find_first_of("-_")); }

// How well an alternate of `hreflang` fits who reads `language`; where one of them is not said, all are alike.
int fitness(std::string_view hreflang, std::string_view language) {
  if (hreflang.empty() || language.empty() || names::equals("x-default", hreflang)) return 1;
  if (base::equals_ignoring_case(hreflang, language)) return 3;
  return base::equals_ignoring_case(primary_of(hreflang), primary_of(language)) ? 2 : 0;
}

bool says_something(const feed::Entry& entry) {
  return !entry.id.empty() || !entry.title.empty() || !entry.link.empty() || !entry.links.empty() ||
         !entry.summary.empty() || !entry.content.empty() || !entry.authors.empty() || !entry.categories.empty() ||
         !entry.enclosures.empty() || !entry.media.empty() || entry.published || entry.updated || entry.created ||
         !entry.published_text.empty() || entry.location || !entry.comments.empty() || entry.source;
}

}  // namespace

bool is_page(const feed::Link& link) {
  return link.type.empty() || base::starts_with_ignoring_case(link.type, "text/html") ||
         base::starts_with_ignoring_case(link.type, "application/xhtml");
}

std::string page_among(const std::vector<feed::Link>& links, std::string_view language) {
  const feed::Link* best = nullptr;
  int most = -1;
  for (const feed::Link& link : links) {
    if (link.rel != "alternate") continue;
    const int fits = (is_page(link) ? 4 : 0) + fitness(link.hreflang, language);
    if (fits <= most) continue;
    most = fits;
    best = &link;
  }
  return best ? best->href : std::string{};
}

void take_published(Reader& reader, const Element& element, feed::Entry& entry) {
  if (entry.published) return;
  entry.published = reader.date(element);
  const std::string_view words = reader.date_words(element);
  if (entry.published || entry.published_text.empty()) entry.published_text = words;
}

Draft::Draft(Reader& reader, const Element& element, std::string_view feed_language)
    : own(reader.feed.entries.emplace_back()), language(element.language()), notes_before_(reader.notes.count()) {
  own.markup_hash = reader.markup_hash(element);
  if (language.data() != feed_language.data()) own.language = language;
}

void Draft::choose_link(const Reader& reader) {
  if (!own.link.empty()) return;
  std::string_view spoken = own.language;
  if (spoken.empty() && extra_) spoken = extra_->language;
  own.link = page_among(own.links, spoken.empty() ? reader.feed.head.language : spoken);
}

void Draft::fill_gaps() {
  feed::Entry& gaps = *extra_;
  fill(own.id, gaps.id);
  fill(own.title, gaps.title);
  append(own.links, gaps.links);
  fill(own.authors, gaps.authors);
  fill(own.contributors, gaps.contributors);
  if (!own.published && (gaps.published || own.published_text.empty())) {
    own.published = gaps.published;
    own.published_text = std::move(gaps.published_text);
  }
  fill(own.updated, gaps.updated);
  fill(own.created, gaps.created);
  fill(own.summary, gaps.summary);
  append(own.content, gaps.content);
  append_categories(own.categories, gaps.categories);
  append(own.enclosures, gaps.enclosures);
  fill(own.rights, gaps.rights);
  fill(own.language, gaps.language);
  fill(own.comments, gaps.comments);
  if (!own.source) own.source = std::move(gaps.source);
  append(own.media, gaps.media);
  fill(own.location, gaps.location);
}

void Draft::finish(Reader& reader, const Element& element) {
  if (!original_link.empty()) own.link = std::move(original_link);
  if (const std::optional<feed::Location> location = location_at(lat, lon)) own.location = location;
  if (extra_) fill_gaps();
  fill(own.location, area);
  choose_link(reader);
  fill(own.summary, subtitle);
  settle_directions(own.title);
  if (own.source) settle_directions(own.source->title);
  if (reader.notes.count() != notes_before_) own.markup_hash = 0;
  if (says_something(own)) return;
  reader.feed.entries.pop_back();
  reader.notes.add("empty-entry", element.offset(), "an entry without any content was left out");
}

void finish(HeadDraft& draft) {
  feed::Head& own = draft.own;
  feed::Head& extra = draft.extra;
  fill(own.id, extra.id);
  fill(own.title, extra.title);
  settle_directions(own.title);
  fill(own.subtitle, extra.subtitle);
  fill(own.self, extra.self);
  append(own.hubs, extra.hubs);
  append(own.links, extra.links);
  fill(own.language, extra.language);
  if (own.link.empty()) own.link = page_among(own.links, own.language);
  fill(own.authors, extra.authors);
  fill(own.contributors, extra.contributors);
  append_categories(own.categories, extra.categories);
  fill(own.published, extra.published);
  fill(own.updated, extra.updated);
  fill(own.rights, extra.rights);
  fill(own.generator, extra.generator);
  fill(own.icon, extra.icon);
  fill(own.logo, extra.logo);
  fill(own.image, extra.image);
  fill(own.ttl_minutes, extra.ttl_minutes);
  fill(own.skip_hours, extra.skip_hours);
  fill(own.skip_days, extra.skip_days);
  fill(own.update_period, extra.update_period);
  fill(own.update_frequency, extra.update_frequency);
}

}  // namespace rapporteur::parse
