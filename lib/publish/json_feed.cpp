#include "publish/json_feed.h"

#include <algorithm>

#include "base/text.h"
#include "base/time.h"
#include "publish/json_writer.h"

namespace rapporteur::publish {

namespace {

constexpr std::size_t bytes_of_item = 1536;  // a guess, for the reserve

void write_strings(JsonWriter& json, std::string_view name, const std::vector<std::string>& values) {
  json.key(name);
  json.open('[');
  for (const std::string& value : values) json.value(value);
  json.close(']');
}

void write_authors(JsonWriter& json, const std::vector<feed::Person>& authors) {
  json.key("authors");
  json.open('[');
  for (const feed::Person& author : authors) {
    json.open('{');
    json.member("name", author.name);
    json.member_if("url", author.uri);
    json.close('}');
  }
  json.close(']');
}

void write_tags(JsonWriter& json, const Item& item) {
  std::vector<std::string> tags;
  const auto add = [&tags](const feed::Category& category) {
    const std::string& tag = category.label.empty() ? category.term : category.label;
    if (std::find(tags.begin(), tags.end(), tag) == tags.end()) tags.push_back(tag);
  };
  for (const feed::Category& label : item.labels) add(label);
  for (const feed::Category& category : item.categories) add(category);
  write_strings(json, "tags", tags);
}

void write_attachments(JsonWriter& json, const Item& item) {
  if (item.enclosures.empty()) return;
  json.key("attachments");
  json.open('[');
  for (const feed::Enclosure& enclosure : item.enclosures) {
    json.open('{');
    json.member("url", enclosure.url);
    // mime_type is required; this is what RFC 9110 8.3 has for "unknown".
    json.member("mime_type", enclosure.type.empty() ? "application/octet-stream" : std::string_view(enclosure.type));
    if (enclosure.length) {
      json.key("size_in_bytes");
      json.number(*enclosure.length);
    }
    json.close('}');
  }
  json.close(']');
}

void write_also(JsonWriter& json, const Item& item) {
  json.key("also");
  json.open('[');
  for (const feed::Copy& copy : item.also) {
    json.open('{');
    json.member("source", copy.source);
    json.member("agency", copy.agency);
    json.member("url", copy.url);
    json.close('}');
  }
  json.close(']');
}

void write_siblings(JsonWriter& json, const Item& item) {
  json.key("siblings");
  json.open('[');
  for (const feed::Sibling& sibling : item.siblings) {
    json.open('{');
    json.member("id", std::to_string(base::to_number(sibling.id)));
    json.member("language", sibling.language);
    json.member("url", sibling.url);
    json.close('}');
  }
  json.close(']');
}

void write_story(JsonWriter& json, const Item& item) {
  json.key("_story");
  json.open('{');
  json.member("id", std::to_string(base::to_number(item.story->id)));
  json.member("agency", item.agency);
  json.member("source", item.story->source->id);
  write_strings(json, "countries", item.story->countries);
  write_strings(json, "topics", item.story->topics);
  write_also(json, item);
  write_siblings(json, item);
  json.key("revised");
  if (item.story->lead.revised)
    json.value(base::to_rfc3339(*item.story->lead.revised));
  else
    json.null();
  if (item.stated) json.member("stated", *item.stated);
  json.member_if("rights", item.rights);
  json.close('}');
}

void write_item(JsonWriter& json, const Item& item) {
  json.open('{');
  json.member("id", item.id);
  json.member("url", item.link);
  json.member("title", item.title);
  json.member_if("language", item.language);
  json.member_if("summary", item.summary);
  // One of the two is required; a headline has neither text nor markup, and says so with an empty text.
  if (item.content.empty())
    json.member("content_text", item.summary);
  else
    json.member("content_html", item.content);
  json.member("date_published", base::to_rfc3339(item.published));
  json.member("date_modified", base::to_rfc3339(item.updated));
  write_authors(json, item.authors);
  write_tags(json, item);
  write_attachments(json, item);
  write_story(json, item);
  json.close('}');
}

}  // namespace

std::string write_json_feed(const Document& document, const std::vector<Item>& items) {
  const Settings& settings = *document.settings;
  std::size_t expected = bytes_of_item;
  for (const Item& item : items) expected += bytes_of_item + item.content.size() + item.content.size() / 8;
  JsonWriter json(expected);
  json.open('{');
  json.member("version", "https://jsonfeed.org/version/1.1");
  json.member("title", document.title);
  json.member("home_page_url", document.page_url);
  json.member("feed_url", document.json_url);
  json.member_if("description", document.subtitle);
  json.member("language", document.language);
  write_authors(json, {{settings.author.empty() ? settings.title : settings.author, "", document.page_url}});
  json.key("items");
  json.open('[');
  for (const Item& item : items) write_item(json, item);
  json.close(']');
  json.close('}');
  return json.finish();
}

}  // namespace rapporteur::publish
