// What html::clean does with fragments that are too long, too deep or made to be expensive.
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "base/text.h"
#include "html/clean.h"
#include "unit/html/scanner.h"

namespace rapporteur {
namespace {

using html::clean;

constexpr std::string_view base_url = "https://un.example/news/1?x=y";

void check_harmless(const std::string& name, const std::string& cleaned) {
  for (const auto& finding : test::find_active_content(cleaned)) BOOST_ERROR(name << ": " << finding);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(clean_limits_test)

BOOST_AUTO_TEST_CASE(a_long_fragment_is_cut_at_a_border_and_closed) {
  std::string markup;
  for (int i = 0; i < 60'000; ++i) markup += "<p>\xC3\xA9t\xC3\xA9 &amp; <b>x</b></p>";
  const std::string once = clean(markup, base_url);
  BOOST_TEST(once.size() > 255 * 1024U);
  BOOST_TEST(once.size() < 257 * 1024U);
  check_harmless("long", once);
  BOOST_TEST((clean(once, base_url) == once));
  for (int shift = 0; shift < 8; ++shift) {  // every place inside "&amp;é" is cut before it
    const std::string text =
        clean(std::string(256 * 1024 - static_cast<std::size_t>(shift), 'x') + "&\xC3\xA9<b>y</b>", base_url);
    check_harmless("text", text);
    BOOST_TEST(base::is_xml_text(text));
    BOOST_TEST((clean(text, base_url) == text));
  }
}

// Work that grew with the square of it would not end before the test's deadline.
BOOST_AUTO_TEST_CASE(megabytes_of_malice_take_linear_time) {
  const std::vector<std::string> pieces = {"<div>",
                                           "<b>",
                                           "<b><i><p>",
                                           "</b></p>",
                                           "<a href=x>",
                                           "<table>",
                                           "<table><tr><td>",
                                           "<form><div>",
                                           "<svg>",
                                           "<form>",
                                           "</form>",
                                           "<select><option>",
                                           "<video>",
                                           "<audio><video>",
                                           "<script/>",
                                           "<style/><script/>",
                                           "<!--",
                                           "<![CDATA[",
                                           "&",
                                           "&#",
                                           "&am",
                                           "<",
                                           "</",
                                           "<a b=\"",
                                           "<a b='\"",
                                           "<b lang=a><i lang=b><p>x",
                                           "<li><p>",
                                           "<dd><li><dt>",
                                           "<ruby><rt>",
                                           "<p></b>",
                                           "<b></p>",
                                           "<h1><p>",
                                           "<x",
                                           "<x>",
                                           "<pre>\n",
                                           "<table><b>x",
                                           "<button><p>",
                                           "<template>",
                                           "<div></x>",
                                           "<td>",
                                           "]]>",
                                           "<object><b></i>",
                                           "<center><form></b>"};
  for (const auto& piece : pieces) {
    std::string markup;
    while (markup.size() < 2'000'000) markup += piece;
    const std::string once = clean(markup, base_url);
    check_harmless(piece, once);
    BOOST_TEST(once.size() < 300 * 1024U, piece);
  }
}

BOOST_AUTO_TEST_CASE(ten_megabytes_of_malice_end_too) {
  for (const std::string piece : {"<div>", "<b><i><p>", "<form><div></b>"}) {
    std::string markup;
    while (markup.size() < 10'000'000) markup += piece;
    check_harmless(piece, clean(markup, base_url));
  }
  std::string attributes = "<p ";
  for (int i = 0; i < 1'000'000; ++i) attributes += "a" + std::to_string(i) + "=1 ";
  BOOST_TEST(clean(attributes + ">x", base_url) == "<p>x</p>");
}

// Distinct attributes defeat the limit of three alike that HTML has for formatting elements: copies would be made by
// the million. Refused markup is shown as its words.
BOOST_AUTO_TEST_CASE(markup_that_multiplies_is_shown_as_text) {
  std::string markup;
  for (char a = 'a'; a <= 'z'; ++a) {
    for (char b = 'a'; b <= 'h'; ++b) markup += std::string("<b lang=") + a + b + ">";
  }
  for (int i = 0; i < 20'000; ++i) markup += "<p>x &lt;</b>";
  const std::string once = clean(markup, base_url);
  BOOST_TEST(once.find("<p>") == std::string::npos);
  BOOST_TEST(once.starts_with("x &lt; x &lt;"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rapporteur
