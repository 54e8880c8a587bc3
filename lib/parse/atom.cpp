#include "parse/atom.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "base/text.h"
#include "base/url.h"
#include "parse/extensions.h"
#include "parse/markup.h"
#include "parse/rss.h"
#include "parse/wrapped.h"

namespace rapporteur::parse {

namespace {

enum class Field : unsigned char {
  unknown,
  author,
  category,
  content,
  contributor,
  created,
  entry,
  generator,
  icon,
  id,
  link,
  logo,
  published,
  rights,
  source,
  subtitle,
  summary,
  title,
  updated,
};

// The second names are those of Atom 0.3.
constexpr NameRow<Field> rows[] = {
    {Space::atom, "author", Field::author},
    {Space::atom, "category", Field::category},
    {Space::atom, "content", Field::content},
    {Space::atom, "contributor", Field::contributor},
    {Space::atom, "created", Field::created},
    {Space::atom, "entry", Field::entry},
    {Space::atom, "generator", Field::generator},
    {Space::atom, "icon", Field::icon},
    {Space::atom, "id", Field::id},
    {Space::atom, "link", Field::link},
    {Space::atom, "logo", Field::logo},
    {Space::atom, "published", Field::published},
    {Space::atom, "issued", Field::published},
    {Space::atom, "rights", Field::rights},
    {Space::atom, "copyright", Field::rights},
    {Space::atom, "source", Field::source},
    {Space::atom, "subtitle", Field::subtitle},
    {Space::atom, "tagline", Field::subtitle},
    {Space::atom, "summary", Field::summary},
    {Space::atom, "title", Field::title},
    {Space::atom, "updated", Field::updated},
    {Space::atom, "modified", Field::updated},
};
constexpr NameTable table{rows};

// Documents without any namespace are Atom by their root.
Field field_of(const Element& element) {
  const bool is_atom = element.space() == Space::atom || element.space() == Space::none;
  return is_atom ? table.find(Space::atom, element.name()) : Field::unknown;
}

struct Kind {
  feed::TextType type = feed::TextType::text;
  bool is_xhtml = false;
  std::string_view media_type;  // neither text nor HTML
};

// RFC 4287 sections 3.1.1 and 4.1.3.1; Atom 0.3 writes media types throughout.
Kind kind_of(const Element& element) {
  const std::string_view type = base::trim(element.attribute("type"));
  const auto is = [&](std::string_view name) { return names::equals(name, type); };
  if (type.empty() || is("text") || is("text/plain")) return {};
  if (is("html") || is("text/html")) return {feed::TextType::html, false, {}};
  if (is("xhtml") || is("application/xhtml+xml")) return {feed::TextType::html, true, {}};
  return {feed::TextType::text, false, type};
}

// Atom 0.3 section 3.1.2 (mode). White space inside is no data (RFC 2045 section 6.8).
std::string from_base64(std::string_view text) {
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    unsigned value = 0;
    if (c >= 'A' && c <= 'Z')
      value = static_cast<unsigned>(c - 'A');
    else if (c >= 'a' && c <= 'z')
      value = static_cast<unsigned>(c - 'a') + 26;
    else if (c >= '0' && c <= '9')
      value = static_cast<unsigned>(c - '0') + 52;
    else if (c == '+')
      value = 62;
    else if (c == '/')
      value = 63;
    else
      continue;
    bits = bits << 6 | value;
    if ((count += 6) < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xFF);
  }
  return base::to_xml_text(bytes);
}

bool is_base64(const Element& element) { return names::equals("base64", base::trim(element.attribute("mode"))); }

// RFC 4287 section 3.1.1.3: the div that holds an xhtml construct is no part of it.
Element xhtml_div(const Element& element) {
  const Element div = element.first();
  return div && names::equals("div", div.name()) && !div.next() ? div : Element{};
}

feed::TextValue text_in(Reader& reader, const Element& element, std::string_view around) {
  const Kind kind = kind_of(element);
  if (const Element div = element.has_elements() ? xhtml_div(element) : Element{}) {
    feed::TextValue value;
    value.value = inner_markup(div);
    value.type = feed::TextType::html;
    if (div.language() != around) value.language = div.language();
    value.base = reader.own_base(div);
    return value;
  }
  feed::TextValue value = reader.value(element, kind.type, around);
  if (is_base64(element)) value.value = from_base64(value.value);
  return value;
}

// Atom 0.3 section 4.13.11: the parts of a multipart/alternative are contents themselves. It does not nest.
Element first_part(const Element& element) {
  const bool is_multipart = base::starts_with_ignoring_case(base::trim(element.attribute("type")), "multipart/");
  const Element part = is_multipart ? element.first() : Element{};
  return part && field_of(part) == Field::content ? part : Element{};
}

void read_content(Reader& reader, const Element& element, feed::Entry& entry, std::string_view around) {
  const Kind kind = kind_of(element);
  feed::Content content;
  if (const std::string_view src = element.attribute("src"); !base::trim(src).empty()) {
    content.src = reader.address(element, src);
    content.type = element.attribute("type");
    if (element.language() != around) content.language = element.language();
    if (!content.src.empty()) entry.content.push_back(std::move(content));
    return;
  }
  feed::TextValue value = text_in(reader, element, around);
  if (value.empty()) return;
  content.type = kind.media_type.empty() ? (value.type == feed::TextType::html ? "html" : "text") : kind.media_type;
  content.value = std::move(value.value);
  content.language = std::move(value.language);
  content.base = std::move(value.base);
  entry.content.push_back(std::move(content));
}

feed::Person person_in(Reader& reader, const Element& element) {
  feed::Person person;
  for (Element child = element.first(); child; child = child.next()) {
    if (names::equals("name", child.name())) take_first(person.name, reader.text(child));
    if (names::equals("email", child.name())) take_first(person.email, mail_of(reader.text(child)));
    if (names::equals("uri", child.name()) || names::equals("url", child.name()) ||
        names::equals("homepage", child.name()))
      take_first(person.uri, reader.address(child));
  }
  return person.empty() ? person_of(reader.text(element)) : person;
}

feed::Category category_in(Reader& reader, const Element& element) {
  feed::Category category;
  category.term = base::trim(element.attribute("term"));
  category.scheme = base::trim(element.attribute("scheme"));
  category.label = base::trim(element.attribute("label"));
  if (category.term.empty()) category.term = reader.text(element);
  return category;
}

feed::Link link_in(Reader& reader, const Element& element) {
  feed::Link link;
  std::string_view href, rel;
  for (const Attribute& attribute : element.attributes(reader.attributes)) {
    const std::string_view value = base::trim(attribute.value);
    const std::string_view name = attribute.name;
    if (names::equals("href", name))
      href = value;
    else if (names::equals("rel", name))
      rel = value;
    else if (names::equals("type", name))
      link.type = value;
    else if (names::equals("hreflang", name))
      link.hreflang = value;
    else if (names::equals("title", name))
      link.title = value;
    else if (names::equals("length", name))
      link.length = count_of(value);
  }
  link.href = reader.address(element, href.empty() ? reader.text(element) : href);
  constexpr std::string_view registry = "http://www.iana.org/assignments/relation/";
  if (rel.starts_with(registry)) rel.remove_prefix(registry.size());  // RFC 4287 section 4.2.7.2
  link.rel = rel.empty() ? std::string{"alternate"} : base::to_lower(rel);
  return link;
}

void read_link(Reader& reader, const Element& element, feed::Entry& entry) {
  feed::Link link = link_in(reader, element);
  if (link.href.empty()) return;
  if (link.rel == "enclosure") entry.enclosures.push_back({link.href, link.type, link.length});
  if (link.rel == "replies" && is_page(link)) take_first(entry.comments, link.href);
  entry.links.push_back(std::move(link));
}

void read_link(Reader& reader, const Element& element, feed::Head& head) {
  feed::Link link = link_in(reader, element);
  if (link.href.empty()) return;
  if (link.rel == "self") take_first(head.self, link.href);
  if (link.rel == "hub") head.hubs.push_back(link.href);
  head.links.push_back(std::move(link));
}

// RFC 4287 section 4.2.11: the feed that the entry was copied from.
std::unique_ptr<feed::Head> source_in(Reader& reader, const Element& element) {
  auto head = std::make_unique<feed::Head>();
  for (Element child = element.first(); child; child = child.next())
    read_atom_element(reader, child, *head, element.language());
  if (head->title.empty() && !element.has_elements()) head->title.value = reader.text(element);
  head->link = page_among(head->links, element.language());
  const bool says_something = !head->id.empty() || !head->title.empty() || !head->links.empty();
  return says_something ? std::move(head) : nullptr;
}

feed::Format format_of_uri(std::string_view uri) {
  if (base::contains_ignoring_case(uri, "purl.org/atom/ns")) return feed::Format::atom03;
  return base::contains_ignoring_case(uri, "w3.org/2005/atom") ? feed::Format::atom10 : feed::Format::unknown;
}

// The root's namespace tells; where it has none, that of what stands in it.
feed::Format format_of(const Element& root) {
  if (base::trim(root.attribute("version")) == "0.3") return feed::Format::atom03;
  feed::Format format = format_of_uri(root.namespace_uri());
  for (Element child = root.first(); child && format == feed::Format::unknown; child = child.next())
    if (child.space() == Space::atom) format = format_of_uri(child.namespace_uri());
  return format;
}

}  // namespace

