#include "parse/json.h"

#include <boost/json.hpp>

#include <cmath>
#include <utility>

#include "base/text.h"
#include "base/url.h"
#include "parse/dates.h"
#include "parse/directions.h"
#include "parse/json_repair.h"
#include "parse/reader.h"

namespace rapporteur::parse {

namespace {

namespace json = boost::json;

constexpr std::size_t max_depth = 256;

class JsonReader {
 public:
  JsonReader(std::string_view text, const Options& options, feed::Feed& feed, Notes& notes)
      : text_(text), options_(options), feed_(feed), notes_(notes) {}

  void read(const json::object& root, const json::array& items) {
    feed_.format = format_of(root);
    read_head(root);
    read_items(items);
  }

  void read_items(const json::array& items) {
    feed_.entries.reserve(feed_.entries.size() + items.size());
    for (const json::value& item : items) read_item(item);
  }

 private:
  static feed::Format format_of(const json::object& root) {
    const json::value* version = root.if_contains("version");
    const std::string_view text =
        version && version->is_string() ? std::string_view{version->get_string()} : std::string_view{};
    if (!base::contains_ignoring_case(text, "jsonfeed.org/version/")) return feed::Format::unknown;
    return text.ends_with("/1.1") || text.ends_with("/1.1/") ? feed::Format::json11 : feed::Format::json10;
  }

  void warn_type(std::string_view key, std::string_view wanted) {
    notes_.add("wrong-type", Notes::no_offset,
               "\"" + std::string{key} + "\" is not " + std::string{wanted} + " and was passed over");
  }

  // Numbers are texts to those who forget the quotes; JSON Feed asks readers to accept them for ids.
  std::string text(const json::object& from, std::string_view key) {
    const json::value* value = from.if_contains(key);
    if (!value || value->is_null()) return {};
    if (value->is_string()) return std::string{base::trim(value->get_string())};
    if (value->is_number()) return json::serialize(*value);
    warn_type(key, "a text");
    return {};
  }

  // Plain text by the standard, in life with references as programs for web logs write them: tags stay words.
  feed::TextValue title(const json::object& from) {
    feed::TextValue title;
    const std::string words = text(from, "title");
    const bool may_have_references = words.find('&') != std::string::npos;
    if (may_have_references) title.type = feed::TextType::unstated;
    for (const char c : words) {
      if (may_have_references && c == '<')
        title.value += "&lt;";
      else
        title.value += c;
    }
    settle_directions(title);
    return title;
  }

  std::string address(const json::object& from, std::string_view key) {
    std::string room;
    const json::value* value = from.if_contains(key);
    const json::object* image = value ? value->if_object() : nullptr;  // {"url": …, "width": …}
    const std::string written = image && image->contains("url") ? text(*image, "url") : text(from, key);
    std::string reference{meant_reference(written, room)};
    if (reference.empty()) return {};
    if (std::optional<std::string> absolute = base::resolve_url(feed_.base, reference)) return std::move(*absolute);
    if (feed_.base.empty() && base::scheme_of(reference).empty()) return reference;
    notes_.add("bad-address", offset_of(written), quoted(reference) + " is no address and was left out");
    return {};
  }

  std::optional<std::uint64_t> count(const json::object& from, std::string_view key) {
    const json::value* value = from.if_contains(key);
    if (!value || value->is_null()) return std::nullopt;
    if (value->is_int64() && value->get_int64() >= 0) return static_cast<std::uint64_t>(value->get_int64());
    if (value->is_uint64()) return value->get_uint64();
    if (value->is_double() && value->get_double() >= 0 && value->get_double() < 1e15)
      return static_cast<std::uint64_t>(std::llround(value->get_double()));
    if (value->is_string()) return count_of(value->get_string());
    warn_type(key, "a number");
    return std::nullopt;
  }

  // The array under `key`; null when there is none. A single value where an array belongs is reported.
  const json::array* array(const json::object& from, std::string_view key) {
    const json::value* value = from.if_contains(key);
    if (!value || value->is_null()) return nullptr;
    if (const json::array* list = value->if_array()) return list;
    warn_type(key, "a list");
    return nullptr;
  }

  // The parser keeps no places: a text is looked for from where the last one was found.
  std::size_t offset_of(std::string_view words) {
    const std::size_t at = text_.find(words, last_offset_);
    if (at == std::string_view::npos) return Notes::no_offset;
    last_offset_ = at;
    return at;
  }

  std::optional<base::Instant> date(const json::object& from, std::string_view key, std::string* words_read = nullptr) {
    const std::string words = text(from, key);
    if (words_read) *words_read = words;
    if (words.empty()) return std::nullopt;
    if (const std::optional<Date> date = read_date(words, options_.date_order, options_.timezone)) return date->instant;
    notes_.add("bad-date", offset_of(words),
               quoted(words) + " is not a date that can be read; the entry goes without it");
    return std::nullopt;
  }

