// Small questions about text that more than one module asks. Pure, any thread, no allocation unless a string
// is returned. "Text" is UTF-8 unless a function says bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rapporteur::base {

// ASCII white space only (HTML's set: tab, LF, FF, CR, space).
constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
std::string to_lower(std::string_view text);                        // ASCII letters only
bool equals_ignoring_case(std::string_view a, std::string_view b);  // ASCII
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);
bool contains_ignoring_case(std::string_view text, std::string_view part);
std::string_view trim(std::string_view text);  // is_space at both ends
// Runs of is_space and U+00A0 become one space, both ends trimmed. May stop at a space once it holds `enough_bytes`.
std::string collapse_space(std::string_view text, std::size_t enough_bytes = std::string_view::npos);
// The same, piece by piece: appends the words of `text`, with a space in front where one is owed (`is_apart`) and `out`
// holds something; says in `is_apart` whether the next word stands apart from the last.
void append_collapsed(std::string& out, std::string_view text, bool& is_apart);
std::vector<std::string_view> split(std::string_view text, char separator);  // keeps empty parts

// Offset of the first byte that is not valid UTF-8 (RFC 3629: no surrogates, no overlong forms), or text.size().
std::size_t find_invalid_utf8(std::string_view bytes);
// True when nothing needs a closer look: valid UTF-8 without control characters (but tab, LF, CR), without U+F000 and
// above (byte order marks, noncharacters) and without what text that was encoded twice begins with. False says nothing:
// it may still be all right. One pass, for decoders.
bool is_unremarkable(std::string_view bytes);
// True when every character may stand in XML 1.0 (production 2) and the text is valid UTF-8.
bool is_xml_text(std::string_view text);
// Drops what XML 1.0 forbids (and U+FFFE, U+FFFF), replaces invalid bytes by U+FFFD.
std::string to_xml_text(std::string_view text);
void append_utf8(std::string& out, char32_t character);
// The character at `at`, moving `at` behind it; U+FFFD for an invalid byte. Precondition: at < text.size().
char32_t next_character(std::string_view text, std::size_t& at);
std::size_t count_characters(std::string_view text);
std::size_t count_leads(std::string_view text);  // the same, of valid UTF-8 only, and fast
// At most `characters` characters, cut at a word's end when one is near, with "…" appended when cut.
std::string cut_at_word(std::string_view text, std::size_t characters);

// Offset from `from` on of the first & < > or CR, or text.size(): what text between tags cannot hold as it is.
std::size_t find_markup(std::string_view text, std::size_t from);
// Appends with & < > " ' escaped: right in XML and HTML, text and attributes.
void append_escaped(std::string& out, std::string_view text);
std::string escaped(std::string_view text);
// Appends a JSON string literal with its quotes (RFC 8259); also escapes "</" so that it is safe inside HTML.
void append_json_string(std::string& out, std::string_view text);

// "16 MiB", "300 bytes".
std::string describe_bytes(std::uint64_t bytes);

}  // namespace rapporteur::base
