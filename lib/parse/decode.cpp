#include "parse/decode.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "parse/decode_convert.h"
#include "parse/decode_labels.h"
#include "parse/decode_script.h"
#include "parse/decode_twice.h"

namespace rapporteur::parse {

namespace {

constexpr std::string_view bom = "\xEF\xBB\xBF";
constexpr std::string_view doubly_encoded_bom =
    "\xC3\xAF\xC2\xBB\xC2\xBF";  // the BOM read as Latin-1 and encoded again

struct Mark {
  std::string_view bytes;
  std::string_view label;
};
// UTF-32LE begins like UTF-16LE, so it comes first.
constexpr std::array marks{Mark{{"\xFF\xFE\0\0", 4}, "utf-32le"}, Mark{{"\0\0\xFE\xFF", 4}, "utf-32be"},
                           Mark{{"\xFF\xFE", 2}, "utf-16le"}, Mark{{"\xFE\xFF", 2}, "utf-16be"}};

// What a label asked for, and where it stood.
struct Claim {
  const Encoding* encoding = nullptr;
  std::string_view place;  // "Content-Type", "XML declaration"
};

void warn(Decoded& out, std::string code, std::string text) {
  out.warnings.push_back({0, std::move(code), std::move(text)});
}

bool is_ascii(std::string_view bytes) {
  std::size_t at = 0;
  unsigned char all = 0;
  for (; at + 64 <= bytes.size() && all < 0x80; at += 64)  // a loop the compiler turns into vector instructions
    for (std::size_t i = 0; i < 64; ++i)
      all = static_cast<unsigned char>(all | static_cast<unsigned char>(bytes[at + i]));
  for (; at < bytes.size(); ++at) all = static_cast<unsigned char>(all | static_cast<unsigned char>(bytes[at]));
  return all < 0x80;
}

bool has_c1(std::string_view bytes) {
  return std::any_of(bytes.begin(), bytes.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xE0) == 0x80; });
}

// UTF-16 and UTF-32 without BOM show by where the NULs stand: markup and JSON begin with two ASCII characters.
const Encoding* wide_shape(std::string_view bytes) {
  if (bytes.size() < 4) return nullptr;
  unsigned pattern = 0;  // a bit for each of four bytes that is not NUL, the first one highest
  for (std::size_t i = 0; i < 4; ++i) pattern = pattern << 1 | (bytes[i] != 0 ? 1u : 0u);
  switch (pattern) {
    case 0b1010:
      return find_encoding("utf-16le");
    case 0b0101:
      return find_encoding("utf-16be");
    case 0b1000:
      return find_encoding("utf-32le");
    case 0b0001:
      return find_encoding("utf-32be");
    default:
      return nullptr;
  }
}

// The value of `name` in text like `name = "value"`, case ignored; quotes of either kind or none.
std::string_view attribute_value(std::string_view text, std::string_view name) {
  for (std::size_t at = 0; at + name.size() < text.size(); ++at) {
    if (!base::starts_with_ignoring_case(text.substr(at), name)) continue;
    if (at > 0 && !base::is_space(text[at - 1]) && text[at - 1] != ';' && text[at - 1] != '"' && text[at - 1] != '\'')
      continue;
    std::string_view rest = base::trim(text.substr(at + name.size()));
    if (rest.empty() || rest.front() != '=') continue;
    rest = base::trim(rest.substr(1));
    if (rest.empty()) return {};
    const char quote = rest.front();
    if (quote == '"' || quote == '\'') return rest.substr(1, rest.find(quote, 1) - 1);
    return rest.substr(0, rest.find_first_of(" \t\r\n;,?>\"'"));
  }
  return {};
}

// XML 1.0 section 4.3.3. Feeds have blank lines, junk and stray BOMs before the declaration.
std::string_view declared_label(std::string_view text) {
  const std::string_view head = text.substr(0, 1024);
  const std::size_t start = head.find("<?xml");
  if (start == std::string_view::npos) return {};
  return attribute_value(head.substr(start, head.find('>', start) - start), "encoding");
}

Claim claim(Decoded& out, std::string_view label, std::string_view place) {
  if (base::trim(label).empty()) return {};
  const Encoding* found = find_encoding(label);
  if (!found)
    warn(out, "unknown-encoding",
         "the " + std::string(place) + " names the encoding \"" + base::to_xml_text(label.substr(0, 64)) +
             "\", which is not read; it is judged by its bytes");
  return {found, place};
}

void overrule(Decoded& out, const Claim& claimed) {
  if (!claimed.encoding || claimed.encoding->name == out.encoding) return;
  out.was_wrong = true;
  warn(out, "wrong-encoding",
       "the " + std::string(claimed.place) + " says " + std::string(claimed.encoding->name) + ", but the bytes are " +
           out.encoding + " and were read so");
}

