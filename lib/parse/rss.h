// RSS 0.91 to 2.0, and the parts that RDF (RSS 0.90, 1.0) shares with them. Called by parse(). Items are found wherever
// they stand: in the channel, beside it, without one. Pure.
#pragma once

#include <vector>

#include "parse/draft.h"
#include "parse/reader.h"

namespace rapporteur::parse {

// `root` is rss, or a channel that stands alone.
void read_rss(Reader& reader, const Element& root);

// What a channel says; its items are collected, not read.
void read_channel(Reader& reader, const Element& channel, HeadDraft& head, std::vector<Element>& items);
// One child of a channel (or of a root that forgot its channel).
void read_channel_element(Reader& reader, const Element& element, HeadDraft& head, std::vector<Element>& items);
// One child of an item; items inside it are collected.
void read_item_element(Reader& reader, const Element& element, Draft& draft, std::vector<Element>& nested);
// Items inside an item, at any depth, follow it: `read` may add to them.
template <class Read>
void read_nested(Reader& reader, std::vector<Element>& nested, const Read& read) {
  for (std::size_t i = 0; i < nested.size(); ++i) {
    const Element inner = nested[i];
    reader.notes.add("nested-entry", inner.offset(), "an item stands inside another one and was read as its own");
    read(inner);
  }
  nested.clear();
}
// Reads the items, and items that stand inside items, in the document's order.
void read_items(Reader& reader, std::vector<Element> items, std::string_view feed_language);

}  // namespace rapporteur::parse