bool read_atom_element(Reader& reader, const Element& element, feed::Entry& entry, std::string_view around) {
  switch (field_of(element)) {
    case Field::title:
      take_first(entry.title, text_in(reader, element, around));
      return true;
    case Field::link:
      read_link(reader, element, entry);
      return true;
    case Field::id:
      take_first(entry.id, reader.text(element));
      return true;
    case Field::published:
      take_published(reader, element, entry);
      return true;
    case Field::updated:
      take_first(entry.updated, reader.date(element));
      return true;
    case Field::created:
      take_first(entry.created, reader.date(element));
      return true;
    case Field::summary:
      take_first(entry.summary, text_in(reader, element, around));
      return true;
    case Field::content: {
      Element part = first_part(element);
      if (!part) read_content(reader, element, entry, around);
      for (; part; part = part.next()) read_content(reader, part, entry, around);
      return true;
    }
    case Field::author:
      add_person(entry.authors, person_in(reader, element));
      return true;
    case Field::contributor:
      add_person(entry.contributors, person_in(reader, element));
      return true;
    case Field::category:
      add_category(entry.categories, category_in(reader, element));
      return true;
    case Field::rights:
      take_first(entry.rights, reader.value(element, feed::TextType::text, around).value);
      return true;
    case Field::source:
      if (!entry.source) entry.source = source_in(reader, element);
      return true;
    default:
      return false;
  }
}

