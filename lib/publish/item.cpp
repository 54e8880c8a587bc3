#include "publish/item.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/text.h"
#include "base/url.h"
#include "publish/language.h"

namespace rapporteur::publish {

namespace {

template <class T, class Member>
bool holds(const std::vector<T>& list, Member T::*member, std::string_view value) {
  return std::any_of(list.begin(), list.end(), [&](const T& one) { return one.*member == value; });
}

std::string first_of(std::initializer_list<std::string_view> candidates) {
  for (const std::string_view candidate : candidates)
    if (std::string text = base::collapse_space(candidate); !text.empty()) return text;
  return {};
}

std::string story_page(const feed::Story& story, const Settings& settings) {
  return settings.base_url + "/story/" + std::to_string(base::to_number(story.id));
}

// BCP 47 by its characters alone: what digest lets through; anything else says nothing.
bool is_language_tag(std::string_view tag) {
  return tag.size() <= 35 &&
         std::all_of(tag.begin(), tag.end(), [](char c) { return base::is_alpha(c) || base::is_digit(c) || c == '-'; });
}

// A scheme is an identifier, but readers make links of it.
bool is_harmless_scheme(std::string_view scheme) {
  const std::string name = base::scheme_of(scheme);
  return base::is_absolute_iri(scheme) && (name == "http" || name == "https" || name == "urn" || name == "tag");
}

void decide_dates(Item& item, const feed::Article& article, const Settings& settings) {
  const bool is_shown = article.published && *article.published <= article.first_seen + settings.future_slack;
  item.published = is_shown ? *article.published : article.first_seen;
  if (!is_shown) item.stated = article.published_text;
  item.updated = std::max(item.published, article.issued);
}

void take_authors(Item& item, const feed::SourceFacts& source) {
  item.authors.push_back({item.agency, "", base::is_http_url(source.link) ? source.link : std::string()});
  for (const feed::Person& own : item.story->lead.authors) {
    feed::Person person = own;
    person.name = first_of({own.name, own.email, own.uri});
    if (!base::is_http_url(person.uri)) person.uri.clear();
    if (person.name.empty() || holds(item.authors, &feed::Person::name, person.name)) continue;
    item.authors.push_back(std::move(person));
  }
}

void take_labels(Item& item, const Settings& settings) {
  const std::string base = settings.base_url;
  item.labels.push_back({item.agency, base + "/agency/", item.agency});
  for (const std::string& country : item.story->countries) item.labels.push_back({country, base + "/country/", ""});
  for (const std::string& topic : item.story->topics) item.labels.push_back({topic, base + "/topic/", ""});
}

void take_categories(Item& item, const feed::Article& article) {
  const auto add = [&item](feed::Category category) {
    if (category.term.empty()) category.term = category.label;
    if (category.term.empty()) return;
    if (!is_harmless_scheme(category.scheme)) category.scheme.clear();
    const auto is_same = [&category](const feed::Category& one) {
      return one.term == category.term && one.scheme == category.scheme;
    };
    if (std::any_of(item.categories.begin(), item.categories.end(), is_same)) return;
    item.categories.push_back(std::move(category));
  };
  for (const feed::Category& own : article.categories) add(own);
  for (const std::string& tag : article.tags) add({tag, "", ""});
}

void take_addresses(Item& item, const feed::Story& story) {
  for (const feed::Enclosure& enclosure : story.lead.enclosures)
    if (base::is_http_url(enclosure.url) && !holds(item.enclosures, &feed::Enclosure::url, enclosure.url))
      item.enclosures.push_back(enclosure);
  for (const feed::Copy& copy : story.also)
    if (base::is_http_url(copy.url) && copy.url != item.link && !holds(item.also, &feed::Copy::url, copy.url))
      item.also.push_back(copy);
  for (const feed::Sibling& sibling : story.siblings)
    if (base::is_http_url(sibling.url) && !sibling.language.empty() && is_language_tag(sibling.language) &&
        sibling.language != item.language && !holds(item.siblings, &feed::Sibling::language, sibling.language))
      item.siblings.push_back(sibling);
}

std::string rights_with_credit(const feed::Article& article, const feed::SourceFacts& source) {
  std::string rights = first_of({article.rights, source.rights});
  const std::string credit = base::collapse_space(source.credit);
  if (credit.empty() || rights.find(credit) != std::string::npos) return rights;
  if (!rights.empty()) rights += " \xC2\xB7 ";  // middle dot
  return rights + credit;
}

}  // namespace

Item make_item(const feed::Story& story, const Settings& settings) {
  const feed::Article& article = story.lead;
  const feed::SourceFacts& source = *story.source;
  Item item;
  item.story = &story;
  item.id = base::is_absolute_iri(article.atom_id)
                ? article.atom_id
                : base::uuid_of("rapporteur story " + std::to_string(base::to_number(story.id)));
  item.link = base::is_http_url(article.link) ? article.link : story_page(story, settings);
  item.title = first_of({article.title, article.summary, item.link});
  if (is_language_tag(article.language)) item.language = article.language;
  item.agency = first_of({article.agency, source.agency, source.title, source.id, "unknown"});
  decide_dates(item, article, settings);
  take_authors(item, source);
  if (source.republish != feed::Republish::headline) item.summary = article.summary;
  if (source.republish == feed::Republish::full) item.content = article.content;
  take_labels(item, settings);
  take_categories(item, article);
  take_addresses(item, story);
  item.rights = rights_with_credit(article, source);
  return item;
}

}  // namespace rapporteur::publish
