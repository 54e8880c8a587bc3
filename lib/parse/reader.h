// What the readers of RSS, RDF, Atom and CDF share: the feed that is being filled, and how the text of an element
// becomes a value of the model: an instant, an absolute address, a person, a text with its type. One object for each
// document.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "feed/feed.h"
#include "parse/notes.h"
#include "parse/parse.h"
#include "parse/xml.h"

namespace rapporteur::parse {

struct Reader {
  const Options& options;
  feed::Feed& feed;
  Notes& notes;
  std::string room{};                   // for texts in several pieces; overwritten by each call below
  std::vector<Attribute> attributes{};  // for the attributes of one element
  std::vector<Slice> slices{};          // of the entries, where the document is tidy
  std::size_t next_slice = 0;           // entries come in the document's order, as slices do

  bool drops_entries = false;  // their trees, once they are read: of a large document

  void done_with(const Element& entry) const {
    if (drops_entries) entry.drop();
  }
  // Of the bytes of an entry; 0: they do not identify it.
  std::uint64_t markup_hash(const Element& entry);
  // A view that is good until the next call: own text, trimmed.
  std::string_view text(const Element& element) { return element.text(room); }

  // A view that is good until the next call: the text of a date, also where it stands in a <time>.
  std::string_view date_words(const Element& element);
  // nullopt with a warning when there is text that is no date.
  std::optional<base::Instant> date(const Element& element);
  // Absolute, or as written when nothing is known to resolve it against; "" with a warning when it cannot be one.
  std::string address(const Element& element, std::string_view reference);
  std::string address(const Element& element) { return address(element, text(element)); }
  // The text with `type`, or its markup as html when it has elements inside. `around` is the language of the entry.
  feed::TextValue value(const Element& element, feed::TextType type, std::string_view around);
  feed::Content content(const Element& element, std::string_view type, std::string_view around);
  // Where it differs from the feed's own; "" otherwise.
  std::string own_base(const Element& element) const;
};

// Fills an empty string with a text, never overwrites: the first that says something wins.
void take_first(std::string& to, std::string_view text);
void take_first(feed::TextValue& to, feed::TextValue value);
template <class T>
void take_first(std::optional<T>& to, std::optional<T> value) {
  if (!to) to = value;
}

// An address as publishers mean it: escaped once more than XML asks ("?a=1&amp;b=2" in CDATA), without its scheme
// ("www.…"), with two of them. A view of `reference`, or of `room` when something was changed.
std::string_view meant_reference(std::string_view reference, std::string& room);
// Without "mailto:" and what may stand behind the address.
std::string_view mail_of(std::string_view text);
// "mail (name)", "name <mail>", "name (mail)", "mailto:mail", "name": RSS 2.0 wants the first and gets all.
feed::Person person_of(std::string_view text);
// Adds a person that says something and is not there yet.
void add_person(std::vector<feed::Person>& people, feed::Person person);
// Those of a text: one, or several with commas between when each has a mail.
void add_people(std::vector<feed::Person>& people, std::string_view text);
void add_category(std::vector<feed::Category>& categories, feed::Category category);
// Digits at the beginning, after white space; nullopt for anything else, for "1,234" and for what does not fit.
std::optional<std::uint64_t> count_of(std::string_view text);
std::optional<std::uint32_t> small_count_of(std::string_view text);
std::optional<double> degrees_of(std::string_view text);
// Longitudes beyond 180 go on from -180. nullopt when one is missing or no place on Earth.
std::optional<feed::Location> location_at(std::optional<double> lat, std::optional<double> lon);
// The middle of what "latitude longitude latitude longitude …" covers (georss:box, line, polygon; gml:posList); of a
// box the second longitude lies east of the first, else what is nearer is meant. Numbers are parted by blanks or
// commas.
std::optional<feed::Location> middle_of(std::string_view text, bool is_box);
// "latitude longitude", with white space or a comma between (georss:point, gml:pos, geo).
std::optional<feed::Location> location_of(std::string_view text);

}  // namespace rapporteur::parse
