#include "parse/parse.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/text.h"
#include "base/url.h"
#include "parse/atom.h"
#include "parse/cdf.h"
#include "parse/decode.h"
#include "parse/detect.h"
#include "parse/json.h"
#include "parse/notes.h"
#include "parse/rdf.h"
#include "parse/reader.h"
#include "parse/repair.h"
#include "parse/rss.h"
#include "parse/slices.h"
#include "parse/xml.h"

namespace rapporteur::parse {

namespace {

// A tree costs about ten times its shortest tags: a document of nothing else is an attack on memory, not a feed.
constexpr std::size_t most_tags = 2'000'000;
constexpr std::size_t counted_from_bytes = 4u << 20;
// Of these the text goes once there is a tree, and the tree while there come to be entries.
constexpr std::size_t large_bytes = 1u << 20;

ErrorCode code_of(Kind kind) {
  switch (kind) {
    case Kind::empty:
      return ErrorCode::empty;
    case Kind::html:
      return ErrorCode::html_page;
    case Kind::json:
      return ErrorCode::json_without_feed;
    case Kind::binary:
      return ErrorCode::binary;
    case Kind::text:
      return ErrorCode::unreadable;
    default:
      return ErrorCode::xml_without_feed;
  }
}

std::uint32_t count_lines(std::string_view text) {
  return static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\n'));
}

bool is_item(const Element& element) {
  return names::equals("item", element.name()) || names::equals("entry", element.name());
}

// Items where formats have them: below the root, and below what stands there.
std::size_t count_items(Xml& xml) {
  const Element root = xml.root();
  std::size_t count = 0;
  for (Element child = root ? root.first() : Element{}; child; child = child.next()) {
    count += is_item(child) ? 1 : 0;
    if (names::equals("channel", child.name()))
      for (Element item = child.first(); item; item = item.next()) count += is_item(item) ? 1 : 0;
  }
  return count;
}

// The ladder of recovery: each rung only when the one before fell short. `text` ends as what the tree was made of.
class Loader {
 public:
  Loader(std::string text, bool is_unremarkable, std::uint32_t first_line, std::string url, const Options& options,
         feed::Feed& feed, Notes& notes)
      : text_(std::move(text)),
        is_unremarkable_(is_unremarkable),
        first_line_(first_line),
        url_(std::move(url)),
        options_(options),
        feed_(feed),
        notes_(notes) {}

  // What the tree was made of.
  std::string_view text() const { return text_; }
  void drop_text() { std::string().swap(text_); }  // assignment would keep its room
  // Of the entries of a document that came through whole; empty for others.
  std::vector<Slice> take_slices() { return std::move(slices_); }

  std::unique_ptr<Xml> load() {
    const bool was_repaired = needs_repair(text_, is_unremarkable_);
    if (was_repaired) apply_repair();
    notes_.look_at(text_, first_line_);
    if (!was_repaired) slices_ = find_slices(text_, context());
    if (std::unique_ptr<Xml> xml = load_new()) return xml;
    auto xml = std::make_unique<Xml>(text_, url_);
    if (xml->is_well_nested()) return xml;
    slices_.clear();
    if (!was_repaired && apply_repair()) {
      notes_.look_at(text_, first_line_);
      xml = std::make_unique<Xml>(text_, url_);
      if (xml->is_well_nested()) return xml;
    }
    return load_nested(std::move(xml));
  }

 private:
  // What decides beside an entry's bytes how it is read.
  std::string context() const {
    return url_ + '\n' + options_.timezone + '\n' + std::to_string(static_cast<int>(options_.date_order));
  }

  // Without the entries that are known by their bytes; nothing when none is, or when they cannot be told apart.
  std::unique_ptr<Xml> load_new() {
    if (!options_.is_known) return nullptr;
    std::vector<Slice> known;
    for (const Slice& slice : slices_)
      if (options_.is_known(slice.hash)) known.push_back(slice);
    if (known.empty()) return nullptr;
    std::vector<std::uint64_t> hashes;
    for (const Slice& slice : known) hashes.push_back(slice.hash);
    auto xml = std::make_unique<Xml>(text_, url_, std::move(known));
    if (!xml->is_well_nested()) return nullptr;
    feed_.passed_over = std::move(hashes);
    return xml;
  }

  // True when something changed. A document type that only had to go away is no damage.
  bool apply_repair() {
    notes_.look_at(text_, first_line_);
    Repaired repaired = repair(text_);
    if (!repaired.changed) return false;
    if (!repaired.warnings.empty()) feed_.recovered = true;
    notes_.add_all(std::move(repaired.warnings));
    text_ = std::move(repaired.text);
    return true;
  }

  std::unique_ptr<Xml> load_nested(std::unique_ptr<Xml> partial) {
    feed_.recovered = true;
    std::string fault{partial->fault()};
    if (!fault.empty()) fault.front() = base::to_lower(fault.front());
    notes_.add("not-well-formed", partial->fault_offset(),
               "tags do not nest here (" + fault + "); what was open has been closed");
    const std::size_t items = count_items(*partial);
    partial.reset();  // a tree at a time: a document may be large
    std::string nested = repair_nesting(text_);
    if (nested.empty()) return std::make_unique<Xml>(text_, url_);
    auto whole = std::make_unique<Xml>(nested, url_);
    if (!whole->root() || count_items(*whole) < items) return std::make_unique<Xml>(text_, url_);
    text_ = std::move(nested);
    notes_.look_at(text_, first_line_);
    return whole;
  }