// How much of a text that is not valid UTF-8 is UTF-8 all the same.
struct Census {
  std::size_t sequences = 0;  // of several bytes, valid
  std::size_t invalid = 0;    // runs of bytes that fit nowhere
  std::size_t cut = 0;        // of these, characters at the end of a text that was cut by bytes
};

// A faulty piece, and the bytes around it: `before` of a valid stretch, else NUL.
struct Fault {
  std::string_view piece;
  char before, after;

  // Behind it stands no letter, but a tag, a sign or "…", which begins with 0xE2.
  bool ends_text() const {
    return !base::is_alpha(after) && (static_cast<unsigned char>(after) < 0x80 || after == '\xE2');
  }
  // The beginning of a character whose end is missing. Of one of two bytes only the first is left: in windows-1252 that
  // would be a capital, and none ends a word of small letters.
  bool is_beginning() const {
    if (piece.size() > 1) return true;
    const auto lead = static_cast<unsigned char>(piece[0]);
    const bool is_in_word = (before >= 'a' && before <= 'z') || static_cast<unsigned char>(before) >= 0x80;
    return lead >= 0xC2 && lead < 0xDF && is_in_word && ends_text();
  }
};

// Calls `good` with each valid stretch and `bad` with each fault: a lone byte, or the beginning of a character.
template <class Good, class Bad>
void walk(std::string_view bytes, const Good& good, const Bad& bad) {
  while (!bytes.empty()) {
    const std::size_t valid = base::find_invalid_utf8(bytes);
    if (valid > 0) good(bytes.substr(0, valid));
    if (valid == bytes.size()) return;
    const char before = valid > 0 ? bytes[valid - 1] : '\0';
    bytes.remove_prefix(valid);
    std::size_t length = 1;
    const auto lead = static_cast<unsigned char>(bytes[0]);
    if (lead >= 0xE0 && lead < 0xF5)
      while (length < (lead < 0xF0 ? 2u : 3u) && length < bytes.size() &&
             (static_cast<unsigned char>(bytes[length]) & 0xC0) == 0x80)
        ++length;
    bad(Fault{bytes.substr(0, length), before, length < bytes.size() ? bytes[length] : '\0'});
    bytes.remove_prefix(length);
  }
}

Census census(std::string_view bytes) {
  Census counted;
  walk(
      bytes,
      [&](std::string_view stretch) {
        counted.sequences += static_cast<std::size_t>(std::count_if(
            stretch.begin(), stretch.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xC0; }));
      },
      [&](const Fault& fault) {
        ++counted.invalid;
        if (fault.is_beginning() && fault.ends_text()) ++counted.cut;
      });
  return counted;
}

// UTF-8 with leftovers of windows-1252: a template in one encoding, a quotation pasted from another. A character whose
// end is missing (titles cut by bytes) becomes U+FFFD.
std::string with_leftovers(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() + bytes.size() / 16);
  walk(
      bytes, [&](std::string_view stretch) { text += stretch; },
      [&](const Fault& fault) {
        base::append_utf8(text, fault.is_beginning()
                                    ? U'\uFFFD'
                                    : windows_1252_character(static_cast<unsigned char>(fault.piece[0])));
      });
  return text;
}

void take_utf8_with_leftovers(Decoded& out, std::string_view bytes, std::size_t invalid) {
  out.text = with_leftovers(bytes);
  out.encoding = "utf-8";
  out.was_wrong = true;
  warn(out, "invalid-bytes",
       std::to_string(invalid) + " places are not valid UTF-8; their bytes were read as windows-1252");
}

void take(Decoded& out, std::string_view bytes, const Encoding& encoding, Conversion converted) {
  out.text = std::move(converted.text);
  out.is_unremarkable = false;  // that was said of the bytes
  out.encoding = !encoding.wide_name.empty() && has_c1(bytes) ? encoding.wide_name : encoding.name;
  if (converted.replaced == 0) return;
  out.was_wrong = true;
  warn(out, "invalid-bytes",
       std::to_string(converted.replaced) + " byte sequences are not valid " + out.encoding +
           " and were replaced by U+FFFD");
}

// A declaration of a multi-byte encoding survives valid UTF-8 only when that may be chance: a few pairs of bytes.
bool may_be_chance(std::string_view bytes, const Encoding& declared) {
  static constexpr std::size_t few = 3;
  if (declared.name != "gb2312" && declared.name != "gbk" && declared.name != "gb18030" && declared.name != "big5" &&
      declared.name != "euc-jp" && declared.name != "euc-kr" && declared.name != "shift_jis")
    return false;
  std::size_t pairs = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0xE0) return false;
    if (byte >= 0xC0 && ++pairs > few) return false;
  }
  return convert(bytes, declared).replaced == 0;
}

