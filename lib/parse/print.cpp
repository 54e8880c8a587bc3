#include "parse/print.h"

#include <array>
#include <charconv>
#include <concepts>
#include <string_view>

#include "base/text.h"
#include "base/time.h"

namespace rapporteur::parse {

namespace {

class Printer {
 public:
  explicit Printer(bool one_line) : one_line_(one_line) {}

  void open(char bracket) {
    out_ += bracket;
    ++depth_;
    is_first_ = true;
  }
  void close(char bracket) {
    --depth_;
    if (!is_first_) new_line();
    out_ += bracket;
    is_first_ = false;
  }
  void next() {  // an element of an array
    if (!is_first_) out_ += one_line_ ? ", " : ",";
    new_line();
    is_first_ = false;
  }
  void key(std::string_view name) {
    next();
    base::append_json_string(out_, name);
    out_ += ": ";
  }
  void value(std::string_view text) { base::append_json_string(out_, text); }
  void value(bool truth) { out_ += truth ? "true" : "false"; }
  template <std::integral Number>
  void value(Number number) {
    out_ += std::to_string(number);
  }
  void value(double number) {
    std::array<char, 32> room;
    const auto [end, error] = std::to_chars(room.data(), room.data() + room.size(), number);
    out_.append(room.data(), error == std::errc{} ? end : room.data());
  }

  void field(std::string_view name, std::string_view text) {
    if (text.empty()) return;
    key(name);
    value(text);
  }
  void field(std::string_view name, const std::optional<base::Instant>& instant) {
    if (instant) field(name, base::to_rfc3339(*instant));
  }
  template <std::integral Number>
  void field(std::string_view name, const std::optional<Number>& number) {
    if (!number) return;
    key(name);
    value(*number);
  }
  // An array of what `print_one` writes; left out when empty.
  template <class List, class PrintOne>
  void list(std::string_view name, const List& values, const PrintOne& print_one) {
    if (values.empty()) return;
    key(name);
    open('[');
    for (const auto& one : values) {
      next();
      print_one(one);
    }
    close(']');
  }

  std::string take() {
    out_ += '\n';
    return std::move(out_);
  }

 private:
  void new_line() {
    if (one_line_) return;
    out_ += '\n';
    out_.append(2 * depth_, ' ');
  }