bool read_atom_element(Reader& reader, const Element& element, feed::Head& head, std::string_view around) {
  switch (field_of(element)) {
    case Field::title:
      take_first(head.title, text_in(reader, element, around));
      return true;
    case Field::subtitle:
      take_first(head.subtitle, text_in(reader, element, around));
      return true;
    case Field::link:
      read_link(reader, element, head);
      return true;
    case Field::id:
      take_first(head.id, reader.text(element));
      return true;
    case Field::published:
      take_first(head.published, reader.date(element));
      return true;
    case Field::updated:
      take_first(head.updated, reader.date(element));
      return true;
    case Field::author:
      add_person(head.authors, person_in(reader, element));
      return true;
    case Field::contributor:
      add_person(head.contributors, person_in(reader, element));
      return true;
    case Field::category:
      add_category(head.categories, category_in(reader, element));
      return true;
    case Field::rights:
      take_first(head.rights, reader.value(element, feed::TextType::text, around).value);
      return true;
    case Field::generator:
      take_first(head.generator, reader.text(element));
      return true;
    case Field::icon:
      take_first(head.icon, reader.address(element));
      return true;
    case Field::logo:
      take_first(head.logo, reader.address(element));
      return true;
    default:
      return false;
  }
}

void note_items(Reader& reader, const std::vector<Element>& entries) {
  const auto item = std::find_if(entries.begin(), entries.end(), [](const Element& e) { return !is_atom_entry(e); });
  if (item == entries.end()) return;
  reader.feed.recovered = true;
  reader.notes.add("misplaced-entries", item->offset(), "entries are called items here, as in RSS; they were read");
}

bool is_atom_entry(const Element& element) { return field_of(element) == Field::entry; }

void read_atom_entry(Reader& reader, const Element& element, std::string_view feed_language,
                     std::vector<Element>& nested) {
  Draft draft{reader, element, feed_language};
  for (Element child = element.first(); child; child = child.next()) {
    if (read_atom_element(reader, child, draft.own, draft.language)) continue;
    if (is_atom_entry(child))
      nested.push_back(child);
    else  // a name that is not Atom's may still be one of RSS
      read_item_element(reader, child, draft, nested);
  }
  draft.choose_link(reader);
  // The entry that names no page but calls itself by an address lives there as a rule (GeoRSS of seismic services).
  if (draft.own.link.empty() && base::is_http_url(draft.own.id)) draft.own.link = reader.address(element, draft.own.id);
  draft.finish(reader, element);
}

void read_atom(Reader& reader, const Element& root) {
  reader.feed.format = format_of(root);
  std::vector<Element> nested;
  if (is_atom_entry(root)) return read_atom_entry(reader, root, {}, nested);
  HeadDraft head{root.language()};
  std::vector<Element> entries;
  for (Element child = root.first(); child; child = child.next()) {
    if (!read_atom_element(reader, child, head.own, head.language)) read_channel_element(reader, child, head, entries);
  }
  if (entries.empty()) entries = find_wrapped(reader, root);
  // Where feed was closed too early, its entries go on behind it.
  for (Element next = root.next(); next; next = next.next())
    if (is_atom_entry(next)) entries.push_back(next);
  note_items(reader, entries);
  head.own.language = root.language();
  finish(head);
  reader.feed.head = std::move(head.own);
  reader.feed.entries.reserve(entries.size());
  const auto read = [&](const Element& entry) { read_atom_entry(reader, entry, root.language(), nested); };
  for (const Element& entry : entries) {
    read(entry);
    read_nested(reader, nested, read);
    reader.done_with(entry);
  }
}

}  // namespace rapporteur::parse