// Valid UTF-8: it is that, whatever was declared, except where the declaration says the same or may be right by chance.
void take_valid(Decoded& out, std::string bytes, const Claim& declared) {
  const bool ascii = declared.encoding && declared.encoding->name != "utf-8" && is_ascii(bytes);
  if (declared.encoding && declared.encoding->name == "iso-2022-jp" && ascii && bytes.find('\x1b') != std::string::npos)
    return take(out, bytes, *declared.encoding, convert(bytes, *declared.encoding));
  if (declared.encoding && !ascii && declared.encoding->name != "utf-8" && may_be_chance(bytes, *declared.encoding))
    return take(out, bytes, *declared.encoding, convert(bytes, *declared.encoding));
  out.encoding = ascii && declared.encoding->is_ascii_superset ? declared.encoding->name : "utf-8";
  overrule(out, declared);
  out.text = std::move(bytes);
}

// Servers that know nothing of a document say ISO-8859-1, which fits all bytes: then its own declaration goes first.
bool is_default_of_server(const std::array<Claim, 2>& claims) {
  if (!claims[0].encoding || claims[0].encoding->name != "iso-8859-1" || !claims[1].encoding) return false;
  const std::string_view declared = claims[1].encoding->name;
  return declared != "iso-8859-1" && declared != "us-ascii" && declared != "utf-8";
}

// Templates that were copied with their declaration: it says Latin-1, and the words are Russian.
bool take_other_script(Decoded& out, std::string_view bytes, const Claim& claimed) {
  const std::string_view name = claimed.encoding->name;
  if (name != "iso-8859-1" && name != "windows-1252" && name != "iso-8859-15") return false;
  const Encoding* meant = other_script(bytes);
  if (!meant) return false;
  take(out, bytes, *meant, convert(bytes, *meant));
  overrule(out, claimed);
  return true;
}

// Not UTF-8: the declared encodings in their order, then UTF-8 with leftovers, then a guess.
void take_other(Decoded& out, const std::string& bytes, std::array<Claim, 2> claims) {
  const bool is_document_first = is_default_of_server(claims);
  if (is_document_first) std::swap(claims[0], claims[1]);
  for (const Claim& claimed : claims) {
    if (!claimed.encoding || !claimed.encoding->is_ascii_superset || claimed.encoding->name == "utf-8") continue;
    if (claimed.encoding->name == "us-ascii") continue;  // said of bytes that are none: it says nothing
    if (take_other_script(out, bytes, claimed)) return;
    Conversion converted = convert(bytes, *claimed.encoding);
    // A truncated or slightly damaged document is still what it says it is.
    if (converted.replaced * 50 > converted.text.size() / 3) continue;
    take(out, bytes, *claimed.encoding, std::move(converted));
    const bool is_second = &claimed == &claims[1];
    if (is_second || is_document_first) overrule(out, claims[is_second ? 0 : 1]);
    return;
  }
  const bool says_utf8 = std::any_of(claims.begin(), claims.end(),
                                     [](const Claim& c) { return c.encoding && c.encoding->name == "utf-8"; });
  const Census counted = census(bytes);
  const std::size_t refuting = says_utf8 ? counted.invalid - counted.cut : 2 * counted.invalid;
  if (counted.sequences >= refuting) return take_utf8_with_leftovers(out, bytes, counted.invalid);
  const Encoding* guessed = guess_encoding(bytes);
  take(out, bytes, *guessed, convert(bytes, *guessed));
  const Claim& first = claims[0].encoding ? claims[0] : claims[1];
  overrule(out, first);
  if (!first.encoding && !out.was_wrong) {
    out.was_wrong = true;  // XML 1.0 section 4.3.3: without a declaration it should have been UTF-8
    warn(out, "undeclared-encoding",
         "no encoding is declared and the bytes are not UTF-8; they were read as " + out.encoding);
  }
}

// U+FEFF at the front is no text, and inside it comes from files that were joined.
void drop_marks(Decoded& out) {
  std::string& text = out.text;
  if (text.starts_with(bom)) text.erase(0, bom.size());
  if (text.starts_with(doubly_encoded_bom)) {
    text.erase(0, doubly_encoded_bom.size());
    out.was_wrong = true;
    warn(out, "doubled-bom", "the document begins with a byte order mark that was encoded twice; it was dropped");
  }
  std::size_t from = text.find(bom);
  if (from == std::string::npos) return;
  std::string kept;
  kept.reserve(text.size());
  std::size_t at = 0;
  for (; from != std::string::npos; at = from + bom.size(), from = text.find(bom, at)) kept.append(text, at, from - at);
  kept.append(text, at);
  text = std::move(kept);
  warn(out, "stray-bom", "byte order marks inside the text were dropped");
}

