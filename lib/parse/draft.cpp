#include "parse/draft.h"

#include <iterator>
#include <utility>
#include <vector>

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

bool says_something(const feed::Entry& entry) {
  return !entry.id.empty() || !entry.title.empty() || !entry.link.empty() || !entry.links.empty() ||
         !entry.summary.empty() || !entry.content.empty() || !entry.authors.empty() || !entry.categories.empty() ||
         !entry.enclosures.empty() || !entry.media.empty() || entry.published || entry.updated || entry.created ||
         !entry.published_text.empty() || entry.location || !entry.comments.empty() || entry.source;
}

}  // namespace

void take_published(Reader& reader, const Element& element, feed::Entry& entry) {
  if (entry.published) return;
  entry.published = reader.date(element);
  const std::string_view words = reader.text(element);
  if (entry.published || entry.published_text.empty()) entry.published_text = words;
}

bool finish(Draft& draft) {
  feed::Entry& own = draft.own;
  feed::Entry& extra = draft.extra;
  fill(own.id, extra.id);
  fill(own.title, extra.title);
  if (!draft.original_link.empty()) own.link = std::move(draft.original_link);
  fill(own.link, extra.link);
  append(own.links, extra.links);
  fill(own.authors, extra.authors);
  fill(own.contributors, extra.contributors);
  if (!own.published && (extra.published || own.published_text.empty())) {
    own.published = extra.published;
    own.published_text = std::move(extra.published_text);
  }
  fill(own.updated, extra.updated);
  fill(own.created, extra.created);
  fill(own.summary, extra.summary);
  append(own.content, extra.content);
  append_categories(own.categories, extra.categories);
  append(own.enclosures, extra.enclosures);
  fill(own.rights, extra.rights);
  fill(own.language, extra.language);
  fill(own.comments, extra.comments);
  if (!own.source) own.source = std::move(extra.source);
  append(own.media, extra.media);
  if (draft.lat && draft.lon) extra.location = feed::Location{*draft.lat, *draft.lon};
  fill(own.location, extra.location);
  return says_something(own);
}

void finish(HeadDraft& draft) {
  feed::Head& own = draft.own;
  feed::Head& extra = draft.extra;
  fill(own.id, extra.id);
  fill(own.title, extra.title);
  fill(own.subtitle, extra.subtitle);
  fill(own.link, extra.link);
  fill(own.self, extra.self);
  append(own.hubs, extra.hubs);
  append(own.links, extra.links);
  fill(own.language, extra.language);
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

void add_entry(Reader& reader, const Element& element, Draft& draft) {
  if (finish(draft)) {
    reader.feed.entries.push_back(std::move(draft.own));
    return;
  }
  reader.notes.add("empty-entry", element.offset(), "an entry without any content was left out");
}

}  // namespace rapporteur::parse
