#include <algorithm>
#include <array>
#include <bit>
#include <iterator>

#include "base/hash.h"
#include "base/text.h"
#include "html/to_text.h"
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
  std::uint64_t value() const { return hash_.value(); }

 private:
  base::ChangeHash hash_;
};

struct Fold {
  char32_t first, last;
  std::string_view replacement;
};

// What editors' programs exchange for each other without anybody having edited: blanks, quotes, dashes.
constexpr Fold folds[] = {
    {0x00A0, 0x00A0, ""},    {0x00AB, 0x00AB, "\""}, {0x00AD, 0x00AD, ""},  {0x00BB, 0x00BB, "\""},
    {0x2000, 0x200F, ""},    {0x2010, 0x2015, "-"},  {0x2018, 0x201B, "'"}, {0x201C, 0x201F, "\""},
    {0x2026, 0x2026, "..."}, {0x2028, 0x202F, ""},   {0x2032, 0x2032, "'"}, {0x2033, 0x2033, "\""},
    {0x2039, 0x203A, "'"},   {0x205F, 0x2064, ""},   {0x3000, 0x3000, ""},  {0xFEFF, 0xFEFF, ""},
};

// Simple lower case of the alphabets in which capitals are a matter of style: Latin-1, Greek, Cyrillic.
char32_t to_small(char32_t c) {
  const bool is_latin = c >= 0xC0 && c <= 0xDE && c != 0xD7;
  const bool is_greek = c >= 0x391 && c <= 0x3A9;
  const bool is_cyrillic = c >= 0x410 && c <= 0x42F;
  if (is_latin || is_greek || is_cyrillic) return c + 0x20;
  return c >= 0x400 && c <= 0x40F ? c + 0x50 : c;
}

// ASCII as it counts: small letters, 0 for what does not.
constexpr auto small_ascii = [] {
  std::array<char, 128> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    const char c = static_cast<char>(i);
    table[i] = base::is_space(c) ? '\0' : base::to_lower(c);
  }
  return table;
}();

std::size_t write_folded(char* to, char32_t c) {
  const Fold* fold = std::find_if(std::begin(folds), std::end(folds), [c](const Fold& f) { return c <= f.last; });
  std::string folded;
  if (fold != std::end(folds) && c >= fold->first)
    folded = fold->replacement;
  else
    base::append_utf8(folded, to_small(c));
  std::copy(folded.begin(), folded.end(), to);
  return folded.size();
}

// The words alone, so that case, spacing and typography make no difference. Every text of every new entry passes here,
// so it is written in place and without a branch for each blank: nothing becomes longer than it was.
void append_words(std::string& out, std::string_view text) {
  std::string repaired;
  if (base::find_invalid_utf8(text) < text.size()) text = repaired = base::to_xml_text(text);
  const std::size_t start = out.size();
  out.resize(start + text.size() + 1);
  char* to = out.data() + start;
  constexpr char32_t last_low_fold = 0xBB;
  const auto byte_at = [text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  for (std::size_t at = 0; at < text.size();) {
    for (; at < text.size() && byte_at(at) < small_ascii.size(); ++at) {
      const char small = small_ascii[byte_at(at)];
      *to = small;
      to += small != '\0' ? 1 : 0;
    }
    for (; at < text.size() && byte_at(at) >= 0xC2 && byte_at(at) < 0xE0; at += 2) {  // two bytes: the alphabets
      const char32_t c = static_cast<char32_t>((byte_at(at) & 0x1Fu) << 6 | (byte_at(at + 1) & 0x3Fu));
      if (c <= last_low_fold) {
        to += write_folded(to, c);
        continue;
      }
      const char32_t small = to_small(c);
      *to++ = static_cast<char>(0xC0u | small >> 6);
      *to++ = static_cast<char>(0x80u | (small & 0x3Fu));
    }
    while (at < text.size() && byte_at(at) >= 0xE0) to += write_folded(to, base::next_character(text, at));
  }
  *to++ = '\n';
  out.resize(static_cast<std::size_t>(to - out.data()));
}

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

std::uint64_t text_hash(const feed::Article& article) {
  std::string words;
  words.reserve(article.title.size() + article.summary.size() + article.content.size());
  append_words(words, article.title);
  append_words(words, article.summary);
  append_words(words, html::to_text(article.content));
  return base::change_hash(words);
}

}  // namespace rapporteur::merge
