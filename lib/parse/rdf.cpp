#include "parse/rdf.h"

#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "parse/rss.h"
#include "parse/wrapped.h"

namespace rapporteur::parse {

namespace {

// The channel's namespace, or an item's, tells the version; without one the document is taken for the later.
feed::Format format_of(const Element& root) {
  for (Element child = root.first(); child; child = child.next())
    if (base::contains_ignoring_case(child.namespace_uri(), "netscape.com/rdf/simple/0.9")) return feed::Format::rss090;
  return feed::Format::rss10;
}

bool is_channel(const Element& element) {
  return (element.space() == Space::rss || element.space() == Space::none) && names::equals("channel", element.name());
}

}  // namespace

void read_rdf(Reader& reader, const Element& root) {
  reader.feed.format = format_of(root);
  HeadDraft head{root.language()};
  std::vector<Element> items;
  for (Element child = root.first(); child; child = child.next()) {
    if (!is_channel(child)) {
      read_channel_element(reader, child, head, items);
      continue;
    }
    take_first(head.own.id, base::trim(child.attribute("about")));  // rdf:about
    if (!child.language().empty()) head.language = child.language();
    read_channel(reader, child, head, items);
  }
  if (items.empty()) items = find_wrapped(reader, root);
  if (!head.language.empty()) head.own.language = head.language;
  const std::string_view language = head.language;
  finish(head);
  reader.feed.head = std::move(head.own);
  read_items(reader, std::move(items), language);
}

}  // namespace rapporteur::parse
