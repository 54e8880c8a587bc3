#include "parse/rss.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "base/text.h"
#include "base/url.h"
#include "parse/atom.h"
#include "parse/extensions.h"
#include "parse/wrapped.h"

namespace rapporteur::parse {

namespace {

enum class Field : unsigned char {
  unknown,
  author,
  body,
  category,
  channel,
  comments,
  content,
  copyright,
  description,
  docs,
  editor,
  enclosure,
  generator,
  guid,
  image,
  item,
  items,
  language,
  last_build,
  link,
  other_date,
  other_link,
  other_text,
  other_title,
  page,
  pub_date,
  skip_days,
  skip_hours,
  source,
  tags,
  thumbnail,
  title,
  ttl,
  updated,
};

constexpr NameRow<Field> rows[] = {
    {Space::none, "author", Field::author},
    {Space::none, "creator", Field::author},
    {Space::none, "body", Field::body},
    {Space::none, "fullitem", Field::body},
    {Space::none, "category", Field::category},
    {Space::none, "channel", Field::channel},
    {Space::none, "comments", Field::comments},
    {Space::none, "content", Field::content},
    {Space::none, "encoded", Field::content},
    {Space::none, "copyright", Field::copyright},
    {Space::none, "rights", Field::copyright},
    {Space::none, "description", Field::description},
    {Space::none, "summary", Field::description},
    {Space::none, "managingeditor", Field::editor},
    {Space::none, "enclosure", Field::enclosure},
    {Space::none, "generator", Field::generator},
    {Space::none, "guid", Field::guid},
    {Space::none, "id", Field::guid},
    {Space::none, "image", Field::image},
    {Space::none, "item", Field::item},
    {Space::none, "items", Field::items},
    {Space::none, "language", Field::language},
    {Space::none, "lastbuilddate", Field::last_build},
    {Space::none, "link", Field::link},
    {Space::none, "pubdate", Field::pub_date},
    {Space::none, "pub_date", Field::pub_date},
    {Space::none, "date", Field::pub_date},
    {Space::none, "published", Field::pub_date},
    {Space::none, "skipdays", Field::skip_days},
    {Space::none, "skiphours", Field::skip_hours},
    {Space::none, "source", Field::source},
    {Space::none, "thumbnail", Field::thumbnail},
    {Space::none, "title", Field::title},
    {Space::none, "ttl", Field::ttl},
    {Space::none, "updated", Field::updated},
    // Names that people make up; those above go first.
    {Space::none, "abstract", Field::other_text},
    {Space::none, "teaser", Field::other_text},
    {Space::none, "text", Field::other_text},
    {Space::none, "categories", Field::tags},
    {Space::none, "keywords", Field::tags},
    {Space::none, "tags", Field::tags},
    {Space::none, "headline", Field::other_title},
    {Space::none, "permalink", Field::other_link},
    {Space::none, "url", Field::other_link},
    {Space::none, "publicationdate", Field::other_date},
    {Space::none, "publishdate", Field::other_date},
    {Space::none, "publisheddate", Field::other_date},
    {Space::none, "feed", Field::channel},
    // Under a default namespace of Atom: what Atom has no name for.
    {Space::atom, "channel", Field::channel},
    {Space::atom, "comments", Field::comments},
    {Space::atom, "creator", Field::author},
    {Space::atom, "date", Field::pub_date},
    {Space::atom, "description", Field::description},
    {Space::atom, "enclosure", Field::enclosure},
    {Space::atom, "feed", Field::channel},
    {Space::atom, "guid", Field::guid},
    {Space::atom, "item", Field::item},
    {Space::atom, "items", Field::items},
    {Space::atom, "lastbuilddate", Field::last_build},
    {Space::atom, "pubdate", Field::pub_date},
    // Under a namespace of XHTML, that was meant for the markup inside.
    {Space::xhtml, "author", Field::author},
    {Space::xhtml, "category", Field::category},
    {Space::xhtml, "content", Field::content},
    {Space::xhtml, "description", Field::description},
    {Space::xhtml, "enclosure", Field::enclosure},
    {Space::xhtml, "guid", Field::guid},
    {Space::xhtml, "html", Field::page},
    {Space::xhtml, "item", Field::item},
    {Space::xhtml, "link", Field::link},
    {Space::xhtml, "pubdate", Field::pub_date},
    {Space::xhtml, "summary", Field::description},
    {Space::xhtml, "title", Field::title},
};
constexpr NameTable table{rows};

// All namespaces that RSS was ever given, and none, are one vocabulary, and so is one that nobody knows and has no
// prefix.
Field field_of(const Element& element) {
  const bool is_core = element.space() == Space::none || element.space() == Space::rss ||
                       (element.space() == Space::other && element.prefix().empty());
  if (is_core) return table.find(Space::none, element.name());
  const bool may_be_meant = element.space() == Space::atom || element.space() == Space::xhtml;
  return may_be_meant ? table.find(element.space(), element.name()) : Field::unknown;
}

void read_people(Reader& reader, const Element& element, std::vector<feed::Person>& people) {
  if (!element.has_elements()) return add_people(people, reader.text(element));
  feed::Person person;  // as in Atom, in the wrong place
  for (Element child = element.first(); child; child = child.next()) {
    if (names::equals("name", child.name())) take_first(person.name, reader.text(child));
    if (names::equals("email", child.name())) take_first(person.email, reader.text(child));
    if (names::equals("uri", child.name()) || names::equals("url", child.name())) person.uri = reader.address(child);
  }
  add_person(people, std::move(person));
}

// Of the first link in markup: <a href="…">…</a>, as templates print it, escaped or not.
std::string_view href_in(std::string_view markup) {
  constexpr std::string_view name = "href=";
  const std::size_t at = markup.find(name);
  if (at == std::string_view::npos || at + name.size() == markup.size()) return {};
  const char quote = markup[at + name.size()];
  const std::string_view value = markup.substr(at + name.size() + 1);
  return quote == '"' || quote == '\'' ? value.substr(0, value.find(quote)) : std::string_view{};
}

// "#" and scripts stand where a page has only a button.
bool leads_nowhere(std::string_view reference) {
  return reference.starts_with('#') || base::starts_with_ignoring_case(reference, "javascript:");
}

// The text, or what only Atom has: an href attribute; or what an HTML parser makes of it: "<link/>https://…".
std::string link_in(Reader& reader, const Element& element) {
  std::string_view reference = reader.text(element);
  if (reference.starts_with('<'))
    if (const std::string_view href = href_in(reference); !href.empty()) reference = href;
  for (const std::string_view name : {"href", "resource"})  // of Atom, of RDF
    if (reference.empty()) reference = element.attribute(name);
  if (const Element inner = reference.empty() ? element.first() : Element{}) reference = inner.attribute("href");
  if (reference.empty() && base::is_http_url(element.text_behind())) reference = element.text_behind();
  return leads_nowhere(reference) ? std::string{} : reader.address(element, reference);
}

void take_link(std::string address, std::string& link, std::vector<feed::Link>& links) {
  if (address.empty()) return;
  take_first(link, address);
  feed::Link alternate;
  alternate.href = std::move(address);
  alternate.rel = "alternate";
  links.push_back(std::move(alternate));
}

feed::Category category_in(Reader& reader, const Element& element) {
  feed::Category category;
  category.term = base::collapse_space(reader.text(element));
  if (category.term.empty()) category.term = base::trim(element.attribute("term"));  // as in Atom
  category.scheme = base::trim(element.attribute("domain"));
  return category;
}

void read_enclosure(Reader& reader, const Element& element, feed::Entry& entry) {
  feed::Enclosure enclosure;
  std::string_view url = element.attribute("url");
  for (const std::string_view name : {"href", "src", "link"})
    if (url.empty()) url = element.attribute(name);
  enclosure.url = reader.address(element, url.empty() ? reader.text(element) : url);
  if (enclosure.url.empty()) return;
  enclosure.type = base::trim(element.attribute("type"));
  enclosure.length = count_of(element.attribute("length"));
  entry.enclosures.push_back(std::move(enclosure));
}

void read_source(Reader& reader, const Element& element, feed::Entry& entry) {
  if (entry.source) return;
  feed::Head source;
  source.title = reader.value(element, feed::TextType::unstated, element.language());
  source.self = reader.address(element, element.attribute("url"));
  if (!source.title.empty() || !source.self.empty()) entry.source = std::make_unique<feed::Head>(std::move(source));
}

void read_guid(Reader& reader, const Element& element, feed::Entry& entry) {
  if (!entry.id.empty()) return;
  entry.id = reader.text(element);
  entry.id_is_permalink =
      !entry.id.empty() && !base::equals_ignoring_case(base::trim(element.attribute("ispermalink")), "false");
}

void read_image(Reader& reader, const Element& element, feed::Head& head) {
  if (head.image) return;
  feed::Image image;
  for (Element child = element.first(); child; child = child.next()) {
    if (names::equals("url", child.name())) take_first(image.url, reader.address(child));
    if (names::equals("title", child.name())) take_first(image.title, reader.text(child));
    if (names::equals("link", child.name())) take_first(image.link, reader.address(child));
  }
  // RSS 1.0 names it in the channel by rdf:resource, and describes it elsewhere.
  if (!image.url.empty()) head.image = std::move(image);
}

// Of an item: not RSS, but often there. The address stands in <url>, in an attribute or alone; a caption may too.
void read_picture(Reader& reader, const Element& element, Draft& draft) {
  feed::Head head;
  read_image(reader, element, head);
  feed::Media media;
  if (head.image) media.thumbnail = std::move(head.image->url);
  for (const std::string_view name : {"url", "href", "src"})
    take_first(media.thumbnail, reader.address(element, element.attribute(name)));
  const std::string_view text = reader.text(element);
  if (base::is_http_url(text) || text.starts_with('/')) take_first(media.thumbnail, reader.address(element));
  if (!media.thumbnail.empty()) draft.extra().media.push_back(std::move(media));
}

void read_skip_hours(Reader& reader, const Element& element, feed::Head& head) {
  for (Element child = element.first(); child; child = child.next()) {
    const std::optional<std::uint64_t> hour = count_of(reader.text(child));
    if (!hour || *hour > 24) continue;
    const int value = static_cast<int>(*hour % 24);  // RSS 0.91 counts from 1 to 24
    if (std::find(head.skip_hours.begin(), head.skip_hours.end(), value) == head.skip_hours.end())
      head.skip_hours.push_back(value);
  }
}

void read_skip_days(Reader& reader, const Element& element, feed::Head& head) {
  static constexpr std::array<std::string_view, 7> days = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                           "Friday", "Saturday", "Sunday"};
  for (Element child = element.first(); child; child = child.next()) {
    const std::string_view text = reader.text(child);
    const auto day = std::find_if(days.begin(), days.end(),
                                  [&](std::string_view known) { return base::equals_ignoring_case(known, text); });
    if (day != days.end() && std::find(head.skip_days.begin(), head.skip_days.end(), *day) == head.skip_days.end())
      head.skip_days.emplace_back(*day);
  }
}

void add_content(Reader& reader, const Element& element, Draft& draft) {
  feed::Content content = reader.content(element, "html", draft.language);
  if (!content.value.empty()) draft.own.content.push_back(std::move(content));
}

// A list with commas, or an element for each.
void read_tags(Reader& reader, const Element& element, std::vector<feed::Category>& categories) {
  for (Element child = element.first(); child; child = child.next())
    add_category(categories, category_in(reader, child));
  for (const std::string_view word : base::split(reader.text(element), ','))
    add_category(categories, {base::collapse_space(word), {}, {}});
}

void read_made_up(Reader& reader, const Element& element, feed::Entry& extra) {
  switch (field_of(element)) {
    case Field::tags:
      return read_tags(reader, element, extra.categories);
    case Field::other_date:
      return take_published(reader, element, extra);
    case Field::other_link: {
      std::string found;
      return take_link(link_in(reader, element), found, extra.links);
    }
    case Field::other_text:
      return take_first(extra.summary, reader.value(element, feed::TextType::unstated, element.language()));
    default:
      return take_first(extra.title, reader.value(element, feed::TextType::unstated, element.language()));
  }
}

// A whole page where its body belongs.
void add_page(Reader& reader, const Element& page, Draft& draft) {
  for (Element child = page.first(); child; child = child.next())
    if (names::equals("body", child.name())) add_content(reader, child, draft);
}

}  // namespace

