#include "parse/reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>
#include <vector>

#include "base/text.h"
#include "base/url.h"
#include "parse/dates.h"
#include "parse/markup.h"

namespace rapporteur::parse {

namespace {

constexpr auto npos = std::string_view::npos;

bool is_mail(std::string_view text) {
  const std::size_t at = text.find('@');
  return at != npos && at > 0 && text.find('.', at) != npos && text.find('@', at + 1) == npos &&
         std::none_of(text.begin(), text.end(), [](char c) { return base::is_space(c) || c == '<' || c == '('; });
}

// "Doe, Jane" in the quotes of RFC 822.
std::string_view without_quotes(std::string_view name) {
  const bool is_quoted = name.size() > 2 && name.front() == '"' && name.back() == '"';
  return is_quoted ? base::trim(name.substr(1, name.size() - 2)) : name;
}

feed::Person person_with(std::string_view mail, std::string_view name) {
  feed::Person person;
  person.email = mail;
  if (name != mail) person.name = base::collapse_space(without_quotes(name));
  return person;
}

// "outer open inner close": the two parts, trimmed; empty `inner` when it is not of that form.
struct Bracketed {
  std::string_view outer, inner;
};

Bracketed bracketed(std::string_view text, char open, char close) {
  const std::size_t first = text.find(open);
  const std::size_t last = text.rfind(close);
  if (first == npos || last == npos || last < first) return {text, {}};
  std::string_view outer = base::trim(text.substr(0, first));
  if (outer.empty()) outer = base::trim(text.substr(last + 1));
  return {outer, base::trim(text.substr(first + 1, last - first - 1))};
}

// Repeats are looked for in what people write; a document with a hundred thousand categories stays linear.
template <class T>
bool is_among_first(const std::vector<T>& list, const T& value) {
  constexpr std::size_t looked_at = 100;
  const auto end = list.begin() + static_cast<std::ptrdiff_t>(std::min(list.size(), looked_at));
  return std::find(list.begin(), end, value) != end;
}

// Drupal prints <time datetime="…">…</time> or <span property="dc:date" content="…">…</span> where a date belongs,
// escaped as a rule.
std::string_view date_in_markup(std::string_view markup) {
  for (const std::string_view name : {"datetime=", " content="}) {
    const std::size_t at = markup.find(name);
    if (at == npos || at + name.size() == markup.size()) continue;
    const char quote = markup[at + name.size()];
    const std::string_view value = markup.substr(at + name.size() + 1);
    if (quote == '"' || quote == '\'') return base::trim(value.substr(0, value.find(quote)));
  }
  markup.remove_prefix(std::min(markup.find('>'), markup.size() - 1) + 1);
  return base::trim(markup.substr(0, markup.find('<')));
}

// The same where it is no text but an element.
std::string_view stated_date(const Element& element) {
  const std::string_view datetime = base::trim(element.attribute("datetime"));
  return datetime.empty() ? base::trim(element.attribute("content")) : datetime;
}

// The reference "&" at the beginning of `text` in one of its spellings; 0: none stands there.
std::size_t ampersand_at(std::string_view text) {
  for (const std::string_view spelling : {"&amp;", "&#38;", "&#038;", "&#x26;"})
    if (base::starts_with_ignoring_case(text, spelling)) return spelling.size();
  return 0;
}

bool has_http_scheme(std::string_view text) {
  return base::starts_with_ignoring_case(text, "http://") || base::starts_with_ignoring_case(text, "https://");
}

}  // namespace

std::uint64_t Reader::markup_hash(const Element& entry) {
  if (slices.empty()) return 0;
  const std::size_t begin = entry.offset() - 1;  // of its '<'
  while (next_slice < slices.size() && slices[next_slice].begin < begin) ++next_slice;
  return next_slice < slices.size() && slices[next_slice].begin == begin ? slices[next_slice].hash : 0;
}

std::string_view Reader::date_words(const Element& element) {
  const std::string_view words = text(element);
  if (words.starts_with('<')) return date_in_markup(words);
  if (!words.empty()) return words;
  const Element child = element.first();
  const std::string_view stated = stated_date(child ? child : element);
  return stated.empty() && child ? text(child) : stated;
}

std::optional<base::Instant> Reader::date(const Element& element) {
  const std::string_view words = date_words(element);
  if (words.empty()) return std::nullopt;
  if (const std::optional<Date> date = read_date(words, options.date_order, options.timezone)) return date->instant;
  notes.add("bad-date", element.offset(), quoted(words) + " is not a date that can be read; the entry goes without it");
  return std::nullopt;
}

std::string Reader::address(const Element& element, std::string_view reference) {
  std::string meant;
  reference = meant_reference(base::trim(reference), meant);
  if (reference.empty()) return {};
  const bool is_markup = reference.front() == '<';
  std::optional<std::string> absolute = is_markup ? std::nullopt : base::resolve_url(element.base(), reference);
  if (absolute) return std::move(*absolute);
  if (!is_markup && element.base().empty() && base::scheme_of(reference).empty()) return std::string{reference};
  notes.add("bad-address", element.offset(), quoted(reference) + " is no address and was left out");
  return {};
}

std::string Reader::own_base(const Element& element) const {
  return element.base() == feed.base ? std::string{} : element.base();
}

feed::TextValue Reader::value(const Element& element, feed::TextType type, std::string_view around) {
  feed::TextValue value;
  const Element::Text text = element.read_text(room);
  if (text.has_elements) {
    value.value = inner_markup(element);
    value.type = feed::TextType::html;
  } else {
    value.value = text.words;
    value.type = type;
  }
  if (element.language() != around) value.language = element.language();
  if (value.type != feed::TextType::text) value.base = own_base(element);
  return value;
}

feed::Content Reader::content(const Element& element, std::string_view type, std::string_view around) {
  feed::TextValue markup = value(element, feed::TextType::unstated, around);
  feed::Content content;
  content.type = markup.type == feed::TextType::html ? "html" : type;
  content.value = std::move(markup.value);
  content.language = std::move(markup.language);
  content.base = std::move(markup.base);
  return content;
}

void take_first(std::string& to, std::string_view text) {
  if (to.empty()) to = text;
}

void take_first(feed::TextValue& to, feed::TextValue value) {
  if (to.empty()) to = std::move(value);
}

// "https:/host", "https//host": behind the scheme a sign was lost. What is left behind it; "" when nothing is missing.
std::string_view behind_broken_scheme(std::string_view reference) {
  if (!base::starts_with_ignoring_case(reference, "http")) return {};
  std::string_view rest = reference.substr(reference.size() > 4 && (reference[4] | 0x20) == 's' ? 5 : 4);
  if (rest.starts_with(":/") && !rest.starts_with("://") && !rest.starts_with(":/\\")) return rest.substr(2);
  return rest.starts_with("//") ? rest.substr(2) : std::string_view{};
}

std::string_view meant_reference(std::string_view reference, std::string& room) {
  const std::size_t first = has_http_scheme(reference) ? reference.find("//") + 2 : 0;
  if (first > 0 && has_http_scheme(reference.substr(first))) reference.remove_prefix(first);
  const std::string_view behind = first > 0 ? std::string_view{} : behind_broken_scheme(reference);
  const bool is_secure = !behind.empty() && base::starts_with_ignoring_case(reference, "https");
  if (!behind.empty()) reference = behind;
  const bool lacks_scheme = !behind.empty() || base::starts_with_ignoring_case(reference, "www.");
  std::size_t at = reference.find('&');
  while (at != npos && ampersand_at(reference.substr(at)) == 0) at = reference.find('&', at + 1);
  if (!lacks_scheme && at == npos) return reference;
  room = !lacks_scheme ? "" : is_secure ? "https://" : "http://";
  for (std::size_t from = 0; from < reference.size();) {
    const std::size_t next = std::min(reference.find('&', from), reference.size());
    room += reference.substr(from, next - from);
    from = next;
    if (from == reference.size()) break;
    room += '&';
    from += std::max<std::size_t>(ampersand_at(reference.substr(from)), 1);
  }
  return room;
}

std::string_view mail_of(std::string_view text) {
  text = base::trim(text);
  if (base::starts_with_ignoring_case(text, "mailto:")) text.remove_prefix(7);
  return text.substr(0, text.find('?'));  // "editor@example.org?subject=feed"
}

feed::Person person_of(std::string_view text) {
  text = base::trim(text);
  feed::Person person;
  for (const auto& [open, close] : {std::pair{'<', '>'}, std::pair{'(', ')'}, std::pair{'[', ']'}}) {
    const Bracketed parts = bracketed(text, open, close);
    if (parts.inner.empty()) continue;
    if (const std::string_view mail = mail_of(parts.inner); is_mail(mail)) return person_with(mail, parts.outer);
    if (const std::string_view mail = mail_of(parts.outer); is_mail(mail)) return person_with(mail, parts.inner);
    const bool is_all = open == '(' && parts.outer.empty() && parts.inner.find('(') == npos;
    if (is_all) text = parts.inner;  // " (Jane Doe)": the mail was left empty
  }
  if (const std::string_view mail = mail_of(text); is_mail(mail)) return person_with(mail, {});
  // "editor@example.org Jane Doe", without any brackets.
  const std::size_t gap = text.find_first_of(" \t\n,");
  const std::string_view first = gap == npos ? std::string_view{} : mail_of(text.substr(0, gap));
  if (is_mail(first)) return person_with(first, base::trim(text.substr(gap + 1)));
  person.name = base::collapse_space(text);
  return person;
}

void add_person(std::vector<feed::Person>& people, feed::Person person) {
  if (person.empty() || is_among_first(people, person)) return;
  people.push_back(std::move(person));
}

void add_people(std::vector<feed::Person>& people, std::string_view text) {
  if (text.find_first_of(",;") == npos) return add_person(people, person_of(text));
  std::vector<feed::Person> found;
  std::size_t start = 0, depth = 0;
  bool is_quoted = false, has_mails = true;
  for (std::size_t at = 0; at <= text.size() && has_mails; ++at) {
    const char c = at < text.size() ? text[at] : ',';
    if (c == '"') is_quoted = !is_quoted;
    if (c == '(' || c == '<') ++depth;
    if ((c == ')' || c == '>') && depth > 0) --depth;
    const bool is_end = at == text.size() || ((c == ',' || c == ';') && depth == 0 && !is_quoted);
    if (!is_end) continue;
    found.push_back(person_of(text.substr(start, at - start)));
    has_mails = !found.back().email.empty();
    start = at + 1;
  }
  if (!has_mails || found.size() < 2) return add_person(people, person_of(text));
  for (feed::Person& person : found) add_person(people, std::move(person));
}

void add_category(std::vector<feed::Category>& categories, feed::Category category) {
  if (category.term.empty()) std::swap(category.term, category.label);
  if (category.term.empty() || is_among_first(categories, category)) return;
  if (categories.empty()) categories.reserve(2);
  categories.push_back(std::move(category));
}

std::optional<std::uint64_t> count_of(std::string_view text) {
  text = base::trim(text);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_grouped = end != text.data() + text.size() && *end == ',';
  if (error != std::errc{} || is_grouped) return std::nullopt;
  return number;
}

std::optional<std::uint32_t> small_count_of(std::string_view text) {
  const std::optional<std::uint64_t> number = count_of(text);
  if (!number || *number > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

std::optional<double> degrees_of(std::string_view text) {
  text = base::trim(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  std::array<char, 32> pointed;  // "45,256", as half of the world writes it
  const std::size_t comma = text.find('.') == npos && text.size() <= pointed.size() ? text.find(',') : npos;
  if (comma != npos) {
    std::copy(text.begin(), text.end(), pointed.begin());
    pointed[comma] = '.';
    text = {pointed.data(), text.size()};
  }
  double degrees = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), degrees);
  if (error != std::errc{} || end != text.data() + text.size() || !(degrees >= -360 && degrees <= 360))
    return std::nullopt;
  return degrees;
}

std::optional<feed::Location> location_at(std::optional<double> lat, std::optional<double> lon) {
  if (!lat || !lon || *lat < -90 || *lat > 90) return std::nullopt;
  return feed::Location{*lat, *lon > 180 ? *lon - 360 : *lon < -180 ? *lon + 360 : *lon};
}

std::optional<feed::Location> middle_of(std::string_view text, bool is_box) {
  double least[2] = {}, most[2] = {}, first = 0;  // latitude, longitude
  std::size_t count = 0;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find_first_of(" \t\r\n,", from), text.size());
    const std::string_view word = text.substr(from, end - from);
    from = end + 1;
    if (word.empty()) continue;
    std::optional<double> degrees = degrees_of(word);
    const std::size_t axis = count % 2;
    if (!degrees || (axis == 0 && (*degrees < -90 || *degrees > 90))) return std::nullopt;
    if (count == 1) first = *degrees;
    // Across the date line the numbers jump; the ground does not.
    if (axis == 1 && is_box && *degrees < first) *degrees += 360;
    if (axis == 1 && !is_box && count > 1)
      *degrees += *degrees - first > 180 ? -360 : *degrees - first < -180 ? 360 : 0;
    least[axis] = count < 2 ? *degrees : std::min(least[axis], *degrees);
    most[axis] = count < 2 ? *degrees : std::max(most[axis], *degrees);
    ++count;
  }
  if (count < 2 || count % 2 != 0 || (is_box && count != 4)) return std::nullopt;
  return location_at((least[0] + most[0]) / 2, (least[1] + most[1]) / 2);
}

// A comma parts the two where no white space does, else it may stand at their ends or be the sign of decimals.
std::optional<feed::Location> location_of(std::string_view text) {
  text = base::trim(text);
  const std::size_t blank = text.find_first_of(" \t\n");
  const std::size_t gap = blank == npos ? text.find(',') : blank;
  const bool is_unclear = blank == npos && std::count(text.begin(), text.end(), ',') > 2;
  if (gap == npos || is_unclear) return std::nullopt;
  std::string_view lat = text.substr(0, gap);
  std::string_view lon = text.substr(gap + 1);
  if (lat.ends_with(',')) lat.remove_suffix(1);
  while (!lon.empty() && (lon.front() == ',' || base::is_space(lon.front()))) lon.remove_prefix(1);
  lon = lon.substr(0, lon.find_first_of(blank == npos ? "," : " \t\n"));  // a third number is the height
  if (lon.ends_with(',')) lon.remove_suffix(1);
  return location_at(degrees_of(lat), degrees_of(lon));
}

}  // namespace rapporteur::parse