  feed::Person person(const json::value& value) {
    if (value.is_string()) return person_of(value.get_string());
    feed::Person person;
    if (const json::object* from = value.if_object()) {
      person.name = text(*from, "name");
      person.uri = address(*from, "url");
      if (base::starts_with_ignoring_case(person.uri, "mailto:"))
        person.email = std::exchange(person.uri, {}).substr(7);
    } else {
      warn_type("author", "an object");
    }
    return person;
  }

  // 1.1 has authors; 1.0 had author, which 1.1 documents give beside it for old readers.
  std::vector<feed::Person> people(const json::object& from) {
    std::vector<feed::Person> people;
    if (const json::value* authors = from.if_contains("authors"); authors && !authors->is_null()) {
      if (const json::array* list = authors->if_array())
        for (const json::value& author : *list) add_person(people, person(author));
      else
        add_person(people, person(*authors));
    }
    if (!people.empty()) return people;
    if (const json::value* author = from.if_contains("author"); author && !author->is_null())
      add_person(people, person(*author));
    return people;
  }

  void read_head(const json::object& root) {
    feed::Head& head = feed_.head;
    head.title = title(root);
    head.subtitle.value = text(root, "description");
    head.link = address(root, "home_page_url");
    if (!head.link.empty()) head.links.push_back({head.link, "alternate", {}, {}, {}, {}});
    head.self = address(root, "feed_url");
    if (!head.self.empty()) {
      head.id = head.self;
      head.links.push_back({head.self, "self", {}, {}, {}, {}});
    }
    if (const std::string next = address(root, "next_url"); !next.empty())
      head.links.push_back({next, "next", {}, {}, {}, {}});
    head.language = text(root, "language");
    head.authors = people(root);
    head.logo = address(root, "icon");
    head.icon = address(root, "favicon");
    if (const json::array* hubs = array(root, "hubs"))
      for (const json::value& hub : *hubs)
        if (const json::object* object = hub.if_object())
          if (std::string url = address(*object, "url"); !url.empty()) head.hubs.push_back(std::move(url));
  }

  void read_item(const json::value& value) {
    const json::object* item = value.if_object();
    if (!item) return warn_type("items", "a list of objects");
    feed::Entry entry;
    entry.id = text(*item, "id");
    entry.title = title(*item);
    entry.link = address(*item, "url");
    if (!entry.link.empty()) entry.links.push_back({entry.link, "alternate", {}, {}, {}, {}});
    if (std::string external = address(*item, "external_url"); !external.empty()) {
      if (entry.link.empty()) entry.link = external;
      entry.links.push_back({std::move(external), "related", {}, {}, {}, {}});
    }
    entry.authors = people(*item);
    entry.published = date(*item, "date_published", &entry.published_text);
    entry.updated = date(*item, "date_modified");
    entry.summary.value = text(*item, "summary");
    add_content(entry, "html", text(*item, "content_html"));
    add_content(entry, "text", text(*item, "content_text"));
    entry.language = text(*item, "language");
    read_lists(*item, entry);
    if (entry.id.empty() && entry.title.empty() && entry.link.empty() && entry.summary.empty() &&
        entry.content.empty() && entry.enclosures.empty() && entry.media.empty())
      notes_.add("empty-entry", Notes::no_offset, "an entry without any content was left out");
    else
      feed_.entries.push_back(std::move(entry));
  }

  void add_content(feed::Entry& entry, std::string type, std::string value) {
    if (value.empty()) return;
    feed::Content content;
    content.type = std::move(type);
    content.value = std::move(value);
    entry.content.push_back(std::move(content));
  }

  // "a, b" where a list belongs.
  bool read_tags_in_text(const json::object& item, feed::Entry& entry) {
    const json::value* tags = item.if_contains("tags");
    if (!tags || !tags->is_string()) return false;
    for (const std::string_view tag : base::split(tags->get_string(), ','))
      add_category(entry.categories, {std::string{base::trim(tag)}, {}, {}});
    notes_.add("wrong-type", Notes::no_offset, "\"tags\" is not a list but a text; it was parted at its commas");
    return true;
  }

  void read_lists(const json::object& item, feed::Entry& entry) {
    if (const json::array* tags = read_tags_in_text(item, entry) ? nullptr : array(item, "tags"))
      for (const json::value& tag : *tags) {
        if (tag.is_string())
          add_category(entry.categories, {std::string{base::trim(tag.get_string())}, {}, {}});
        else
          warn_type("tags", "a list of texts");
      }
    if (const json::array* attachments = array(item, "attachments"))
      for (const json::value& attachment : *attachments)
        if (const json::object* object = attachment.if_object()) read_attachment(*object, entry);
    for (std::string_view key : {"image", "banner_image"})
      if (std::string url = address(item, key); !url.empty()) {
        feed::Media media;
        media.url = std::move(url);
        media.medium = "image";
        entry.media.push_back(std::move(media));
      }
  }

  void read_attachment(const json::object& from, feed::Entry& entry) {
    feed::Enclosure enclosure;
    enclosure.url = address(from, "url");
    enclosure.type = text(from, "mime_type");
    enclosure.length = count(from, "size_in_bytes");
    if (!enclosure.url.empty()) entry.enclosures.push_back(std::move(enclosure));
  }