// The body of a description is html by the letter of RSS 2.0, text by that of 0.91, and either in life.
void read_item_element(Reader& reader, const Element& element, Draft& draft, std::vector<Element>& nested) {
  feed::Entry& entry = draft.own;
  switch (field_of(element)) {
    case Field::title:
      return take_first(entry.title, reader.value(element, feed::TextType::unstated, draft.language));
    case Field::link:
      return take_link(link_in(reader, element), entry.link, entry.links);
    case Field::description:
      if (entry.summary.empty()) entry.summary = reader.value(element, feed::TextType::unstated, draft.language);
      return;
    case Field::guid:
      return read_guid(reader, element, entry);
    case Field::pub_date:
      return take_published(reader, element, entry);
    case Field::last_build:
    case Field::updated:
      return take_first(entry.updated, reader.date(element));
    case Field::author:
    case Field::editor:
      return read_people(reader, element, entry.authors);
    case Field::category:
      return add_category(entry.categories, category_in(reader, element));
    case Field::comments:
      return take_first(entry.comments, reader.address(element));
    case Field::enclosure:
      return read_enclosure(reader, element, entry);
    case Field::source:
      return read_source(reader, element, entry);
    case Field::body:
    case Field::content:
      return add_content(reader, element, draft);
    case Field::page:
      return add_page(reader, element, draft);
    case Field::copyright:
      return take_first(entry.rights, reader.text(element));
    case Field::language:
      return take_first(entry.language, reader.text(element));
    case Field::item:
      return nested.push_back(element);
    case Field::image:
    case Field::thumbnail:
      return read_picture(reader, element, draft);
    case Field::tags:
    case Field::other_date:
    case Field::other_link:
    case Field::other_text:
    case Field::other_title:
      return read_made_up(reader, element, draft.extra());
    default:
      return read_extension(reader, element, draft);
  }
}

