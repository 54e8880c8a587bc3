#include "parse/cdf.h"

#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "base/url.h"
#include "parse/dates.h"
#include "parse/directions.h"
#include "parse/draft.h"

namespace rapporteur::parse {

namespace {

bool is(const Element& element, std::string_view name) { return names::equals(name, element.name()); }

// An element and what its addresses are relative to, by BASE of itself and of those around it; "" when none has one.
struct Based {
  Element element;
  std::string base;

  Based(const Element& inner, const std::string& around) : element(inner), base(around) {
    const std::string_view own = base::trim(element.attribute("base"));
    const bool is_of_xml = element.base().ends_with(own);  // xml:base, which holds already
    if (own.empty() || is_of_xml) return;
    if (auto absolute = base::resolve_url(around.empty() ? element.base() : around, own)) base = std::move(*absolute);
  }

  std::string address(Reader& reader, std::string_view reference) const {
    if (base.empty() || base::trim(reference).empty()) return reader.address(element, reference);
    return reader.address(element, base::resolve_url(base, base::trim(reference)).value_or(std::string{reference}));
  }
};

std::string address_of(Reader& reader, const Based& at) {
  const std::string_view href = at.element.attribute("href");
  if (!href.empty()) return at.address(reader, href);
  for (Element child = at.element.first(); child; child = child.next())
    if (is(child, "a")) return at.address(reader, child.attribute("href"));
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

void read_item(Reader& reader, const Based& at) {
  const Element& item = at.element;
  Draft draft{reader, item, item.language()};
  feed::Entry& entry = draft.own;
  entry.link = address_of(reader, at);
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
  for (Element child = root.first(); child; child = child.next()) {
    if (!is(child, "item")) continue;
    if (!child.attribute("href").empty()) return true;
    if (const Element inner = child.first(); inner && is(inner, "a") && !inner.attribute("href").empty()) return true;
  }
  return false;
}

void read_cdf(Reader& reader, const Element& root) {
  reader.feed.format = feed::Format::cdf;
  feed::Head& head = reader.feed.head;
  head.language = root.language();
  std::vector<Based> open{{root, {}}};  // channels may hold channels
  head.link = address_of(reader, open.front());
  head.self = open.front().address(reader, root.attribute("self"));
  for (std::size_t i = 0; i < open.size(); ++i) {
    const Based channel = open[i];
    for (Element child = channel.element.first(); child; child = child.next()) {
      if (is(child, "item")) read_item(reader, {child, channel.base});
      if (is(child, "channel")) open.emplace_back(child, channel.base);
      if (is(child, "title")) take_first(head.title, reader.value(child, feed::TextType::text, head.language));
      if (is(child, "abstract")) take_first(head.subtitle, reader.value(child, feed::TextType::text, head.language));
      if (is(child, "logo")) take_first(head.logo, channel.address(reader, child.attribute("href")));
    }
  }
  settle_directions(head.title);
}

}  // namespace rapporteur::parse
