#include "config/apply.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "base/time.h"
#include "base/url.h"
#include "config/forms.h"
#include "config/secret.h"

namespace rapporteur::config {

namespace {

// What was written, for a sentence: one line, not too long.
std::string quoted(std::string_view text) {
  std::string line = base::cut_at_word(base::to_xml_text(text), 80);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t' || c == '\x7F'; }, ' ');
  return "\"" + line + "\"";
}

// What a value of this kind looks like, for "wants …".
std::string wish(const Option& option) {
  switch (option.kind) {
    case Kind::flag:
      return "true or false";
    case Kind::count:
      return "a whole number";
    case Kind::duration:
      return "a duration such as \"90s\", \"15m\", \"24h\" or \"14d\"";
    case Kind::duration_or_forever:
      return "\"forever\" or a duration such as \"90d\"";
    case Kind::size:
      return "a size such as \"100B\", \"512KiB\" or \"16MiB\"";
    case Kind::texts_by_language:
      return "texts by language, as { en = \"Water\" }";
    case Kind::words_by_language:
      return "lists of words by language, as { en = [\"water\"] }";
    case Kind::headers:
      return "a table, as { Name = \"value\" }";
    default:
      return is_list(option.kind) ? "a list of strings in brackets" : "a string in quotes";
  }
}

class Applier {
 public:
  Applier(const Option& option, const Target& target, FaultList& faults)
      : option_(option), field_(option.field(target)), faults_(faults) {}

  void apply(const Value& value);

 private:
  void fault(Place place, const std::string& what) { faults_.add(place, full_name(option_) + ": " + what); }
  void object(Place place, std::string_view text, const std::string& objection) {
    fault(place, quoted(text).append(" ").append(objection));
  }
  void refuse_type(const Value& value) {
    fault(value.place, std::string("wants ").append(wish(option_)).append(", not ").append(describe_type(value)));
  }
  const std::string* string_of(const Value& value) {
    const auto* text = std::get_if<std::string>(&value.data);
    if (!text) refuse_type(value);
    return text;
  }
  template <class T>
  T& field() {
    return *std::get<T*>(field_);
  }

  void apply_count(const Value& value);
  void apply_duration(const Value& value);
  void apply_size(const Value& value);
  void apply_choice(const Value& value);
  void apply_text(const Value& value);
  void apply_list(const Value& value);
  void apply_by_language(const Value& value);
  void apply_headers(const Value& value);
  void apply_secret(const Value& value);
  Objection object_to(Kind kind, std::string_view text) const;