namespace {

// An item's address is its link; a guid that is a permalink will do, and rdf:about; else what Atom elements say.
void settle_link(Reader& reader, const Element& item, Draft& draft, bool is_about) {
  feed::Entry& entry = draft.own;
  const bool may_be_link = entry.link.empty() && (entry.id_is_permalink || is_about);
  if (may_be_link && (base::is_http_url(entry.id) || entry.id.starts_with('/')))
    entry.link = reader.address(item, entry.id);
}

void read_item(Reader& reader, const Element& item, std::string_view feed_language, std::vector<Element>& nested) {
  Draft draft{reader, item, feed_language};
  draft.own.id = base::trim(item.attribute("about"));  // rdf:about
  const bool is_about = !draft.own.id.empty();
  for (Element child = item.first(); child; child = child.next()) read_item_element(reader, child, draft, nested);
  settle_link(reader, item, draft, is_about);
  draft.finish(reader, item);
}

feed::Format format_of(std::string_view version) {
  static constexpr std::pair<std::string_view, feed::Format> versions[] = {
      {"2", feed::Format::rss20},     {"0.91", feed::Format::rss091}, {"0.92", feed::Format::rss092},
      {"0.93", feed::Format::rss093}, {"0.94", feed::Format::rss094}, {"0.90", feed::Format::rss090},
      {"0.9", feed::Format::rss090},  {"1.0", feed::Format::rss10}};
  version = base::trim(version);
  for (const auto& [known, format] : versions)
    if (version == known || (known == "2" && version.starts_with("2"))) return format;
  return feed::Format::unknown;
}

}  // namespace

