#include "publish/atom.h"

#include "base/text.h"
#include "base/time.h"
#include "base/url.h"
#include "publish/xml_writer.h"

namespace rapporteur::publish {

namespace {

constexpr std::size_t bytes_of_entry = 2048;  // a guess, for the reserve

struct LinkFields {
  std::string_view rel, type, href;
  std::string_view hreflang = {}, title = {};
  std::string_view length = {};
};

void write_link(XmlWriter& xml, const LinkFields& link) {
  xml.open("link");
  xml.attribute("rel", link.rel);  // written out: newsboat reads no link without (PUBLISHING section 1)
  xml.attribute_if("type", link.type);
  xml.attribute_if("hreflang", link.hreflang);
  xml.attribute("href", link.href);
  xml.attribute_if("title", link.title);
  xml.attribute_if("length", link.length);
  xml.close();
}

void write_author(XmlWriter& xml, const feed::Person& person) {
  xml.open("author");
  xml.element("name", person.name);
  xml.element_if("email", person.email);
  xml.element_if("uri", person.uri);
  xml.close();
}

void write_category(XmlWriter& xml, const feed::Category& category) {
  xml.open("category");
  xml.attribute("term", category.term);
  xml.attribute_if("scheme", category.scheme);
  xml.attribute_if("label", category.label);
  xml.close();
}

// Translations are told apart by hreflang (RFC 4287 4.1.2: one for each type and hreflang). The story's own page stands
// first and again last, with its own hreflang: sfeed and rss-parser open the first alternate, feedparser, liferea and
// newsboat the last, and none looks at the language.
void write_links(XmlWriter& xml, const Item& item) {
  write_link(xml, {.rel = "alternate", .type = "text/html", .href = item.link});
  for (const feed::Sibling& sibling : item.siblings)
    write_link(xml, {.rel = "alternate", .type = "text/html", .href = sibling.url, .hreflang = sibling.language});
  if (!item.siblings.empty())
    write_link(xml, {.rel = "alternate",
                     .type = "text/html",
                     .href = item.link,
                     .hreflang = item.language.empty() ? "und" : item.language});
  for (const feed::Copy& copy : item.also)
    write_link(xml, {.rel = "related", .type = "text/html", .href = copy.url, .title = copy.agency});
  for (const feed::Enclosure& enclosure : item.enclosures) {
    const std::string length = enclosure.length ? std::to_string(*enclosure.length) : std::string();
    write_link(xml, {.rel = "enclosure", .type = enclosure.type, .href = enclosure.url, .length = length});
  }
}

// The entry came with a source of its own: that one is kept (RFC 4287 4.2.11), with what it said and no more.
void write_kept_source(XmlWriter& xml, const feed::Article& article) {
  xml.open("source");
  if (base::is_absolute_iri(article.source_id)) xml.element("id", article.source_id);
  xml.element_if("title", article.source_title);
  if (base::is_http_url(article.source_link))
    write_link(xml, {.rel = "alternate", .type = "text/html", .href = article.source_link});
  xml.close();
}

void write_source(XmlWriter& xml, const Item& item) {
  const feed::Article& article = item.story->lead;
  const feed::SourceFacts& source = *item.story->source;
  const bool says_something =
      !article.source_id.empty() || !article.source_title.empty() || !article.source_link.empty();
  if (article.is_republished_source && says_something) return write_kept_source(xml, article);
  xml.open("source");
  xml.element("id", base::is_absolute_iri(source.feed_id) ? source.feed_id : source.url);
  xml.element("title", source.title.empty() ? item.agency : source.title);
  xml.element("updated", base::to_rfc3339(source.updated.value_or(item.updated)));
  if (base::is_http_url(source.url)) write_link(xml, {.rel = "self", .type = {}, .href = source.url});
  if (base::is_http_url(source.link)) write_link(xml, {.rel = "alternate", .type = "text/html", .href = source.link});
  xml.open("author");
  xml.element("name", source.author.empty() ? item.agency : source.author);
  xml.close();
  xml.element_if("rights", source.rights);
  xml.close();
}

void write_entry(XmlWriter& xml, const Item& item) {
  xml.open("entry");
  xml.attribute_if("xml:lang", item.language);
  xml.element("id", item.id);
  xml.element("title", item.title);
  xml.element("published", base::to_rfc3339(item.published));
  xml.element("updated", base::to_rfc3339(item.updated));
  for (const feed::Person& author : item.authors) write_author(xml, author);
  write_links(xml, item);
  for (const feed::Category& label : item.labels) write_category(xml, label);
  for (const feed::Category& category : item.categories) write_category(xml, category);
  xml.element_if("rights", item.rights);
  xml.element_if("summary", item.summary);
  if (!item.content.empty()) {
    xml.open("content");
    xml.attribute("type", "html");
    xml.attribute_if("xml:lang", item.language);  // NetNewsWire takes the direction of the text from here
    xml.text(item.content);
    xml.close();
  }
  write_source(xml, item);  // last: sfeed takes the title of a source that comes first for the entry's
  xml.close();
}

void write_head(XmlWriter& xml, const Document& document) {
  const Settings& settings = *document.settings;
  xml.element("id", document.id);
  xml.element("title", document.title);
  xml.element_if("subtitle", document.subtitle);
  xml.element("updated", base::to_rfc3339(document.updated));
  write_link(xml, {.rel = "self", .type = "application/atom+xml", .href = document.atom_url});
  // The page alone: newsboat and liferea take the last alternate for the site, whatever its type.
  write_link(xml, {.rel = "alternate", .type = "text/html", .href = document.page_url});
  write_author(xml, {settings.author.empty() ? settings.title : settings.author, "", document.page_url});
  xml.element_if("rights", settings.rights);
  xml.open("generator");
  xml.attribute_if("version", settings.generator_version);
  xml.text("rapporteur");
  xml.close();
}

}  // namespace

std::string write_atom(const Document& document, const std::vector<Item>& items) {
  std::size_t expected = bytes_of_entry;
  for (const Item& item : items) expected += bytes_of_entry + item.content.size() + item.content.size() / 4;
  XmlWriter xml(expected);
  xml.open("feed");
  xml.attribute("xmlns", "http://www.w3.org/2005/Atom");
  xml.attribute("xml:lang", document.language);
  write_head(xml, document);
  for (const Item& item : items) write_entry(xml, item);
  xml.close();
  return xml.finish();
}

}  // namespace rapporteur::publish