  std::string out_;
  std::size_t depth_ = 0;
  bool is_first_ = true;
  bool one_line_;
};

std::string_view type_name(const feed::TextValue& text) { return text.type == feed::TextType::html ? "html" : "text"; }

void print_people(Printer& to, std::string_view name, const std::vector<feed::Person>& people) {
  to.list(name, people, [&](const feed::Person& person) {
    to.open('{');
    to.field("name", person.name);
    to.field("email", person.email);
    to.field("uri", person.uri);
    to.close('}');
  });
}

void print_links(Printer& to, const std::vector<feed::Link>& links) {
  to.list("links", links, [&](const feed::Link& link) {
    to.open('{');
    to.field("href", link.href);
    to.field("rel", link.rel);
    to.field("type", link.type);
    to.field("hreflang", link.hreflang);
    to.field("title", link.title);
    to.field("length", link.length);
    to.close('}');
  });
}

void print_categories(Printer& to, const std::vector<feed::Category>& categories) {
  to.list("categories", categories, [&](const feed::Category& category) {
    to.open('{');
    to.field("term", category.term);
    to.field("scheme", category.scheme);
    to.field("label", category.label);
    to.close('}');
  });
}

void print_head(Printer& to, const feed::Head& head) {
  to.open('{');
  to.field("id", head.id);
  to.field("title", head.title.value);
  to.field("subtitle", head.subtitle.value);
  to.field("link", head.link);
  to.field("self", head.self);
  to.list("hub", head.hubs, [&](const std::string& hub) { to.value(hub); });
  print_links(to, head.links);
  to.field("language", head.language);
  print_people(to, "authors", head.authors);
  print_people(to, "contributors", head.contributors);
  print_categories(to, head.categories);
  to.field("published", head.published);
  to.field("updated", head.updated);
  to.field("rights", head.rights);
  to.field("generator", head.generator);
  to.field("icon", head.icon);
  to.field("logo", head.logo);
  if (head.image) {
    to.key("image");
    to.open('{');
    to.field("url", head.image->url);
    to.field("title", head.image->title);
    to.field("link", head.image->link);
    to.close('}');
  }
  to.field("ttl_minutes", head.ttl_minutes);
  to.list("skip_hours", head.skip_hours, [&](int hour) { to.value(hour); });
  to.list("skip_days", head.skip_days, [&](const std::string& day) { to.value(day); });
  to.field("update_period", head.update_period);
  to.field("update_frequency", head.update_frequency);
  to.close('}');
}

void print_bodies(Printer& to, const feed::Entry& entry) {
  to.field("summary", entry.summary.value);
  if (!entry.summary.empty()) to.field("summary_type", type_name(entry.summary));
  to.list("content", entry.content, [&](const feed::Content& content) {
    to.open('{');
    to.field("type", content.type);
    to.field("value", content.value);
    to.field("language", content.language);
    to.field("src", content.src);
    to.close('}');
  });
  print_categories(to, entry.categories);
  to.list("enclosures", entry.enclosures, [&](const feed::Enclosure& enclosure) {
    to.open('{');
    to.field("url", enclosure.url);
    to.field("type", enclosure.type);
    to.field("length", enclosure.length);
    to.close('}');
  });
}

void print_media(Printer& to, const feed::Entry& entry) {
  to.list("media", entry.media, [&](const feed::Media& media) {
    to.open('{');
    to.field("url", media.url);
    to.field("type", media.type);
    to.field("medium", media.medium);
    to.field("width", media.width);
    to.field("height", media.height);
    to.field("thumbnail", media.thumbnail);
    to.close('}');
  });
  if (!entry.location) return;
  to.key("location");
  to.open('{');
  to.key("lat");
  to.value(entry.location->lat);
  to.key("lon");
  to.value(entry.location->lon);
  to.close('}');
}

void print_entry(Printer& to, const feed::Entry& entry) {
  to.open('{');
  to.field("id", entry.id);
  to.field("title", entry.title.value);
  if (!entry.title.empty()) to.field("title_type", type_name(entry.title));
  to.field("link", entry.link);
  print_links(to, entry.links);
  print_people(to, "authors", entry.authors);
  print_people(to, "contributors", entry.contributors);
  to.field("published", entry.published);
  to.field("updated", entry.updated);
  to.field("created", entry.created);
  print_bodies(to, entry);
  to.field("rights", entry.rights);
  to.field("language", entry.language);
  to.field("comments", entry.comments);
  if (entry.source) {
    to.key("source");
    print_head(to, *entry.source);
  }
  print_media(to, entry);
  to.close('}');
}

}  // namespace

std::string to_json(const feed::Feed& feed, bool one_line) {
  Printer to{one_line};
  to.open('{');
  to.field("format", feed::to_string(feed.format));
  to.field("encoding", feed.encoding);
  to.key("recovered");
  to.value(feed.recovered);
  to.key("warnings");  // always there, so that "nothing was wrong" can be read
  to.open('[');
  for (const feed::Warning& warning : feed.warnings) {
    to.next();
    to.open('{');
    to.key("line");
    to.value(warning.line);
    to.field("code", warning.code);
    to.field("text", warning.text);
    to.close('}');
  }
  to.close(']');
  to.key("feed");
  print_head(to, feed.head);
  to.key("entries");
  to.open('[');
  for (const feed::Entry& entry : feed.entries) {
    to.next();
    print_entry(to, entry);
  }
  to.close(']');
  to.close('}');
  return to.take();
}

}  // namespace rapporteur::parse