void read_channel_element(Reader& reader, const Element& element, HeadDraft& draft, std::vector<Element>& items) {
  feed::Head& head = draft.own;
  if (is_atom_entry(element)) return items.push_back(element);
  switch (field_of(element)) {
    case Field::item:
      return items.push_back(element);
    case Field::channel:  // in another one
    case Field::items:    // a list of addresses in RSS 1.0; in other documents a wrapper
      for (Element child = element.first(); child; child = child.next())
        if (field_of(child) == Field::item || is_atom_entry(child)) items.push_back(child);
      return;
    case Field::title:
      return take_first(head.title, reader.value(element, feed::TextType::unstated, draft.language));
    case Field::link:
      return take_link(link_in(reader, element), head.link, head.links);
    case Field::description:
      return take_first(head.subtitle, reader.value(element, feed::TextType::unstated, draft.language));
    case Field::language:
      return take_first(head.language, reader.text(element));
    case Field::copyright:
      return take_first(head.rights, reader.text(element));
    case Field::editor:
    case Field::author:
      return read_people(reader, element, head.authors);
    case Field::pub_date:
      return take_first(head.published, reader.date(element));
    case Field::last_build:
    case Field::updated:
      return take_first(head.updated, reader.date(element));
    case Field::category:
      return add_category(head.categories, category_in(reader, element));
    case Field::generator:
      return take_first(head.generator, reader.text(element));
    case Field::ttl:
      return take_first(head.ttl_minutes, small_count_of(reader.text(element)));
    case Field::image:
      return read_image(reader, element, head);
    case Field::skip_hours:
      return read_skip_hours(reader, element, head);
    case Field::skip_days:
      return read_skip_days(reader, element, head);
    default:
      return read_extension(reader, element, draft);
  }
}