  const Option& option_;
  Field field_;
  FaultList& faults_;
};

void Applier::apply_count(const Value& value) {
  const auto* number = std::get_if<std::int64_t>(&value.data);
  if (!number) return refuse_type(value);
  const auto bound = [](std::string_view text) { return std::stoll(std::string(text)); };
  if (*number < bound(option_.low) || *number > bound(option_.high))
    return fault(value.place, std::to_string(*number) + " is out of bounds: " + std::string(option_.low) + " to " +
                                  std::string(option_.high));
  std::visit(
      [&](auto* target) {
        using T = std::remove_pointer_t<decltype(target)>;
        if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) *target = static_cast<T>(*number);
      },
      field_);
}

void Applier::apply_duration(const Value& value) {
  const std::string* text = string_of(value);
  if (!text) return;
  auto* optional = std::get_if<std::optional<base::Duration>*>(&field_);
  if (option_.kind == Kind::duration_or_forever && *text == "forever") return (*optional)->reset();
  const std::optional<base::Duration> duration = base::parse_duration(*text);
  if (!duration)
    return object(value.place, *text,
                  "is no duration; write \"90s\", \"15m\", \"24h\" or \"14d\", fractions of seconds only");
  if (*duration < base::parse_duration(option_.low) || *duration > base::parse_duration(option_.high))
    return object(value.place, *text,
                  "is out of bounds: " + std::string(option_.low) + " to " + std::string(option_.high));
  if (optional)
    **optional = *duration;
  else
    field<base::Duration>() = *duration;
}

void Applier::apply_size(const Value& value) {
  const std::string* text = string_of(value);
  if (!text) return;
  const std::optional<std::uint64_t> size = parse_size(*text);
  if (!size) return object(value.place, *text, "is no size; write \"100B\", \"512KiB\", \"16MiB\" or \"1GiB\"");
  if (*size < parse_size(option_.low) || *size > parse_size(option_.high))
    return object(value.place, *text,
                  "is out of bounds: " + std::string(option_.low) + " to " + std::string(option_.high));
  field<std::uint64_t>() = *size;
}

void Applier::apply_choice(const Value& value) {
  const std::string* text = string_of(value);
  if (!text) return;
  const std::vector<std::string_view> words = choices(option_);
  const auto found = *text == "-" ? words.end() : std::find(words.begin(), words.end(), *text);
  if (found == words.end()) {
    std::string list;
    for (const std::string_view word : words)
      if (word != "-") list.append(list.empty() ? "" : ", ").append(quoted(word));
    return object(value.place, *text, "is none of " + list);
  }
  std::visit(
      [&](auto* target) {
        using T = std::remove_pointer_t<decltype(target)>;
        if constexpr (std::is_enum_v<T>) *target = static_cast<T>(found - words.begin());
      },
      field_);
}

Objection Applier::object_to(Kind kind, std::string_view text) const {
  if (Objection objection = object_to_line(text)) return objection;
  const bool may_be_empty = option_.fallback == "\"\"";
  switch (kind) {
    case Kind::url:
      return object_to_url(text);
    case Kind::id:
    case Kind::ids:
      return object_to_id(text);
    case Kind::name:
      return object_to_view_name(text);
    case Kind::language:
      return text.empty() && may_be_empty ? std::nullopt : object_to_language(text);
    case Kind::languages:
      return object_to_language(text);
    case Kind::timezone:
      return text.empty() && may_be_empty ? std::nullopt : object_to_timezone(text);
    case Kind::contact:
      return object_to_contact(text);
    case Kind::base_url:
      return object_to_base_url(text);
    case Kind::since:
      return text.empty() ? std::nullopt : object_to_since(text);
    case Kind::countries:
      return object_to_country(text);
    case Kind::places:
      return !text.empty() && base::is_digit(text.front()) ? object_to_region(text) : object_to_country(text);
    case Kind::networks:
      return object_to_network(text);
    case Kind::addresses:
      return object_to_listen(text);
    case Kind::path:
      return text.empty() && !may_be_empty ? Objection("must name a file") : std::nullopt;
    case Kind::xpath:
      return text.empty() ? Objection("is no XPath expression; leave the key out for its default") : std::nullopt;
    case Kind::words:
      return text.empty() ? Objection("says nothing") : std::nullopt;
    default:
      return std::nullopt;
  }
}

void Applier::apply_text(const Value& value) {
  if (const auto* date = std::get_if<Date>(&value.data); date && option_.kind == Kind::since) {
    field<std::string>() = date->text;
    return;
  }
  const std::string* text = string_of(value);
  if (!text) return;
  if (const Objection objection = object_to(option_.kind, *text)) {
    // A password may stand in an address, or be the value itself: such a text is never repeated.
    const bool is_secret = option_.key == "password" || option_.key == "username";
    return object(value.place, is_secret ? "…" : base::without_userinfo(*text), *objection);
  }
  std::string& target = field<std::string>();
  target = *text;
  if (option_.kind == Kind::base_url)
    while (target.ends_with('/')) target.pop_back();
}

void Applier::apply_list(const Value& value) {
  const auto* list = std::get_if<List>(&value.data);
  if (!list) return refuse_type(value);
  std::vector<std::string> texts;
  bool is_good = true;
  for (const Value& element : *list) {
    const auto* text = std::get_if<std::string>(&element.data);
    const auto* number = std::get_if<std::int64_t>(&element.data);
    std::string said;
    if (text) {
      said = *text;
    } else if (number && option_.kind == Kind::places && *number >= 0 && *number <= 999) {  // 2 is "002"
      said = std::to_string(*number);
      said.insert(0, 3 - said.size(), '0');
    } else {
      fault(element.place, std::string("wants strings in its list, not ").append(describe_type(element)));
      is_good = false;
      continue;
    }
    if (const Objection objection = object_to(option_.kind, said)) {
      object(element.place, said, *objection);
      is_good = false;
    } else if (std::find(texts.begin(), texts.end(), said) != texts.end()) {
      object(element.place, said, "stands twice in this list");
      is_good = false;
    }
    texts.push_back(std::move(said));
  }
  if (option_.kind == Kind::addresses && texts.empty() && is_good)
    return fault(value.place, "is empty; name at least one address, or leave the key out");
  if (is_good) field<std::vector<std::string>>() = std::move(texts);
}

void Applier::apply_by_language(const Value& value) {
  const auto* table = std::get_if<Table>(&value.data);
  if (!table) return refuse_type(value);
  for (const Member& member : *table) {
    if (const Objection objection = object_to_language(member.key)) {
      object(member.place, member.key, *objection);
      continue;
    }
    if (option_.kind == Kind::texts_by_language) {
      if (const std::string* text = string_of(member.value))
        field<std::vector<std::pair<std::string, std::string>>>().emplace_back(member.key, *text);
      continue;
    }
    const auto* list = std::get_if<List>(&member.value.data);
    if (!list) {
      refuse_type(member.value);
      continue;
    }
    std::vector<std::string> words;
    for (const Value& element : *list) {
      const auto* word = std::get_if<std::string>(&element.data);
      const std::string_view trimmed = word ? base::trim(*word) : std::string_view();
      if (trimmed.empty() || trimmed == "*")
        fault(element.place, "wants words: \"water\", \"clean water\", \"refugee*\"");
      else
        words.emplace_back(trimmed);
    }
    field<std::vector<std::pair<std::string, std::vector<std::string>>>>().emplace_back(member.key, std::move(words));
  }
}

void Applier::apply_headers(const Value& value) {
  const auto* table = std::get_if<Table>(&value.data);
  if (!table) return refuse_type(value);
  for (const Member& member : *table) {
    const auto* text = std::get_if<std::string>(&member.value.data);
    if (const Objection objection = object_to_header_name(member.key))
      object(member.place, member.key, *objection);
    else if (!text)
      refuse_type(member.value);
    else if (const Objection value_objection = object_to_line(*text))
      object(member.value.place, member.key, *value_objection);
    else
      field<std::vector<std::pair<std::string, std::string>>>().emplace_back(member.key, *text);
  }
}

void Applier::apply_secret(const Value& value) {
  const std::string* text = string_of(value);
  if (!text) return;
  Result<Secret, SecretError> secret = read_secret(*text, faults_.file(value.place.file).directory);
  if (!secret) return fault(value.place, secret.error().text);
  if (!secret->warning.empty()) faults_.warn(value.place, full_name(option_) + ": " + secret->warning);
  field<std::string>() = std::move(secret->text);
}

void Applier::apply(const Value& value) {
  switch (option_.kind) {
    case Kind::flag:
      if (const bool* flag = std::get_if<bool>(&value.data))
        field<bool>() = *flag;
      else
        refuse_type(value);
      return;
    case Kind::count:
      return apply_count(value);
    case Kind::duration:
    case Kind::duration_or_forever:
      return apply_duration(value);
    case Kind::size:
      return apply_size(value);
    case Kind::choice:
      return apply_choice(value);
    case Kind::texts_by_language:
    case Kind::words_by_language:
      return apply_by_language(value);
    case Kind::headers:
      return apply_headers(value);
    case Kind::secret_file:
      return apply_secret(value);
    default:
      return is_list(option_.kind) ? apply_list(value) : apply_text(value);
  }
}

// "; did you mean …", or the section where the key belongs.
std::string where_it_belongs(Section section, std::string_view key) {
  std::vector<std::string> keys;
  for (const Option& option : options(section)) keys.emplace_back(option.key);
  if (std::string guess = suggestion(key, keys); !guess.empty()) return guess;
  for (const Option& option : options())
    if (option.key == key) return "; it belongs into [" + std::string(to_string(option.section)) + "]";
  return {};
}

}  // namespace

bool is_list(Kind kind) { return kind >= Kind::words && kind <= Kind::addresses; }

bool is_written_as_string(Kind kind) { return (kind >= Kind::duration && kind < Kind::words) || kind == Kind::choice; }

void apply(const Option& option, const Target& target, const Value& value, FaultList& faults) {
  Applier(option, target, faults).apply(value);
}

void apply_table(Section section, const Target& target, const Table& table, FaultList& faults,
                 std::initializer_list<std::string_view> others) {
  for (const Member& member : table) {
    if (const Option* option = find_option(section, member.key))
      apply(*option, target, member.value, faults);
    else if (std::find(others.begin(), others.end(), member.key) == others.end())
      faults.add(member.place, "unknown key \"" + member.key + "\" in [" + to_string(section) + "]" +
                                   where_it_belongs(section, member.key));
  }
}

}  // namespace rapporteur::config
