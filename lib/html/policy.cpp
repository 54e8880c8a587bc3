#include "html/policy.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "base/url.h"
#include "html/readable.h"

namespace rapporteur::html {
namespace {

// id, class, style, data-* and every on* are in no list: they cannot stay. A link gets no rel: target is not kept, so
// no page is opened that could reach back, and the markup of a feed stays small. srcset is not kept: src says the same.
#define COMMON \
  {"lang", Value::language}, { "dir", Value::direction }
constexpr Attribute common[] = {COMMON};
constexpr Attribute anchor[] = {{"href", Value::link}, {"title", Value::text}, {"hreflang", Value::language}, COMMON};
constexpr Attribute titled[] = {{"title", Value::text}, COMMON};
constexpr Attribute quoted[] = {{"cite", Value::link}, COMMON};
constexpr Attribute edited[] = {{"cite", Value::link}, {"datetime", Value::text}, COMMON};
constexpr Attribute dated[] = {{"datetime", Value::text}, COMMON};
constexpr Attribute image[] = {{"src", Value::media},    {"alt", Value::text},      {"title", Value::text},
                               {"width", Value::number}, {"height", Value::number}, COMMON};
constexpr Attribute audio[] = {{"src", Value::media}, {"controls", Value::always}, COMMON};
constexpr Attribute video[] = {{"src", Value::media},    {"controls", Value::always}, {"poster", Value::media},
                               {"width", Value::number}, {"height", Value::number},   COMMON};
constexpr Attribute ordered[] = {
    {"start", Value::number}, {"type", Value::numbering}, {"reversed", Value::flag}, COMMON};
constexpr Attribute numbered[] = {{"value", Value::number}, COMMON};
constexpr Attribute spanning[] = {{"span", Value::number}, COMMON};
constexpr Attribute celled[] = {
    {"colspan", Value::number}, {"rowspan", Value::number}, {"scope", Value::scope}, COMMON};
#undef COMMON

constexpr std::uint8_t block = is_block | ends_paragraph;
using enum Action;

// Sorted by name. Rows without attributes of their own keep lang and dir where they are kept at all.
constexpr Element elements[] = {
    {"a", keep, Role::anchor, is_formatting, anchor},
    {"abbr", keep, Role::plain, 0, titled},
    {"acronym", keep, Role::plain, 0, titled},
    {"address", keep, Role::plain, block, common},
    {"applet", drop, Role::plain, 0, {}},
    {"area", drop, Role::plain, is_void, {}},
    {"article", keep, Role::plain, block, common},
    {"aside", keep, Role::plain, block, common},
    {"audio", keep, Role::plain, is_media, audio},
    {"b", keep, Role::plain, is_formatting, common},
    {"base", drop, Role::plain, is_void, {}},
    {"basefont", drop, Role::plain, is_void, {}},
    {"bdi", keep, Role::plain, 0, common},
    {"bdo", keep, Role::plain, 0, common},
    {"bgsound", drop, Role::plain, is_void, {}},
    {"big", keep, Role::plain, is_formatting, common},
    {"blink", unwrap, Role::plain, 0, {}},
    {"blockquote", keep, Role::plain, block, quoted},
    {"body", unwrap, Role::plain, is_block, {}},
    {"br", keep, Role::plain, is_void | is_block, {}},
    {"button", drop, Role::plain, 0, {}},
    {"canvas", unwrap, Role::plain, 0, {}},
    {"caption", keep, Role::caption, is_block, common},
    {"center", keep, Role::plain, block, common},
    {"cite", keep, Role::plain, 0, common},
    {"code", keep, Role::plain, is_formatting, common},
    {"col", keep, Role::column, is_void, spanning},
    {"colgroup", keep, Role::column_group, is_block, spanning},
    {"command", drop, Role::plain, is_void, {}},
    {"data", unwrap, Role::plain, 0, {}},
    {"datalist", drop, Role::plain, 0, {}},
    {"dd", keep, Role::definition, block, common},
    {"del", keep, Role::plain, 0, edited},
    {"details", keep, Role::plain, block, common},
    {"dfn", keep, Role::plain, 0, titled},
    {"dialog", unwrap, Role::plain, is_block, {}},
    {"dir", unwrap, Role::plain, is_block, {}},
    {"div", keep, Role::plain, block, common},
    {"dl", keep, Role::definitions, block, common},
    {"dt", keep, Role::definition, block, common},
    {"em", keep, Role::plain, is_formatting, common},
    {"embed", drop, Role::plain, is_void, {}},
    {"fencedframe", drop, Role::plain, 0, {}},
    {"fieldset", unwrap, Role::plain, is_block, {}},
    {"figcaption", keep, Role::plain, block, common},
    {"figure", keep, Role::plain, block, common},
    {"font", unwrap, Role::plain, 0, {}},
    {"footer", keep, Role::plain, block, common},
    {"form", drop, Role::plain, is_block, {}},
    {"frame", drop, Role::plain, is_void, {}},
    {"frameset", drop, Role::plain, is_block, {}},
    {"h1", keep, Role::heading, block, common},
    {"h2", keep, Role::heading, block, common},
    {"h3", keep, Role::heading, block, common},
    {"h4", keep, Role::heading, block, common},
    {"h5", keep, Role::heading, block, common},
    {"h6", keep, Role::heading, block, common},
    {"head", unwrap, Role::plain, is_block, {}},
    {"header", keep, Role::plain, block, common},
    {"hgroup", keep, Role::plain, block, common},
    {"hr", keep, Role::plain, is_void | block, {}},
    {"html", unwrap, Role::plain, is_block, {}},
    {"i", keep, Role::plain, is_formatting, common},
    {"iframe", drop, Role::plain, is_raw, {}},
    {"img", keep, Role::plain, is_void, image},
    {"input", drop, Role::plain, is_void, {}},
    {"ins", keep, Role::plain, 0, edited},
    {"isindex", drop, Role::plain, is_void, {}},
    {"kbd", keep, Role::plain, 0, common},
    {"keygen", drop, Role::plain, is_void, {}},
    {"label", unwrap, Role::plain, 0, {}},
    {"legend", unwrap, Role::plain, is_block, {}},
    {"li", keep, Role::list_item, block, numbered},
    {"link", drop, Role::plain, is_void, {}},
    {"listing", unwrap, Role::plain, is_block, {}},
    {"main", keep, Role::plain, block, common},
    {"map", unwrap, Role::plain, 0, {}},
    {"mark", keep, Role::plain, 0, common},
    {"marquee", unwrap, Role::plain, is_block, {}},
    {"math", drop, Role::plain, 0, {}},
    {"menu", unwrap, Role::plain, is_block, {}},
    {"meta", drop, Role::plain, is_void, {}},
    {"meter", drop, Role::plain, 0, {}},
    {"nav", keep, Role::plain, block, common},
    {"nobr", unwrap, Role::plain, 0, {}},
    {"noembed", drop, Role::plain, is_raw, {}},
    {"noframes", drop, Role::plain, is_raw, {}},
    {"noscript", drop, Role::plain, 0, {}},
    {"object", drop, Role::plain, 0, {}},
    {"ol", keep, Role::list, block, ordered},
    {"optgroup", drop, Role::plain, is_block, {}},
    {"option", drop, Role::plain, is_block, {}},
    {"output", drop, Role::plain, 0, {}},
    {"p", keep, Role::paragraph, block, common},
    {"param", drop, Role::plain, is_void, {}},
    {"picture", unwrap, Role::plain, 0, {}},
    {"plaintext", drop, Role::plain, is_raw, {}},
    {"portal", drop, Role::plain, 0, {}},
    {"pre", keep, Role::plain, block, common},
    {"progress", drop, Role::plain, 0, {}},
    {"q", keep, Role::plain, 0, quoted},
    {"rb", unwrap, Role::plain, 0, {}},
    {"rp", keep, Role::ruby_text, 0, common},
    {"rt", keep, Role::ruby_text, 0, common},
    {"rtc", unwrap, Role::plain, 0, {}},
    {"ruby", keep, Role::ruby, 0, common},
    {"s", keep, Role::plain, is_formatting, common},
    {"samp", keep, Role::plain, 0, common},
    {"script", drop, Role::plain, is_raw, {}},
    {"search", unwrap, Role::plain, is_block, {}},
    {"section", keep, Role::plain, block, common},
    {"select", drop, Role::plain, 0, {}},
    {"slot", unwrap, Role::plain, 0, {}},
    {"small", keep, Role::plain, is_formatting, common},
    {"source", drop, Role::plain, is_void, {}},
    {"spacer", drop, Role::plain, is_void, {}},
    {"span", keep, Role::plain, 0, common},
    {"strike", keep, Role::plain, is_formatting, common},
    {"strong", keep, Role::plain, is_formatting, common},
    {"style", drop, Role::plain, is_raw, {}},
    {"sub", keep, Role::plain, 0, common},
    {"summary", keep, Role::plain, block, common},
    {"sup", keep, Role::plain, 0, common},
    {"svg", drop, Role::plain, 0, {}},
    {"table", keep, Role::table, block, common},
    {"tbody", keep, Role::row_group, is_block, common},
    {"td", keep, Role::cell, is_block, celled},
    {"template", drop, Role::plain, 0, {}},
    {"textarea", drop, Role::plain, is_raw, {}},
    {"tfoot", keep, Role::row_group, is_block, common},
    {"th", keep, Role::cell, is_block, celled},
    {"thead", keep, Role::row_group, is_block, common},
    {"time", keep, Role::plain, 0, dated},
    {"title", drop, Role::plain, is_raw | is_block, {}},
    {"tr", keep, Role::row, is_block, common},
    {"track", drop, Role::plain, is_void, {}},
    {"tt", keep, Role::plain, is_formatting, common},
    {"u", keep, Role::plain, is_formatting, common},
    {"ul", keep, Role::list, block, common},
    {"var", keep, Role::plain, 0, common},
    {"video", keep, Role::plain, is_media, video},
    {"wbr", keep, Role::plain, is_void, {}},
    {"xml", drop, Role::plain, 0, {}},
    {"xmp", drop, Role::plain, is_raw, {}},
};
constexpr std::size_t longest_name = 11;  // fencedframe

constexpr bool is_table_sound() {
  for (std::size_t i = 0; i < std::size(elements); ++i) {
    if (i > 0 && elements[i - 1].name >= elements[i].name) return false;
    if (elements[i].name.size() > longest_name || elements[i].attributes.size() > most_attributes) return false;
  }
  return true;
}
static_assert(is_table_sound(), "elements: sorted, names and lists of attributes within their bounds");

bool is_language_tag(std::string_view value) {
  const auto is_part = [](char c) { return base::is_alpha(c) || base::is_digit(c) || c == '-'; };
  return !value.empty() && value.size() <= 35 && std::all_of(value.begin(), value.end(), is_part);
}

// "640", "640px" and " 640" say the same; "50%" and "auto" are layout and go.
bool clean_number(std::string& value) {
  std::string_view number = base::trim(value);
  if (number.size() > 2 && base::equals_ignoring_case(number.substr(number.size() - 2), "px")) number.remove_suffix(2);
  if (number.empty() || number.size() > 5 || !std::all_of(number.begin(), number.end(), base::is_digit)) return false;
  value = std::string(number);
  return true;
}

bool clean_word(std::string& value, std::initializer_list<std::string_view> words) {
  value = base::to_lower(base::trim(value));
  return std::find(words.begin(), words.end(), value) != words.end();
}

bool clean_address(std::string& value, std::string_view base_url, bool (*is_safe)(std::string_view)) {
  if (base::trim(value).empty()) return false;  // it would name the document itself
  if (base::starts_with_ignoring_case(base::trim(value), "www.")) value = "http://" + std::string(base::trim(value));
  auto resolved = base::resolve_url(base_url, value);
  if (!resolved || !is_safe(*resolved)) return false;
  value = std::move(*resolved);
  return true;
}

}  // namespace

namespace {

// Where the elements of each first letter begin; the table is sorted.
constexpr auto first_of_letter = [] {
  std::array<std::uint8_t, 27> first{};
  std::size_t row = 0;
  for (std::size_t letter = 0; letter < first.size(); ++letter) {
    while (row < std::size(elements) && elements[row].name[0] < static_cast<char>('a' + letter)) ++row;
    first[letter] = static_cast<std::uint8_t>(row);
  }
  return first;
}();
static_assert(std::size(elements) < 256);

}  // namespace

const Element* find_element(std::string_view name) {
  if (name.empty() || name.size() > longest_name) return nullptr;
  char lower[longest_name];
  std::transform(name.begin(), name.end(), lower, [](char c) { return base::to_lower(c); });
  const std::string_view wanted(lower, name.size());
  if (!base::is_alpha(lower[0])) return nullptr;
  const auto letter = static_cast<std::size_t>(lower[0] - 'a');
  for (std::size_t row = first_of_letter[letter]; row < first_of_letter[letter + 1]; ++row)
    if (elements[row].name == wanted) return &elements[row];
  return wanted == "image" ? find_element("img") : nullptr;
}

bool is_safe_link(std::string_view url) {
  const std::string scheme = base::scheme_of(url);
  return scheme == "http" || scheme == "https" || scheme == "mailto";
}

bool is_safe_media(std::string_view url) { return base::is_http_url(url); }

bool clean_value(Value kind, std::string& value, std::string_view base_url) {
  switch (kind) {
    case Value::text:
      std::replace_if(value.begin(), value.end(), base::is_space, ' ');
      make_readable(value);
      return true;
    case Value::number:
      return clean_number(value);
    case Value::link:
      return clean_address(value, base_url, is_safe_link);
    case Value::media:
      return clean_address(value, base_url, is_safe_media);
    case Value::language:
      value = std::string(base::trim(value));
      return is_language_tag(value);
    case Value::direction:
      return clean_word(value, {"ltr", "rtl", "auto"});
    case Value::scope:
      return clean_word(value, {"row", "col", "rowgroup", "colgroup"});
    case Value::numbering:
      value = std::string(base::trim(value));
      return value.size() == 1 && std::string_view("1aAiI").find(value[0]) != std::string_view::npos;
    case Value::flag:
    case Value::always:
      return true;
  }
  return false;
}

}  // namespace rapporteur::html
