#include "parse/xml.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <pugixml.hpp>
#include <utility>

#include "base/text.h"
#include "base/url.h"

namespace rapporteur::parse {

namespace {

struct KnownUri {
  std::string_view uri;  // in lower case, without scheme, "www." and what stands at the end ("/", "#")
  Space space;
};

constexpr KnownUri known_uris[] = {
    {"w3.org/2005/atom", Space::atom},
    {"purl.org/atom/ns", Space::atom},
    {"w3.org/1999/02/22-rdf-syntax-ns", Space::rdf},
    {"purl.org/rss/1.0", Space::rss},
    {"purl.org/net/rss1.1", Space::rss},
    {"my.netscape.com/rdf/simple/0.9", Space::rss},
    {"channel.netscape.com/rdf/simple/0.9", Space::rss},
    {"my.netscape.com/publish/formats/rss-0.91.dtd", Space::rss},
    {"backend.userland.com/rss", Space::rss},
    {"backend.userland.com/rss2", Space::rss},
    {"backend.userland.com/rss091", Space::rss},
    {"backend.userland.com/rss092", Space::rss},
    {"backend.userland.com/rss093", Space::rss},
    {"backend.userland.com/blogchannelmodule", Space::other},
    {"blogs.law.harvard.edu/tech/rss", Space::rss},
    {"cyber.law.harvard.edu/rss/rss.html", Space::rss},
    {"rssboard.org/rss-specification", Space::rss},
    {"w3.org/1999/xhtml", Space::xhtml},
    {"w3.org/xml/1998/namespace", Space::xml},
    {"purl.org/dc/elements/1.1", Space::dc},
    {"purl.org/dc/elements/1.0", Space::dc},
    {"purl.org/metadata/dublin_core", Space::dc},
    {"purl.org/dc/terms", Space::dcterms},
    {"purl.org/rss/1.0/modules/dcterms", Space::dcterms},
    {"purl.org/rss/1.0/modules/content", Space::content},
    {"search.yahoo.com/mrss", Space::media},
    {"video.search.yahoo.com/mrss", Space::media},
    {"rssboard.org/media-rss", Space::media},
    {"tools.search.yahoo.com/mrss", Space::media},
    {"itunes.com/dtds/podcast-1.0.dtd", Space::itunes},
    {"example.com/dtds/podcast-1.0.dtd", Space::itunes},
    {"georss.org/georss", Space::georss},
    {"georss.org/georss/10", Space::georss},
    {"w3.org/2003/01/geo/wgs84_pos", Space::geo},
    {"opengis.net/gml", Space::gml},
    {"opengis.net/gml/3.2", Space::gml},
    {"purl.org/rss/1.0/modules/syndication", Space::syndication},
    {"purl.org/rss/1.0/modules/slash", Space::slash},
    {"wellformedweb.org/commentapi", Space::wfw},
    {"rssnamespace.org/feedburner/ext/1.0", Space::feedburner},
    {"purl.org/syndication/thread/1.0", Space::threading},
    {"backend.userland.com/creativecommonsrssmodule", Space::license},
    {"creativecommons.org/ns", Space::license},
    {"web.resource.org/cc", Space::license},
    {"cyber.law.harvard.edu/rss/creativecommonsrssmodule.html", Space::license},
    {"webns.net/mvcb", Space::admin},
};

// Where the URI is wrong or missing, publishers still mean what everybody means by these.

// What a URI that is none of these was probably meant to be: publishers forget an ending, or add one.
constexpr KnownUri resembling[] = {
    {"w3.org/2005/atom", Space::atom},     {"purl.org/atom", Space::atom},
    {"22-rdf-syntax-ns", Space::rdf},      {"1999/xhtml", Space::xhtml},
    {"purl.org/dc/terms", Space::dcterms}, {"purl.org/dc", Space::dc},
    {"modules/content", Space::content},   {"mrss", Space::media},
    {"media-rss", Space::media},           {"itunes.com", Space::itunes},
    {"georss.org", Space::georss},         {"wgs84_pos", Space::geo},
    {"opengis.net/gml", Space::gml},       {"modules/syndication", Space::syndication},
    {"modules/slash", Space::slash},       {"wellformedweb.org", Space::wfw},
    {"feedburner", Space::feedburner},     {"syndication/thread", Space::threading},
    {"creativecommons", Space::license},   {"purl.org/rss/1.0/modules", Space::other},
    {"purl.org/rss/1", Space::rss},
};

// Where nothing declares them, these still mean what everybody means by them.
constexpr std::pair<std::string_view, Space> usual_prefixes[] = {
    {"atom", Space::atom},       {"atom10", Space::atom},
    {"rdf", Space::rdf},         {"rss", Space::rss},
    {"dc", Space::dc},           {"dcterms", Space::dcterms},
    {"content", Space::content}, {"media", Space::media},
    {"itunes", Space::itunes},   {"georss", Space::georss},
    {"geo", Space::geo},         {"gml", Space::gml},
    {"sy", Space::syndication},  {"slash", Space::slash},
    {"wfw", Space::wfw},         {"thr", Space::threading},
    {"xhtml", Space::xhtml},     {"creativecommons", Space::license},
    {"cc", Space::license},      {"feedburner", Space::feedburner},
    {"admin", Space::admin},     {"a10", Space::atom}};

// Of all scopes around an element: a look-up goes through them one by one.
constexpr std::size_t max_bindings = 256;

std::string_view without_prefix(std::string_view text, std::string_view prefix) {
  return base::starts_with_ignoring_case(text, prefix) ? text.substr(prefix.size()) : text;
}

Space space_of_prefix(std::string_view prefix) {
  for (const auto& [usual, space] : usual_prefixes)
    if (base::equals_ignoring_case(usual, prefix)) return space;
  return Space::other;
}

Space space_of_uri(std::string_view uri) {
  uri = base::trim(uri);
  if (uri.empty()) return Space::none;
  uri = without_prefix(without_prefix(without_prefix(uri, "http://"), "https://"), "www.");
  while (!uri.empty() && (uri.back() == '/' || uri.back() == '#')) uri.remove_suffix(1);
  for (const KnownUri& known : known_uris)
    if (names::equals(known.uri, uri)) return known.space;
  for (const KnownUri& known : resembling)
    if (base::contains_ignoring_case(uri, known.uri)) return known.space;
  return Space::other;
}

// Prefix and local name, in one walk over what is short.
std::pair<std::string_view, std::string_view> split_name(const char* name) {
  const char* local = name;
  const char* end = name;
  for (; *end; ++end)
    if (*end == ':' && local == name) local = end + 1;
  const std::string_view prefix =
      local == name ? std::string_view{} : std::string_view{name, static_cast<std::size_t>(local - name - 1)};
  return {prefix, {local, static_cast<std::size_t>(end - local)}};
}

pugi::xml_node to_node(void* node) { return pugi::xml_node{static_cast<pugi::xml_node_struct*>(node)}; }

pugi::xml_node next_element(pugi::xml_node node) {
  for (pugi::xml_node_type type = node.type(); type != pugi::node_element && type != pugi::node_null;
       type = node.type())
    node = node.next_sibling();
  return node;
}

// pugixml drops white space between elements, but parsing in place leaves it in the buffer, just before the "<" of the
// next tag: much cheaper than a node for each line break of the document.
bool follows_space(const char* name) { return name[-1] == '<' && base::is_space(name[-2]); }

}  // namespace

struct Xml::Tree {
  std::unique_ptr<char[]> buffer;
  pugi::xml_document document;
};

const Scope::Binding* Scope::find(std::string_view prefix) const {
  for (const Scope* scope = this; scope; scope = scope->outer)
    for (const Binding& binding : scope->bindings)
      if (binding.prefix == prefix) return &binding;
  return nullptr;
}

Xml::Xml(std::string_view text, std::string base, std::vector<Slice> left_out)
    : tree_(std::make_unique<Tree>()), left_out_(std::move(left_out)) {
  outermost_.owner = this;
  outermost_.base = std::move(base);
  // Two bytes in front so that follows_space may look back from the first name.
  std::size_t kept = text.size();
  for (const Slice& slice : left_out_) kept -= slice.end - slice.begin;
  tree_->buffer.reset(new char[kept + 3]);
  std::memcpy(tree_->buffer.get(), "  ", 2);
  char* to = tree_->buffer.get() + 2;
  std::size_t from = 0;
  for (const Slice& slice : left_out_) {
    to = std::copy_n(text.data() + from, slice.begin - from, to);
    from = slice.end;
  }
  *std::copy_n(text.data() + from, text.size() - from, to) = '\0';
  constexpr unsigned flags = pugi::parse_default | pugi::parse_embed_pcdata;
  // With the zero: pugixml puts one in place of the last character and loses it where text is cut off.
  const pugi::xml_parse_result result =
      tree_->document.load_buffer_inplace(tree_->buffer.get() + 2, kept + 1, flags, pugi::encoding_utf8);
  if (result.status == pugi::status_ok) return;
  fault_ = result.description();
  fault_offset_ = static_cast<std::size_t>(std::max<std::ptrdiff_t>(result.offset, 0));
}

Xml::~Xml() = default;

Element Xml::root() {
  const pugi::xml_node node = next_element(tree_->document.first_child());
  return node ? Element{node.internal_object(), &outermost_} : Element{};
}

// Attributes decide: only xmlns, xml:base and xml:lang make a scope of their own.
const Scope* Xml::scope_for(void* handle, const Scope* outer) {
  Scope* made = nullptr;
  for (pugi::xml_attribute attribute = to_node(handle).first_attribute(); attribute;
       attribute = attribute.next_attribute()) {
    if (std::strncmp(attribute.name(), "xml", 3) != 0) continue;
    const std::string_view name = attribute.name();
    const bool is_binding = name == "xmlns" || name.starts_with("xmlns:");
    if (!is_binding && name != "xml:base" && name != "xml:lang") continue;
    if (!made) {
      made = &scopes_.emplace_back();
      made->owner = this;
      made->outer = outer;
      made->language = outer->language;
      made->base = outer->base;
      made->all_bindings = outer->all_bindings;
      made->unprefixed = outer->unprefixed;
    }
    const std::string_view value = attribute.value();
    if (name == "xml:lang") {
      made->language = base::trim(value);
    } else if (name == "xml:base") {
      if (std::optional<std::string> absolute = base::resolve_url(outer->base, value))
        made->base = std::move(*absolute);
    } else if (made->all_bindings < max_bindings) {
      ++made->all_bindings;
      const std::string_view prefix = name.size() > 6 ? name.substr(6) : std::string_view{};
      const Space space = space_of_uri(value);
      made->bindings.push_back({prefix, value, space});
      if (prefix.empty()) made->unprefixed = space;
    }
  }
  return made ? made : outer;
}

Space Xml::unbound_space(std::string_view prefix, const char* place) {
  if (prefix == "xml") return Space::xml;
  const bool is_known =
      std::any_of(unbound_.begin(), unbound_.end(), [&](const Unbound& known) { return known.prefix == prefix; });
  constexpr std::size_t worth_telling = 8;
  if (!is_known && unbound_.size() < worth_telling) unbound_.push_back({std::string{prefix}, offset_of(place)});
  return space_of_prefix(prefix);
}

std::size_t Xml::offset_of(const char* place) const {
  std::size_t offset = static_cast<std::size_t>(place - tree_->buffer.get() - 2);
  for (const Slice& slice : left_out_) {
    if (slice.begin > offset) break;
    offset += slice.end - slice.begin;
  }
  return offset;
}

void Xml::take_root_namespace_as(Space space) {
  const pugi::xml_node node = next_element(tree_->document.first_child());
  const std::string_view prefix = split_name(node.name()).first;
  outermost_.bindings.push_back({prefix, "", space});
  if (prefix.empty()) outermost_.unprefixed = space;
  for (pugi::xml_attribute attribute : node.attributes()) {
    const std::string_view name = attribute.name();
    if (prefix.empty() ? name == "xmlns" : name.starts_with("xmlns:") && name.substr(6) == prefix)
      attribute.set_name("declared");  // so that the outermost binding holds
  }
}

Element::Element(void* handle, const Scope* outer) : node_(handle), outer_(outer) {
  const pugi::xml_node node = to_node(handle);
  scope_ = outer->owner->scope_for(handle, outer);
  std::tie(prefix_, name_) = split_name(node.name());
  if (prefix_.empty())
    space_ = scope_->unprefixed;
  else if (const Scope::Binding* binding = scope_->find(prefix_))
    space_ = binding->space;
  else
    space_ = outer->owner->unbound_space(prefix_, node.name());
}

std::string_view Element::namespace_uri() const {
  const Scope::Binding* binding = scope_->find(prefix_);
  return binding ? binding->uri : std::string_view{};
}

Element Element::first() const {
  const pugi::xml_node node = next_element(to_node(node_).first_child());
  return node ? Element{node.internal_object(), scope_} : Element{};
}

Element Element::next() const {
  const pugi::xml_node node = next_element(to_node(node_).next_sibling());
  return node ? Element{node.internal_object(), outer_} : Element{};
}

bool Element::has_elements() const { return static_cast<bool>(next_element(to_node(node_).first_child())); }

Element::Text Element::read_text(std::string& room) const {
  const pugi::xml_node node = to_node(node_);
  Text text;
  std::string_view only = node.value();
  bool is_joined = false;
  pugi::xml_node child = node.first_child();
  for (pugi::xml_node_type type = child.type(); type != pugi::node_null;
       child = child.next_sibling(), type = child.type()) {
    if (type != pugi::node_cdata && type != pugi::node_pcdata) {
      text.has_elements = text.has_elements || type == pugi::node_element;
      continue;
    }
    const std::string_view piece = child.value();
    if (is_joined) {
      room += piece;
    } else if (base::trim(only).empty()) {
      only = piece;
    } else {
      room.assign(only).append(piece);
      is_joined = true;
    }
  }
  text.words = base::trim(is_joined ? std::string_view{room} : only);
  return text;
}

std::string_view Element::text_behind() const {
  const pugi::xml_node behind = to_node(node_).next_sibling();
  const bool is_text = behind.type() == pugi::node_pcdata || behind.type() == pugi::node_cdata;
  return is_text ? base::trim(behind.value()) : std::string_view{};
}

std::string_view Element::attribute(std::string_view local_name) const {
  std::string_view found;
  for (pugi::xml_attribute attribute = to_node(node_).first_attribute(); attribute;
       attribute = attribute.next_attribute()) {
    const auto [prefix, name] = split_name(attribute.name());
    if (!names::equals(local_name, name)) continue;
    if (prefix.empty()) return attribute.value();
    if (found.empty() && prefix != "xmlns") found = attribute.value();
  }
  return found;
}

const std::vector<Attribute>& Element::attributes(std::vector<Attribute>& room) const {
  room.clear();
  std::size_t prefixed = 0;
  for (pugi::xml_attribute attribute = to_node(node_).first_attribute(); attribute;
       attribute = attribute.next_attribute()) {
    const auto [prefix, name] = split_name(attribute.name());
    if (prefix == "xmlns") continue;
    room.push_back({name, attribute.value()});
    if (!prefix.empty()) std::swap(room[prefixed++], room.back());
  }
  return room;
}

std::size_t Element::offset() const { return scope_->owner->offset_of(to_node(node_).name()); }

void Element::drop() const {
  const pugi::xml_node node = to_node(node_);
  pugi::xml_node parent = node.parent();
  if (parent.type() == pugi::node_element) parent.remove_child(node);
}

void Element::walk(Visitor& visitor) const {
  std::vector<Element> open{*this};  // and below it those that were announced
  std::vector<Attribute> attributes;
  const pugi::xml_node top = to_node(node_);
  if (*top.value()) visitor.text(top.value());
  std::size_t depth = 1;  // of `node`'s parent; beyond max_depth only text is passed on
  bool is_after_element = false;
  for (pugi::xml_node node = top.first_child(); node;) {
    if (node.type() == pugi::node_element) {
      if (is_after_element && follows_space(node.name())) visitor.text(" ");
      if (depth < Xml::max_depth) {
        open.push_back(Element{node.internal_object(), open.back().scope_});
        attributes.clear();
        for (pugi::xml_attribute attribute : node.attributes())
          attributes.push_back({attribute.name(), attribute.value()});
        visitor.open(open.back(), attributes);
      }
      if (*node.value()) visitor.text(node.value());
      ++depth;
      is_after_element = !*node.value();
      if (node.first_child()) {
        node = node.first_child();
        continue;
      }
    } else {
      visitor.text(node.value());
      is_after_element = false;
    }
    for (;;) {
      if (node.type() == pugi::node_element) {
        if (--depth < Xml::max_depth) {
          visitor.close(open.back());
          open.pop_back();
        }
        is_after_element = true;
      }
      if (const pugi::xml_node next = node.next_sibling()) {
        node = next;
        break;
      }
      node = node.parent();
      if (node == top) return;
    }
  }
}

}  // namespace rapporteur::parse
