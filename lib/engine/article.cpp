#include "engine/article.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "base/url.h"
#include "html/clean.h"
#include "html/to_text.h"
#include "merge/identity.h"

namespace rapporteur::engine {

namespace {

constexpr std::size_t summary_characters = 600;
constexpr std::size_t title_characters = 100;  // of a title made from the text
constexpr std::size_t longest_title = 10'000;  // of one that is stated as markup: a body in the wrong place

// What is cut to so many characters is read no further than shows that there are more.
constexpr std::size_t enough_for(std::size_t characters) { return characters + 1; }

// What was not cleaned may have no type: it is taken for what it mostly is.
std::string as_markup(feed::Content& content) {
  if (content.type == "html" || content.type == "xhtml" || content.type.empty()) return std::move(content.value);
  if (content.type != "text" && content.type != "text/plain") return {};
  std::string markup = "<p>";
  base::append_escaped(markup, content.value);
  markup += "</p>";
  return markup;
}

// The longest body wins: publishers put the teaser into one element and the text into another, in either order. Takes
// it out of the entry.
std::string longest_body(feed::Entry& entry) {
  std::string best;
  for (feed::Content& content : entry.content) {
    std::string markup = as_markup(content);
    if (markup.size() > best.size()) best = std::move(markup);
  }
  if (entry.summary.type != feed::TextType::text && entry.summary.value.size() > best.size())
    best = std::move(entry.summary.value);
  return best;
}

// The words of a value; all of them, or at least so many characters.
std::string plain(const feed::TextValue& value, std::size_t characters) {
  return value.type == feed::TextType::html ? html::to_text(value.value, enough_for(characters))
                                            : base::collapse_space(value.value, 4 * enough_for(characters));
}

std::string cut(const feed::TextValue& value, std::size_t characters) {
  return base::cut_at_word(plain(value, characters), characters);
}

std::string cut(const std::string& markup, std::size_t characters) {
  return base::cut_at_word(html::to_text(markup, enough_for(characters)), characters);
}

std::string title_or_stand_in(const feed::Entry& entry, const feed::Article& article) {
  std::string title = plain(entry.title, longest_title);
  if (title.empty()) title = base::cut_at_word(article.summary, title_characters);
  if (title.empty() && !article.content.empty()) title = cut(article.content, title_characters);
  if (title.empty()) title = article.link;
  if (title.empty()) title = "(untitled)";
  return title;
}

void merge_into(std::vector<std::string>& list, const std::vector<std::string>& more) {
  for (const std::string& value : more)
    if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(value);
}

void take_labels(feed::Article& article, const feed::Source& source) {
  article.agency = feed::agency_of(*source.settings, source.state);
  merge_into(article.countries, source.settings->labels->countries);
  merge_into(article.topics, source.settings->labels->topics);
  merge_into(article.tags, source.settings->labels->tags);
}

void take_origin(feed::Article& article, feed::Entry& entry) {
  if (!entry.source) return;
  article.is_republished_source = true;
  article.source_id = entry.source->id.empty() ? entry.source->self : entry.source->id;
  article.source_title = plain(entry.source->title, longest_title);
  article.source_link = entry.source->link;
}

}  // namespace

std::string tidy_language(std::string_view language) {
  const std::string_view trimmed = base::trim(language);
  std::string tidy;
  std::size_t part = 0;
  for (std::string_view rest = trimmed; !rest.empty(); ++part) {
    const std::size_t end = std::min(rest.find_first_of("-_"), rest.size());
    std::string subtag = base::to_lower(rest.substr(0, end));
    const bool is_alphanumeric =
        std::all_of(subtag.begin(), subtag.end(), [](char c) { return base::is_alpha(c) || base::is_digit(c); });
    if (!is_alphanumeric || subtag.empty() || subtag.size() > 8) return {};
    if (part == 0 && (subtag.size() < 2 || subtag.size() > 3)) return {};
    if (part > 0 && subtag.size() == 2)  // a region is written in capitals (RFC 5646 2.1.1)
      for (char& c : subtag) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    if (part > 0) tidy += '-';
    tidy += subtag;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return tidy;
}

feed::Article make_article(feed::Entry entry, ArticleContext& context) {
  feed::Article article;
  article.original_id = base::to_xml_text(entry.id);
  if (context.sanitises) html::clean_entry(entry, context.document.base);
  article.link = base::without_tracking(entry.link);
  article.summary = cut(entry.summary, summary_characters);
  article.content = longest_body(entry);
  if (article.summary.empty()) article.summary = cut(article.content, summary_characters);
  article.title = title_or_stand_in(entry, article);
  take_origin(article, entry);
  article.authors = std::move(entry.authors);
  article.categories = std::move(entry.categories);
  article.enclosures = std::move(entry.enclosures);
  article.rights = std::move(entry.rights);
  article.language = tidy_language(entry.language);
  if (article.language.empty()) article.language = context.fallback_language;
  article.published = entry.published ? entry.published : entry.created;
  article.published_text = base::to_xml_text(entry.published_text);
  article.updated = entry.updated;
  take_labels(article, context.source);
  article.text_hash = context.text_hash.of(article);
  return article;
}

}  // namespace rapporteur::engine
