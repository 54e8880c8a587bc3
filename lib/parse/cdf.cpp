#include "parse/cdf.h"

#include <utility>
#include <vector>

#include "parse/dates.h"
#include "parse/draft.h"

namespace rapporteur::parse {

namespace {

bool is(const Element& element, std::string_view name) { return names::equals(name, element.name()); }

std::string address_of(Reader& reader, const Element& element) {
  const std::string_view href = element.attribute("href");
  if (!href.empty()) return reader.address(element, href);
  for (Element child = element.first(); child; child = child.next())
    if (is(child, "a")) return reader.address(child, child.attribute("href"));
  return {};
}

void take_dates(Reader& reader, const Element& element, feed::Entry& entry) {
  const std::string_view words = element.attribute("lastmod");
  if (words.empty()) return;
  entry.published_text = words;
  const std::optional<Date> date = read_date(words, reader.options.date_order, reader.options.timezone);
  if (date)
    entry.published = date->instant;
  else
    reader.notes.add("bad-date", element.offset(),
                     quoted(words) + " is not a date that can be read; the entry goes without it");
}

void read_item(Reader& reader, const Element& item) {
  Draft draft{reader, item, item.language()};
  feed::Entry& entry = draft.own;
  entry.link = address_of(reader, item);
  take_dates(reader, item, entry);
  for (Element child = item.first(); child; child = child.next()) {
    if (is(child, "title")) take_first(entry.title, reader.value(child, feed::TextType::text, draft.language));
    if (is(child, "abstract")) take_first(entry.summary, reader.value(child, feed::TextType::text, draft.language));
  }
  draft.finish(reader, item);
}

}  // namespace

bool is_cdf(const Element& root) {
  if (!root.attribute("href").empty()) return true;
  for (Element child = root.first(); child; child = child.next())
    if (is(child, "item") && !child.attribute("href").empty()) return true;
  return false;
}

void read_cdf(Reader& reader, const Element& root) {
  reader.feed.format = feed::Format::cdf;
  feed::Head& head = reader.feed.head;
  head.language = root.language();
  head.link = address_of(reader, root);
  head.self = reader.address(root, root.attribute("self"));
  std::vector<Element> open{root};  // channels may hold channels
  for (std::size_t i = 0; i < open.size(); ++i) {
    const Element channel = open[i];
    for (Element child = channel.first(); child; child = child.next()) {
      if (is(child, "item")) read_item(reader, child);
      if (is(child, "channel")) open.push_back(child);
      if (is(child, "title")) take_first(head.title, reader.value(child, feed::TextType::text, head.language));
      if (is(child, "abstract")) take_first(head.subtitle, reader.value(child, feed::TextType::text, head.language));
      if (is(child, "logo")) take_first(head.logo, reader.address(child, child.attribute("href")));
    }
  }
}

}  // namespace rapporteur::parse
