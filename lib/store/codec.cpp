#include "store/codec.h"

#include <charconv>
#include <cstdint>
#include <utility>

#include "base/text.h"

namespace rapporteur::store {

namespace {

void put(std::string& out, std::string_view field) {
  out += std::to_string(field.size());
  out += ':';
  out += field;
}

void put(std::string& out, const std::optional<std::string>& field) {
  if (field) return put(out, std::string_view(*field));
  out += '-';
}

// Takes fields from the front of a text; false, and nothing more, once the text is not what `put` wrote.
class Fields {
 public:
  explicit Fields(std::string_view text) : rest_(text) {}

  bool take(std::string& field) {
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), size);
    if (error != std::errc() || end == rest_.data() + rest_.size() || *end != ':') return stop();
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()) + 1);
    if (size > rest_.size()) return stop();
    field.assign(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return true;
  }

  bool take(std::optional<std::string>& field) {
    if (!rest_.starts_with('-')) return take(field.emplace());
    rest_.remove_prefix(1);
    field.reset();
    return true;
  }

  bool take(std::optional<std::uint64_t>& number) {
    std::optional<std::string> digits;
    if (!take(digits)) return false;
    number.reset();
    if (!digits) return true;
    const auto [end, error] = std::from_chars(digits->data(), digits->data() + digits->size(), number.emplace());
    return error == std::errc() && end == digits->data() + digits->size() ? true : stop();
  }

 private:
  bool stop() {
    rest_ = {};
    return false;
  }

  std::string_view rest_;
};

}  // namespace

std::string encode(const std::vector<std::string>& list) {
  std::string out;
  for (const std::string& text : list) put(out, std::string_view(text));
  return out;
}

std::string encode(const std::vector<int>& list) {
  std::string out;
  for (const int number : list) put(out, std::string_view(std::to_string(number)));
  return out;
}

std::string encode(const std::vector<feed::Person>& list) {
  std::string out;
  for (const feed::Person& person : list)
    for (const std::string* field : {&person.name, &person.email, &person.uri}) put(out, std::string_view(*field));
  return out;
}

std::string encode(const std::vector<feed::Category>& list) {
  std::string out;
  for (const feed::Category& category : list)
    for (const std::string* field : {&category.term, &category.scheme, &category.label})
      put(out, std::string_view(*field));
  return out;
}

std::string encode(const std::vector<feed::Enclosure>& list) {
  std::string out;
  for (const feed::Enclosure& enclosure : list) {
    put(out, std::string_view(enclosure.url));
    put(out, std::string_view(enclosure.type));
    put(out, enclosure.length ? std::optional(std::to_string(*enclosure.length)) : std::nullopt);
  }
  return out;
}

std::string encode(const std::vector<feed::UrlValidators>& list) {
  std::string out;
  for (const feed::UrlValidators& known : list) {
    put(out, std::string_view(known.url));
    put(out, known.validators.etag);
    put(out, known.validators.last_modified);
  }
  return out;
}

void decode(std::string_view text, std::vector<std::string>& list) {
  Fields fields(text);
  for (std::string field; fields.take(field);) list.push_back(std::exchange(field, {}));
}

void decode(std::string_view text, std::vector<int>& list) {
  Fields fields(text);
  for (std::optional<std::uint64_t> number; fields.take(number) && number;) list.push_back(static_cast<int>(*number));
}

void decode(std::string_view text, std::vector<feed::Person>& list) {
  Fields fields(text);
  for (feed::Person person; fields.take(person.name) && fields.take(person.email) && fields.take(person.uri);)
    list.push_back(std::exchange(person, {}));
}

void decode(std::string_view text, std::vector<feed::Category>& list) {
  Fields fields(text);
  for (feed::Category category;
       fields.take(category.term) && fields.take(category.scheme) && fields.take(category.label);)
    list.push_back(std::exchange(category, {}));
}

void decode(std::string_view text, std::vector<feed::Enclosure>& list) {
  Fields fields(text);
  for (feed::Enclosure enclosure;
       fields.take(enclosure.url) && fields.take(enclosure.type) && fields.take(enclosure.length);)
    list.push_back(std::exchange(enclosure, {}));
}

void decode(std::string_view text, std::vector<feed::UrlValidators>& list) {
  Fields fields(text);
  for (feed::UrlValidators known;
       fields.take(known.url) && fields.take(known.validators.etag) && fields.take(known.validators.last_modified);)
    list.push_back(std::exchange(known, {}));
}

std::string join_ids(const std::vector<std::string>& ids) {
  std::string out;
  for (const std::string& id : ids) {
    if (!out.empty()) out += ',';
    out += id;
  }
  return out;
}

std::vector<std::string> split_ids(std::string_view text) {
  std::vector<std::string> ids;
  if (text.empty()) return ids;
  for (const std::string_view id : base::split(text, ',')) ids.emplace_back(id);
  return ids;
}

}  // namespace rapporteur::store