void read_channel(Reader& reader, const Element& channel, HeadDraft& head, std::vector<Element>& items) {
  for (Element child = channel.first(); child; child = child.next()) read_channel_element(reader, child, head, items);
}

void read_items(Reader& reader, std::vector<Element> items, std::string_view feed_language) {
  reader.feed.entries.reserve(items.size());
  std::vector<Element> nested;
  const auto read = [&](const Element& item) {
    if (is_atom_entry(item))
      read_atom_entry(reader, item, feed_language, nested);
    else
      read_item(reader, item, feed_language, nested);
  };
  for (const Element& item : items) {
    read(item);
    read_nested(reader, nested, read);
    reader.done_with(item);
  }
}

void read_rss(Reader& reader, const Element& root) {
  const bool is_channel = field_of(root) == Field::channel;
  reader.feed.format = is_channel ? feed::Format::unknown : format_of(root.attribute("version"));
  std::vector<Element> items;
  HeadDraft head{root.language()};
  if (is_channel) {
    read_channel(reader, root, head, items);
  } else {
    for (Element child = root.first(); child; child = child.next()) {
      if (field_of(child) == Field::channel) {
        if (!child.language().empty()) head.language = child.language();
        read_channel(reader, child, head, items);
      } else {
        read_channel_element(reader, child, head, items);
      }
    }
  }
  // Where rss was closed too early, its items go on behind it.
  for (Element next = root.next(); next; next = next.next())
    if (field_of(next) == Field::item) items.push_back(next);
  if (items.empty()) items = find_wrapped(reader, root);
  if (!head.language.empty()) head.own.language = head.language;
  const std::string_view language = head.language;
  finish(head);
  reader.feed.head = std::move(head.own);
  read_items(reader, std::move(items), language);
}

}  // namespace rapporteur::parse
