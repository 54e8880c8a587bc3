#include "parse/reader.h"

#include <algorithm>
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

std::string_view as_mail(std::string_view text) {
  text = base::trim(text);
  if (base::starts_with_ignoring_case(text, "mailto:")) text.remove_prefix(7);
  return text.substr(0, text.find('?'));  // "editor@example.org?subject=feed"
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

}  // namespace

std::optional<base::Instant> Reader::date(const Element& element) {
  const std::string_view words = text(element);
  if (words.empty()) return std::nullopt;
  if (const std::optional<Date> date = read_date(words, options.date_order, options.timezone)) return date->instant;
  notes.add("bad-date", element.offset(), quoted(words) + " is not a date that can be read; the entry goes without it");
  return std::nullopt;
}

std::string Reader::address(const Element& element, std::string_view reference) {
  reference = base::trim(reference);
  if (reference.empty()) return {};
  if (std::optional<std::string> absolute = base::resolve_url(element.base(), reference)) return std::move(*absolute);
  if (element.base().empty() && base::scheme_of(reference).empty()) return std::string{reference};
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

feed::Person person_of(std::string_view text) {
  text = base::trim(text);
  feed::Person person;
  for (const auto& [open, close] : {std::pair{'<', '>'}, std::pair{'(', ')'}, std::pair{'[', ']'}}) {
    const Bracketed parts = bracketed(text, open, close);
    if (parts.inner.empty()) continue;
    if (const std::string_view mail = as_mail(parts.inner); is_mail(mail)) {
      person.email = mail;
      person.name = parts.outer;
      return person;
    }
    if (const std::string_view mail = as_mail(parts.outer); is_mail(mail)) {
      person.email = mail;
      person.name = parts.inner;
      return person;
    }
  }
  if (const std::string_view mail = as_mail(text); is_mail(mail)) {
    person.email = mail;
    return person;
  }
  // "editor@example.org Jane Doe", without any brackets.
  const std::size_t gap = text.find_first_of(" \t\n,");
  if (gap != npos && is_mail(as_mail(text.substr(0, gap)))) {
    person.email = as_mail(text.substr(0, gap));
    person.name = base::trim(text.substr(gap + 1));
    return person;
  }
  person.name = base::collapse_space(text);
  return person;
}

void add_person(std::vector<feed::Person>& people, feed::Person person) {
  if (person.empty() || is_among_first(people, person)) return;
  people.push_back(std::move(person));
}

void add_category(std::vector<feed::Category>& categories, feed::Category category) {
  if (category.term.empty()) std::swap(category.term, category.label);
  if (category.term.empty() || is_among_first(categories, category)) return;
  if (categories.empty()) categories.reserve(4);
  categories.push_back(std::move(category));
}

std::optional<std::uint64_t> count_of(std::string_view text) {
  text = base::trim(text);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
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
  double degrees = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), degrees);
  if (error != std::errc{} || end != text.data() + text.size() || !(degrees >= -360 && degrees <= 360)) return std::nullopt;
  return degrees;
}

std::optional<feed::Location> location_of(std::string_view text) {
  text = base::trim(text);
  const std::size_t gap = text.find_first_of(" ,\t\n");
  if (gap == npos) return std::nullopt;
  std::string_view rest = text.substr(gap);
  while (!rest.empty() && (rest.front() == ',' || base::is_space(rest.front()))) rest.remove_prefix(1);
  rest = rest.substr(0, rest.find_first_of(" ,\t\n"));  // a third number is the height
  const std::optional<double> lat = degrees_of(text.substr(0, gap));
  const std::optional<double> lon = degrees_of(rest);
  if (!lat || !lon || *lat < -90 || *lat > 90) return std::nullopt;
  return feed::Location{*lat, *lon};
}

}  // namespace rapporteur::parse
