#include <bit>

#include "base/hash.h"
#include "html/to_text.h"
#include "merge/folded.h"
#include "merge/identity.h"

namespace rapporteur::merge {

namespace {

// Writes values of the model into a hash, each list with its length, each option with whether it is there.
class Digest {
 public:
  void add(std::string_view text) { hash_.add(text); }
  void add(std::uint64_t number) {
    char bytes[sizeof number];
    for (unsigned i = 0; i < sizeof number; ++i) bytes[i] = static_cast<char>(number >> (8 * i));
    hash_.add({bytes, sizeof bytes});
  }
  void add(std::optional<std::uint64_t> number) {
    add(std::uint64_t{number.has_value()});
    add(number.value_or(0));
  }
  void add(std::optional<base::Instant> instant) {
    add(std::uint64_t{instant.has_value()});
    if (instant) add(static_cast<std::uint64_t>(instant->time_since_epoch().count()));
  }
  void add(double number) { add(std::bit_cast<std::uint64_t>(number)); }
  void add(const feed::EntryKey& key) { hash_.add({reinterpret_cast<const char*>(key.data()), key.size()}); }
  void add_form(const feed::TextValue& text) {  // all but the words
    add(static_cast<std::uint64_t>(text.type));
    add(text.language);
    add(text.base);
  }
  void add_form(const feed::Content& content) {
    for (const std::string* field : {&content.type, &content.language, &content.base}) add(*field);
  }
  void add(const feed::Link& link) {
    for (const std::string* field : {&link.href, &link.rel, &link.type, &link.hreflang, &link.title}) add(*field);
    add(link.length);
  }
  void add(const feed::Person& person) {
    for (const std::string* field : {&person.name, &person.email, &person.uri}) add(*field);
  }
  void add(const feed::Category& category) {
    for (const std::string* field : {&category.term, &category.scheme, &category.label}) add(*field);
  }
  void add(const feed::Enclosure& enclosure) {
    add(enclosure.url);
    add(enclosure.type);
    add(enclosure.length);
  }
  void add(const feed::Media& media) {
    for (const std::string* field : {&media.url, &media.type, &media.medium, &media.thumbnail}) add(*field);
    add(std::optional<std::uint64_t>(media.width));
    add(std::optional<std::uint64_t>(media.height));
  }
  template <class T>
  void add(const std::vector<T>& list) {
    add(std::uint64_t{list.size()});
    for (const T& item : list) add(item);
  }
  // Of an entry's own source what is published of it.
  void add(const feed::Head& head) {
    for (const std::string* field : {&head.id, &head.link, &head.self, &head.language, &head.rights}) add(*field);
    add(head.title.value);
    add_form(head.title);
    add(head.authors);
    add(head.updated);
  }
  std::uint64_t value() { return hash_.value(); }

 private:
  base::ChangeHash hash_;
};

}  // namespace

std::uint64_t raw_hash(const feed::Entry& entry, const feed::EntryKey& content) {
  Digest digest;
  digest.add(content);
  for (const std::string* field :
       {&entry.id, &entry.link, &entry.published_text, &entry.rights, &entry.language, &entry.comments})
    digest.add(*field);
  digest.add(std::uint64_t{entry.id_is_permalink});
  digest.add_form(entry.title);
  digest.add_form(entry.summary);
  digest.add(std::uint64_t{entry.content.size()});
  for (const feed::Content& body : entry.content) digest.add_form(body);
  digest.add(entry.links);
  digest.add(entry.authors);
  digest.add(entry.contributors);
  for (const std::optional<base::Instant>& instant : {entry.published, entry.updated, entry.created})
    digest.add(instant);
  digest.add(entry.categories);
  digest.add(entry.enclosures);
  digest.add(entry.media);
  digest.add(std::uint64_t{entry.source != nullptr});
  if (entry.source) digest.add(*entry.source);
  digest.add(std::uint64_t{entry.location.has_value()});
  if (entry.location) {
    digest.add(entry.location->lat);
    digest.add(entry.location->lon);
  }
  return digest.value();
}

std::uint64_t TextHash::of(const feed::Article& article) {
  base::ChangeHash hash;
  hash.add(folded_.of(article.title));
  hash.add(folded_.of(article.summary));
  html::characters_of_clean(article.content, characters_);
  hash.add(folded_.of(characters_));
  return hash.value();
}

}  // namespace rapporteur::merge
