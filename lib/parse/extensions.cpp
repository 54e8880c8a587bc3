#include "parse/extensions.h"

#include <utility>
#include <vector>

#include "base/text.h"
#include "parse/atom.h"

namespace rapporteur::parse {

namespace {

enum class Field : unsigned char {
  unknown,
  area,
  author,
  body,
  box,
  category,
  comment_feed,
  content,
  contributor,
  coordinates,
  created,
  credit,
  date,
  description,
  envelope,
  fallback_author,
  frequency,
  generator,
  group,
  identifier,
  image,
  in_reply_to,
  issued,
  keywords,
  language,
  lat,
  license,
  lon,
  media,
  modified,
  original_link,
  owner,
  period,
  place,
  position,
  publisher,
  rights,
  section,
  subtitle,
  summary,
  thumbnail,
  title,
};

constexpr NameRow<Field> rows[] = {
    // Dublin Core, elements and terms
    {Space::dc, "title", Field::title},
    {Space::dc, "creator", Field::author},
    {Space::dc, "author", Field::author},
    {Space::dc, "contributor", Field::contributor},
    {Space::dc, "publisher", Field::publisher},
    {Space::dc, "subject", Field::category},
    {Space::dc, "description", Field::description},
    {Space::dc, "date", Field::date},
    {Space::dc, "rights", Field::rights},
    {Space::dc, "language", Field::language},
    {Space::dc, "identifier", Field::identifier},
    {Space::dcterms, "title", Field::title},
    {Space::dcterms, "creator", Field::author},
    {Space::dcterms, "contributor", Field::contributor},
    {Space::dcterms, "publisher", Field::publisher},
    {Space::dcterms, "subject", Field::category},
    {Space::dcterms, "description", Field::description},
    {Space::dcterms, "abstract", Field::description},
    {Space::dcterms, "issued", Field::issued},
    {Space::dcterms, "date", Field::date},
    {Space::dcterms, "created", Field::created},
    {Space::dcterms, "modified", Field::modified},
    {Space::dcterms, "rights", Field::rights},
    {Space::dcterms, "language", Field::language},
    {Space::dcterms, "identifier", Field::identifier},
    // whole texts
    {Space::content, "encoded", Field::content},
    {Space::xhtml, "body", Field::body},
    {Space::xhtml, "div", Field::body},
    // Media RSS
    {Space::media, "content", Field::media},
    {Space::media, "group", Field::group},
    {Space::media, "thumbnail", Field::thumbnail},
    {Space::media, "title", Field::title},
    {Space::media, "description", Field::description},
    {Space::media, "category", Field::category},
    {Space::media, "keywords", Field::keywords},
    {Space::media, "copyright", Field::rights},
    {Space::media, "credit", Field::credit},
    // podcasts
    {Space::itunes, "title", Field::title},
    {Space::itunes, "author", Field::fallback_author},
    {Space::itunes, "owner", Field::owner},
    {Space::itunes, "summary", Field::summary},
    {Space::itunes, "subtitle", Field::subtitle},
    {Space::itunes, "image", Field::image},
    {Space::itunes, "category", Field::category},
    {Space::itunes, "keywords", Field::keywords},
    // places
    {Space::georss, "point", Field::position},
    {Space::georss, "circle", Field::position},  // its centre
    {Space::georss, "box", Field::box},
    {Space::georss, "line", Field::area},
    {Space::georss, "polygon", Field::area},
    {Space::georss, "where", Field::place},
    {Space::gml, "point", Field::place},
    {Space::gml, "linestring", Field::place},
    {Space::gml, "polygon", Field::place},
    {Space::gml, "exterior", Field::place},
    {Space::gml, "outerboundaryis", Field::place},
    {Space::gml, "linearring", Field::place},
    {Space::gml, "envelope", Field::envelope},
    {Space::gml, "pos", Field::position},
    {Space::gml, "poslist", Field::area},
    {Space::gml, "coordinates", Field::coordinates},
    {Space::geo, "point", Field::place},
    {Space::geo, "lat", Field::lat},
    {Space::geo, "long", Field::lon},
    {Space::geo, "lon", Field::lon},
    // how often, where else, under which terms
    {Space::syndication, "updateperiod", Field::period},
    {Space::syndication, "updatefrequency", Field::frequency},
    {Space::slash, "section", Field::section},
    {Space::wfw, "commentrss", Field::comment_feed},
    {Space::feedburner, "origlink", Field::original_link},
    {Space::threading, "in-reply-to", Field::in_reply_to},
    {Space::license, "license", Field::license},
    {Space::admin, "generatoragent", Field::generator},
};
constexpr NameTable table{rows};

Field field_of(const Element& element) { return table.find(element.space(), element.name()); }

std::string_view resource_of(Reader& reader, const Element& element) {
  for (std::string_view name : {"resource", "href", "ref"})
    if (const std::string_view value = element.attribute(name); !value.empty()) return value;
  return reader.text(element);
}

void add_link(Reader& reader, const Element& element, std::string_view rel, std::string_view type,
              std::vector<feed::Link>& links) {
  feed::Link link;
  link.href = reader.address(element, resource_of(reader, element));
  if (link.href.empty()) return;
  link.rel = rel;
  link.type = type;
  links.push_back(std::move(link));
}

// itunes:category stands in an attribute and may hold finer ones; dc:subject may be a description of its own.
void add_categories(Reader& reader, const Element& element, std::vector<feed::Category>& categories) {
  const auto one = [&](const Element& from) {
    feed::Category category;
    category.term = base::collapse_space(from.space() == Space::itunes ? from.attribute("text") : reader.text(from));
    category.label = base::trim(from.attribute("label"));
    category.scheme = base::trim(from.space() == Space::itunes ? from.namespace_uri() : from.attribute("scheme"));
    add_category(categories, std::move(category));
  };
  one(element);
  for (Element child = element.first(); child; child = child.next()) {
    if (child.space() == Space::itunes) one(child);
    for (Element label = child.first(); label; label = label.next())  // rdf:Description, taxo:topic
      if (names::equals("value", label.name()) || names::equals("label", label.name())) one(label);
  }
}

void add_keywords(Reader& reader, const Element& element, std::vector<feed::Category>& categories) {
  for (std::string_view word : base::split(reader.text(element), ',')) {
    feed::Category category;
    category.term = base::collapse_space(word);
    add_category(categories, std::move(category));
  }
}

feed::Media media_in(Reader& reader, const Element& element) {
  feed::Media media;
  media.url = reader.address(element, element.attribute("url"));
  media.type = base::trim(element.attribute("type"));
  media.medium = base::trim(element.attribute("medium"));
  media.width = small_count_of(element.attribute("width"));
  media.height = small_count_of(element.attribute("height"));
  return media;
}

feed::Media thumbnail_in(Reader& reader, const Element& element) {
  feed::Media media;
  std::string_view url = element.attribute("url");
  media.thumbnail = reader.address(element, url.empty() ? reader.text(element) : url);
  media.width = small_count_of(element.attribute("width"));
  media.height = small_count_of(element.attribute("height"));
  return media;
}

void read_text_of_media(Reader& reader, const Element& element, Draft& draft) {
  switch (field_of(element)) {
    case Field::title:
      return take_first(draft.extra().title, reader.value(element, feed::TextType::unstated, draft.language));
    case Field::description:
      return take_first(draft.extra().summary, reader.value(element, feed::TextType::unstated, draft.language));
    case Field::category:
      return add_categories(reader, element, draft.extra().categories);
    case Field::keywords:
      return add_keywords(reader, element, draft.extra().categories);
    default:
      return;
  }
}

void read_media(Reader& reader, const Element& element, Draft& draft) {
  feed::Media media = media_in(reader, element);
  for (Element child = element.first(); child; child = child.next()) {
    if (field_of(child) == Field::thumbnail)
      take_first(media.thumbnail, thumbnail_in(reader, child).thumbnail);
    else
      read_text_of_media(reader, child, draft);
  }
  if (!media.url.empty() || !media.thumbnail.empty()) draft.own.media.push_back(std::move(media));
}

// Renditions of one thing: what stands beside them holds for all that have none of their own.
void read_group(Reader& reader, const Element& group, Draft& draft) {
  const std::size_t first = draft.own.media.size();
  feed::Media thumbnail;
  for (Element child = group.first(); child; child = child.next()) {
    const Field field = field_of(child);
    if (field == Field::media)
      read_media(reader, child, draft);
    else if (field == Field::thumbnail && thumbnail.thumbnail.empty())
      thumbnail = thumbnail_in(reader, child);
    else
      read_text_of_media(reader, child, draft);
  }
  if (draft.own.media.size() == first && !thumbnail.thumbnail.empty()) draft.own.media.push_back(thumbnail);
  for (std::size_t i = first; i < draft.own.media.size(); ++i)
    take_first(draft.own.media[i].thumbnail, thumbnail.thumbnail);
}

// gml:lowerCorner and gml:upperCorner are the corners of a box.
std::optional<feed::Location> middle_of_envelope(Reader& reader, const Element& envelope) {
  std::string corners;
  for (Element child = envelope.first(); child; child = child.next()) corners.append(reader.text(child)) += ' ';
  return middle_of(corners, true);
}

// GML 2: "longitude,latitude" by the letter of its usual system, and the other way round by that of GeoRSS, which feeds
// follow; the first goes where the second cannot be.
std::optional<feed::Location> location_of_coordinates(std::string_view text) {
  if (const std::optional<feed::Location> location = middle_of(text, false)) return location;
  const std::size_t comma = text.find(',');
  if (comma == std::string_view::npos || text.find_first_of(" \t\n") != std::string_view::npos) return std::nullopt;
  return location_at(degrees_of(text.substr(comma + 1)), degrees_of(text.substr(0, comma)));
}

// What lies in the place of a point, or nothing. A point that the entry states itself is better than an area around it.
void take_area(Reader& reader, const Element& element, Field field, std::optional<feed::Location>& area) {
  if (area) return;
  if (field == Field::envelope)
    area = middle_of_envelope(reader, element);
  else if (field == Field::coordinates)
    area = location_of_coordinates(reader.text(element));
  else
    area = middle_of(reader.text(element), field == Field::box);
}

// georss:where, gml:Point and geo:Point hold the position; of a polygon it stands at most five deep.
void read_place(Reader& reader, const Element& element, Draft& draft) {
  std::vector<std::pair<Element, int>> open{{element, 0}};
  while (!open.empty()) {
    const auto [at, level] = open.back();
    open.pop_back();
    switch (const Field field = field_of(at)) {
      case Field::lat:
        take_first(draft.lat, degrees_of(reader.text(at)));
        break;
      case Field::lon:
        take_first(draft.lon, degrees_of(reader.text(at)));
        break;
      case Field::position:
        take_first(draft.extra().location, location_of(reader.text(at)));
        break;
      case Field::area:
      case Field::box:
      case Field::coordinates:
      case Field::envelope:
        take_area(reader, at, field, draft.area);
        break;
      case Field::place:
        for (Element child = at.first(); child && level < 5; child = child.next()) open.emplace_back(child, level + 1);
        break;
      default:
        break;
    }
  }
}

feed::Person owner_in(Reader& reader, const Element& element) {
  feed::Person person;
  for (Element child = element.first(); child; child = child.next()) {
    if (names::equals("name", child.name())) take_first(person.name, reader.text(child));
    if (names::equals("email", child.name())) take_first(person.email, reader.text(child));
  }
  return person;
}

void read_reply(Reader& reader, const Element& element, feed::Entry& entry) {
  feed::Link link;
  link.href = reader.address(element, resource_of(reader, element));
  link.rel = "in-reply-to";
  link.type = base::trim(element.attribute("type"));
  if (!link.href.empty()) entry.links.push_back(std::move(link));
}

void read_image(Reader& reader, const Element& element, Draft& draft) {
  feed::Media media;
  media.thumbnail = reader.address(element, resource_of(reader, element));
  if (!media.thumbnail.empty()) draft.extra().media.push_back(std::move(media));
}

void add_content(Reader& reader, const Element& element, Draft& draft) {
  feed::Content content = reader.content(element, "html", draft.language);
  if (!content.value.empty()) draft.own.content.push_back(std::move(content));
}

}  // namespace

void read_extension(Reader& reader, const Element& element, Draft& draft) {
  switch (field_of(element)) {
    case Field::title:
      return take_first(draft.extra().title, reader.value(element, feed::TextType::unstated, draft.language));
    case Field::author:
      return add_people(draft.own.authors, reader.text(element));
    case Field::credit:  // whoever took the picture did not write the text
      if (!names::equals("author", base::trim(element.attribute("role")))) return;
      [[fallthrough]];
    case Field::fallback_author:
    case Field::publisher:
      return add_person(draft.extra().authors, person_of(reader.text(element)));
    case Field::contributor:
      return add_person(draft.own.contributors, person_of(reader.text(element)));
    case Field::category:
      return add_categories(reader, element, draft.extra().categories);
    case Field::section:
      return add_categories(reader, element, draft.extra().categories);
    case Field::keywords:
      return add_keywords(reader, element, draft.extra().categories);
    case Field::description:
    case Field::summary:
      return take_first(draft.extra().summary, reader.value(element, feed::TextType::unstated, draft.language));
    case Field::subtitle:
      return take_first(draft.subtitle, reader.value(element, feed::TextType::unstated, draft.language));
    case Field::date:
    case Field::issued:
      return take_published(reader, element, draft.extra());
    case Field::created:
      return take_first(draft.extra().created, reader.date(element));
    case Field::modified:
      return take_first(draft.extra().updated, reader.date(element));
    case Field::rights:
      return take_first(draft.extra().rights, reader.text(element));
    case Field::language:
      return take_first(draft.own.language, reader.text(element));
    case Field::identifier:
      return take_first(draft.extra().id, reader.text(element));
    case Field::body:
    case Field::content:
      return add_content(reader, element, draft);
    case Field::media:
      return read_media(reader, element, draft);
    case Field::group:
      return read_group(reader, element, draft);
    case Field::thumbnail:
      return draft.own.media.push_back(thumbnail_in(reader, element));
    case Field::image:
      return read_image(reader, element, draft);
    case Field::lat:
    case Field::lon:
    case Field::position:
    case Field::place:
    case Field::area:
    case Field::box:
    case Field::coordinates:
    case Field::envelope:
      return read_place(reader, element, draft);
    case Field::comment_feed:
      return add_link(reader, element, "replies", "application/rss+xml", draft.extra().links);
    case Field::license:
      return add_link(reader, element, "license", "", draft.extra().links);
    case Field::original_link:
      return take_first(draft.original_link, reader.address(element));
    case Field::in_reply_to:
      return read_reply(reader, element, draft.extra());
    default:
      if (element.space() == Space::atom) read_atom_element(reader, element, draft.extra(), draft.language);
  }
}

void read_extension(Reader& reader, const Element& element, HeadDraft& draft) {
  feed::Head& extra = draft.extra;
  switch (field_of(element)) {
    case Field::title:
      return take_first(extra.title, reader.value(element, feed::TextType::unstated, draft.language));
    case Field::author:
      return add_people(draft.own.authors, reader.text(element));
    case Field::fallback_author:
    case Field::publisher:
      return add_person(extra.authors, person_of(reader.text(element)));
    case Field::owner:
      return add_person(extra.authors, owner_in(reader, element));
    case Field::contributor:
      return add_person(draft.own.contributors, person_of(reader.text(element)));
    case Field::category:
      return add_categories(reader, element, extra.categories);
    case Field::keywords:
      return add_keywords(reader, element, extra.categories);
    case Field::description:
    case Field::summary:
    case Field::subtitle:
      return take_first(extra.subtitle, reader.value(element, feed::TextType::unstated, draft.language));
    case Field::date:
    case Field::modified:
      return take_first(extra.updated, reader.date(element));
    case Field::issued:
    case Field::created:
      return take_first(extra.published, reader.date(element));
    case Field::rights:
      return take_first(extra.rights, reader.text(element));
    case Field::language:
      return take_first(extra.language, reader.text(element));
    case Field::identifier:
      return take_first(extra.id, reader.text(element));
    case Field::generator:
      return take_first(extra.generator, resource_of(reader, element));
    case Field::image:
      return take_first(extra.logo, reader.address(element, resource_of(reader, element)));
    case Field::thumbnail:
      return take_first(extra.logo, thumbnail_in(reader, element).thumbnail);
    case Field::period:
      return take_first(draft.own.update_period, base::to_lower(reader.text(element)));
    case Field::frequency:
      return take_first(draft.own.update_frequency, small_count_of(reader.text(element)));
    case Field::license:
      return add_link(reader, element, "license", "", extra.links);
    default:
      if (element.space() == Space::atom) read_atom_element(reader, element, extra, draft.language);
  }
}

}  // namespace rapporteur::parse