  std::string_view text_;
  const Options& options_;
  feed::Feed& feed_;
  Notes& notes_;
  std::size_t last_offset_ = 0;
};

struct Parsed {
  json::value value;
  boost::system::error_code fault;
};

Parsed parse_with(std::string_view text, bool is_lenient, json::storage_ptr storage) {
  json::parse_options options;
  options.max_depth = max_depth;
  options.allow_comments = options.allow_trailing_commas = is_lenient;
  Parsed parsed;
  parsed.value = json::parse(text, parsed.fault, std::move(storage), options);
  return parsed;
}

// PHP writes a list with gaps in its numbers as an object: {"0": …, "2": …}. Its values are put into `room`.
const json::array* values_of(const json::object* object, json::array& room) {
  if (!object) return nullptr;
  for (const json::key_value_pair& member : *object) room.push_back(member.value());
  return &room;
}

bool has_content(const json::object& item) { return item.contains("content_html") || item.contains("content_text"); }

// Known by its version; without one, by a list of items that look like stories.
const json::array* items_of(const json::object& root, json::array& room) {
  const json::value* items = root.if_contains("items");
  const json::array* list = items ? items->if_array() : nullptr;
  if (items && !list) list = values_of(items->if_object(), room);
  const json::value* version = root.if_contains("version");
  const bool is_declared =
      version && version->is_string() && base::contains_ignoring_case(version->get_string(), "jsonfeed.org");
  static const json::array none;
  if (is_declared) return list ? list : &none;
  if (!list || list->empty()) return nullptr;
  const json::object* first = list->front().if_object();
  const bool is_story =
      first && (has_content(*first) || (first->contains("url") && first->contains("title") && root.contains("title")));
  return is_story ? list : nullptr;
}

bool read_feed(const json::object& root, JsonReader& reader, Notes& notes, bool is_first) {
  json::array room(root.storage());
  const json::array* items = items_of(root, room);
  if (!items) return false;
  if (items == &room)
    notes.add("wrong-type", Notes::no_offset, "\"items\" is not a list but an object; what it holds was read");
  if (is_first)
    reader.read(root, *items);
  else
    reader.read_items(*items);
  return true;
}

// {"feed": {…}}, as interfaces of web sites answer.
bool read_wrapped(const json::object& root, JsonReader& reader, Notes& notes) {
  for (const json::key_value_pair& member : root) {
    const json::object* inner = member.value().if_object();
    if (!inner || !read_feed(*inner, reader, notes, true)) continue;
    notes.add("misplaced-entries", Notes::no_offset,
              "the feed stands inside of " + quoted(member.key()) + ", not at the top; it was read");
    return true;
  }
  return false;
}

// Around one feed or several, or of the stories themselves. False: there is no feed in it.
bool read_list(const json::array& list, JsonReader& reader, Notes& notes) {
  std::size_t feeds = 0;
  for (const json::value& value : list)
    if (const json::object* root = value.if_object(); root && read_feed(*root, reader, notes, feeds == 0)) ++feeds;
  if (feeds > 0) {
    notes.add("list-around", Notes::no_offset,
              feeds == 1 ? "the feed stands inside a list; it was read"
                         : "a list of feeds was read as one, under the head of the first");
    return true;
  }
  const json::object* first = list.empty() ? nullptr : list.front().if_object();
  if (!first || !has_content(*first)) return false;
  notes.add("list-around", Notes::no_offset, "this is a list of stories without a feed around it; they were read");
  reader.read({}, list);
  return true;
}

Error fault_of(const boost::system::error_code& code) {
  if (code == json::error::too_deep)
    return {ErrorCode::too_deep, "this is JSON nested deeper than 256 levels, which no feed is", 0};
  return {ErrorCode::unreadable, "this looks like JSON and cannot be read: " + code.message(), 0};
}

}  // namespace

Result<void, Error> read_json(std::string_view text, const Options& options, feed::Feed& feed, Notes& notes) {
  json::monotonic_resource storage;
  Parsed parsed = parse_with(text, false, &storage);
  if (parsed.fault && parsed.fault != json::error::too_deep) {
    const std::string why = parsed.fault.message();
    JsonRepaired repaired = repair_json(text);
    parsed = parse_with(repaired.text, true, &storage);
    if (!parsed.fault) {
      notes.add("bad-json", repaired.first_change,
                "the document is not well-formed JSON (" + why + ") and was read as far as it goes");
      feed.recovered = true;
    }
  }
  if (parsed.fault) return fault_of(parsed.fault);
  JsonReader reader{text, options, feed, notes};
  const json::object* root = parsed.value.if_object();
  if (root && read_feed(*root, reader, notes, true)) return {};
  const json::array* list = parsed.value.if_array();
  if ((list && read_list(*list, reader, notes)) || (root && read_wrapped(*root, reader, notes))) {
    feed.recovered = true;
    return {};
  }
  return Error{ErrorCode::json_without_feed,
               "this is JSON, but not a JSON Feed: it has no list of items that are stories", 0};
}

}  // namespace rapporteur::parse