// U+0080 to U+009F are controls nobody means: windows-1252 that was taken for Latin-1 and encoded.
void map_controls(Decoded& out) {
  std::string& text = out.text;
  const auto is_control = [&](std::size_t at) {
    return at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0;
  };
  std::size_t from = text.find('\xC2');
  while (from != std::string::npos && !is_control(from)) from = text.find('\xC2', from + 2);
  if (from == std::string::npos) return;
  std::string mapped(text, 0, from);
  for (std::size_t at = from; at < text.size(); ++at) {
    const char32_t western = text[at] == '\xC2' && is_control(at)
                                 ? windows_1252_character(static_cast<unsigned char>(text[at + 1]))
                                 : U'\uFFFD';
    if (western == U'\uFFFD')
      mapped += text[at];
    else
      base::append_utf8(mapped, western), ++at;
  }
  text = std::move(mapped);
  warn(out, "windows-characters", "control characters U+0080 to U+009F were read as windows-1252");
}

// True when something changed; a byte order mark may have come to light.
bool undo_second_encoding(Decoded& out) {
  DecodedOnceMore again = decode_once_more(out.text);
  if (again.places == 0) return false;
  out.text = std::move(again.text);
  out.was_wrong = true;
  const std::string what = again.is_whole ? "the text was" : std::to_string(again.places) + " places were";
  warn(out, "encoded-twice", what + " encoded in UTF-8 twice and decoded once more");
  return true;
}

// The mark of UTF-16 before markup or JSON in single bytes. In UTF-16 these two would be one character of Chinese.
bool has_wrong_mark(std::string_view bytes) {
  if (!bytes.starts_with("\xFF\xFE") && !bytes.starts_with("\xFE\xFF")) return false;
  bytes.remove_prefix(2);
  if (bytes.starts_with(bom)) return true;
  bytes = base::trim(bytes.substr(0, 64));
  return bytes.size() > 1 && (bytes[0] == '<' || bytes[0] == '{' || bytes[0] == '[') && bytes[1] > 0 && bytes[1] < 0x7F;
}

// UTF-16 and UTF-32, by BOM or by shape; false when the bytes are neither.
bool take_wide(Decoded& out, std::string_view bytes) {
  for (const Mark& mark : marks) {
    if (!bytes.starts_with(mark.bytes)) continue;
    const Encoding& encoding = *find_encoding(mark.label);
    bytes.remove_prefix(mark.bytes.size());
    take(out, bytes, encoding, convert(bytes, encoding));
    return true;
  }
  const Encoding* shape = wide_shape(bytes);
  if (shape) take(out, bytes, *shape, convert(bytes, *shape));
  return shape != nullptr;
}

// A declaration inside UTF-16 that names anything else is wrong; "utf-16" says no byte order and is right for both.
void check_wide_claim(Decoded& out, std::string_view content_type) {
  for (const Claim& claimed : {claim(out, attribute_value(content_type, "charset"), "Content-Type"),
                               claim(out, declared_label(out.text), "XML declaration")})
    if (claimed.encoding &&
        claimed.encoding->converter.substr(0, 6) != find_encoding(out.encoding)->converter.substr(0, 6))
      overrule(out, claimed);
}

}  // namespace

Decoded decode(std::string bytes, std::string_view content_type) {
  Decoded out;
  if (has_wrong_mark(bytes)) {
    bytes.erase(0, 2);
    out.was_wrong = true;
    warn(out, "wrong-bom",
         "the document begins with the byte order mark of UTF-16 and is not in UTF-16; it was dropped");
  }
  if (take_wide(out, bytes)) {
    check_wide_claim(out, content_type);
    drop_marks(out);
    map_controls(out);
    return out;
  }
  const bool has_bom = bytes.starts_with(bom);
  if (has_bom) bytes.erase(0, bom.size());
  const std::array<Claim, 2> claims{claim(out, attribute_value(content_type, "charset"), "Content-Type"),
                                    claim(out, declared_label(bytes), "XML declaration")};
  const Claim& first = claims[0].encoding ? claims[0] : claims[1];
  out.is_unremarkable = base::is_unremarkable(bytes);
  if (out.is_unremarkable || base::find_invalid_utf8(bytes) == bytes.size()) {
    if (has_bom) {
      out.encoding = "utf-8";
      overrule(out, first);
      out.text = std::move(bytes);
    } else {
      take_valid(out, std::move(bytes), first);
    }
  } else if (has_bom) {
    take_utf8_with_leftovers(out, bytes, census(bytes).invalid);
  } else {
    take_other(out, bytes, claims);
  }
  if (out.is_unremarkable) return out;
  drop_marks(out);
  if (out.encoding == "utf-8" && undo_second_encoding(out)) drop_marks(out);
  map_controls(out);
  return out;
}

}  // namespace rapporteur::parse