  std::string text_;
  bool is_unremarkable_;
  std::uint32_t first_line_;
  std::string url_;
  const Options& options_;
  std::vector<Slice> slices_;
  feed::Feed& feed_;
  Notes& notes_;
};

void note_junk(std::string_view text, std::size_t start, Notes& notes, feed::Feed& feed) {
  const std::string_view before = text.substr(0, start);
  const bool is_declared = text.substr(start).starts_with("<?xml");
  if (!base::trim(before).empty())
    notes.add("junk-before-document", 0, "text before the document was passed over: " + quoted(base::trim(before)));
  else if (is_declared && !before.empty())
    notes.add("junk-before-document", start, "white space stands before the XML declaration");
  else
    return;
  feed.recovered = true;
}

// Where something stands behind the last tag.
std::size_t find_rest(std::string_view text) {
  const std::size_t end = text.rfind('>');
  const std::string_view rest = end == std::string_view::npos ? std::string_view{} : base::trim(text.substr(end + 1));
  return rest.empty() ? Notes::no_offset : static_cast<std::size_t>(rest.data() - text.data());
}

// Behind the root only comments and instructions may follow (XML 1.0 section 2.1). Scripts and second documents do.
void note_rest(std::size_t rest, const Element& root, Notes& notes, feed::Feed& feed) {
  const Element second = root.next();
  const std::size_t at = second ? second.offset() : rest;
  if (at == Notes::no_offset) return;
  if (root.next() && is_item(root.next()))
    notes.add("early-end", at, "entries stand behind the end of the document; they were read");
  else
    notes.add("junk-after-document", at, "what stands behind the end of the document was passed over");
  feed.recovered = true;
}

void note_unbound(const Xml& xml, Notes& notes) {
  for (const Xml::Unbound& unbound : xml.unbound())
    notes.add("unbound-prefix", unbound.offset,
              "the prefix \"" + unbound.prefix + "\" is not declared; its usual meaning was taken");
}

void read_tree(Reader& reader, Kind kind, Xml& xml) {
  Element root = xml.root();
  const bool is_atom = kind == Kind::atom;
  const Space meant = is_atom ? Space::atom : Space::rss;
  const bool is_mistaken = kind != Kind::rdf && root.space() != meant && root.space() != Space::none &&
                           !(is_atom && root.space() == Space::rss);
  if (is_mistaken) {
    xml.take_root_namespace_as(meant);
    root = xml.root();
  }
  reader.feed.base = root.base();
  if (is_atom) return read_atom(reader, root);
  if (kind == Kind::rdf) return read_rdf(reader, root);
  if (kind == Kind::channel && is_cdf(root)) return read_cdf(reader, root);
  read_rss(reader, root);
}

Result<feed::Feed, Error> read_xml(Decoded decoded, const Shape& shape, const Document& document,
                                   const Options& options, feed::Feed feed, Notes notes) {
  std::string& text = decoded.text;
  if (text.size() > counted_from_bytes &&
      static_cast<std::size_t>(std::count(text.begin(), text.end(), '<')) > most_tags)
    return Error{ErrorCode::unreadable, "this XML has more than two million tags, which no feed has", 0};
  notes.look_at(text);
  note_junk(text, shape.start, notes, feed);
  const std::uint32_t first_line = 1 + count_lines(std::string_view{text}.substr(0, shape.start));
  text.erase(0, shape.start);
  Loader loader{std::move(text),
                decoded.is_unremarkable,
                first_line,
                base::normalize_url(document.url).value_or(""),
                options,
                feed,
                notes};
  const std::unique_ptr<Xml> xml = loader.load();
  if (!xml->root())
    return Error{ErrorCode::unreadable, "this XML is too damaged to be read: " + std::string{xml->fault()}, 0};
  Reader reader{options, feed, notes};
  reader.slices = loader.take_slices();
  const std::size_t rest = find_rest(loader.text());
  if (loader.text().size() > large_bytes) {
    notes.keep_lines_only();
    loader.drop_text();
    reader.drops_entries = true;
  }
  read_tree(reader, shape.kind, *xml);
  note_rest(rest, xml->root(), notes, feed);
  note_unbound(*xml, notes);
  feed.warnings = notes.take();
  return feed;
}

bool is_feed_kind(Kind kind) {
  return kind == Kind::rss || kind == Kind::rdf || kind == Kind::atom || kind == Kind::channel;
}

std::string beginning_of_page(Kind kind, std::string_view text) {
  constexpr std::size_t most_bytes = 64u << 10;
  return kind == Kind::html ? std::string(text.substr(0, most_bytes)) : std::string();
}

}  // namespace

Result<feed::Feed, Error> parse(Document document, const Options& options) {
  if (has_binary_signature(document.bytes)) return Error{ErrorCode::binary, describe({Kind::binary, 0, {}}, {}), 0};
  Decoded decoded = decode(std::move(document.bytes), document.content_type);
  const Shape shape = detect(decoded.text);
  if (!is_feed_kind(shape.kind) && shape.kind != Kind::json)
    return Error{code_of(shape.kind), describe(shape, decoded.text), 0, beginning_of_page(shape.kind, decoded.text)};
  feed::Feed feed;
  Notes notes;
  feed.encoding = std::move(decoded.encoding);
  feed.recovered = decoded.was_wrong;
  notes.add_all(std::move(decoded.warnings));
  if (shape.kind != Kind::json)
    return read_xml(std::move(decoded), shape, document, options, std::move(feed), std::move(notes));
  feed.base = base::normalize_url(document.url).value_or("");
  notes.look_at(decoded.text);
  note_junk(decoded.text, shape.start, notes, feed);
  const std::string_view text = std::string_view{decoded.text}.substr(shape.start);
  notes.look_at(text, 1 + count_lines(std::string_view{decoded.text}.substr(0, shape.start)));
  if (auto read = read_json(text, options, feed, notes); !read) return read.error();
  feed.warnings = notes.take();
  return feed;
}

}  // namespace rapporteur::parse
