#include "html/to_text.h"

#include <boost/test/unit_test.hpp>
#include <utility>
#include <vector>

#include "base/text.h"
#include "html/clean.h"
#include "html/references.h"
#include "unit/html/soup.h"

namespace rapporteur {

using html::decode_references;
using html::to_text;

BOOST_AUTO_TEST_SUITE(to_text_test)

BOOST_AUTO_TEST_CASE(markup_becomes_its_words) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"plain", "plain"},
      {"  a \n\t b\xC2\xA0\xC2\xA0 c ", "a b c"},
      {"C\xC3\xB4te d'Ivoire \xC2\xAB x \xC2\xBB", "C\xC3\xB4te d'Ivoire \xC2\xAB x \xC2\xBB"},
      {"<p>one</p><p>two</p>", "one two"},
      {"one<br>two<br/>three", "one two three"},
      {"un<b>believ</b>able", "unbelievable"},
      {"<a href='x>y'>link</a>, text", "link, text"},
      {"<ul><li>a<li>b</ul>c", "a b c"},
      {"<table><tr><td>1<td>2<tr><td>3</table>", "1 2 3"},
      {"<h1>Title</h1>text", "Title text"},
      {"a<script>alert('<p>')</script>b", "a b"},
      {"a<style>p > b { }</style>b", "a b"},
      {"<head><title>t</title><style>s</style></head><body>x</body>", "x"},
      {"<script>never closed", ""},
      {"<SCRIPT SRC=x/>alert</SCRIPT>x", "x"},
      {"a<iframe src=x>y</iframe>b", "a b"},
      {"<textarea>kept</textarea>", "kept"},
      {"a<!-- <b>c</b> -->b", "ab"},
      {"a<!-->b<!--->c<!----!>d", "abcd"},
      {"a<!DOCTYPE html><?x y?>b", "ab"},
      {"a<!-- never closed", "a"},
      {"<![CDATA[x &amp; <b>y</b>]]>", "x & y"},
      {"AT&T R&D", "AT&T R&D"},
      {"AT&amp;T &lt;b&gt; &quot;q&quot; &#39;a&#39;", "AT&T <b> \"q\" 'a'"},
      {"&amp;amp;", "&amp;"},
      {"caf&eacute; caf&#233; caf&#xE9; caf&#XE9", "caf\xC3\xA9 caf\xC3\xA9 caf\xC3\xA9 caf\xC3\xA9"},
      {"it&#146;s &#150; &#8211;", "it\xE2\x80\x99s \xE2\x80\x93 \xE2\x80\x93"},
      {"a&nbsp;&nbsp;b", "a b"},
      {"&nbsp;", ""},
      {"5 < 6 and 7 > 3", "5 < 6 and 7 > 3"},
      {"a <y", "a <y"},
      {"a <b", "a"},
      {"x<custom-tag>y</custom-tag>z", "xyz"},
      {"a</ b>c", "ac"},
      {"a</>b", "ab"},
      {"<p title=\"<b>\">x</p>", "x"},
      {"x\x01y&#2;z", "xyz"},
      {"\xD8\xA7\xD9\x84<b>\xD8\xA3\xD9\x85\xD9\x85</b>", "\xD8\xA7\xD9\x84\xD8\xA3\xD9\x85\xD9\x85"},
      {"<", "<"},
      {"</", "</"},
      {"&", "&"},
      {"&#", "&#"},
      {"&#x", "&#x"},
      {"&#;", "&#;"},
  };
  for (const auto& [markup, expected] : cases)
    BOOST_TEST(to_text(markup) == expected, markup << "\n  gives " << to_text(markup));
}

BOOST_AUTO_TEST_CASE(references_alone_are_decoded_and_tags_are_not) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"no reference", "no reference"},
      {"<b>x</b> &lt;i&gt;", "<b>x</b> <i>"},
      {"Fran&ccedil;ois &amp; fils", "Fran\xC3\xA7ois & fils"},
      {"&ccedil &copy2017 &notin; &notit;",
       "\xC3\xA7 \xC2\xA9"
       "2017 \xE2\x88\x89 \xC2\xACit;"},
      {"&unknown; &Unknown &;", "&unknown; &Unknown &;"},
      {"&#0; &#xD800; &#1114112; &#99999999999;", "\xEF\xBF\xBD \xEF\xBF\xBD \xEF\xBF\xBD \xEF\xBF\xBD"},
      {"&#x1F30D;", "\xF0\x9F\x8C\x8D"},
      {"&NotEqualTilde;", "\xE2\x89\x82\xCC\xB8"},
      {"&CounterClockwiseContourIntegral;", "\xE2\x88\xB3"},
      {"&AMP; &amp &ampx", "& & &x"},
      {"&rsquo;&lsquo;&hellip;&ndash;&mdash;&euro;",
       "\xE2\x80\x99\xE2\x80\x98\xE2\x80\xA6\xE2\x80\x93\xE2\x80\x94\xE2\x82\xAC"},
  };
  for (const auto& [text, expected] : cases)
    BOOST_TEST(decode_references(text) == expected, text << "\n  gives " << decode_references(text));
}

BOOST_AUTO_TEST_CASE(an_old_name_in_an_address_is_no_reference) {
  BOOST_TEST(html::read_reference("&copy=2", 0, html::Where::attribute).length == 0U);
  BOOST_TEST(html::read_reference("&copyright", 0, html::Where::attribute).length == 0U);
  BOOST_TEST(html::read_reference("&copy;=2", 0, html::Where::attribute).length == 6U);
  BOOST_TEST(html::read_reference("&copy 2", 0, html::Where::attribute).length == 5U);
  BOOST_TEST(html::read_reference("&copy=2", 0, html::Where::text).length == 5U);
}

BOOST_AUTO_TEST_CASE(the_words_of_cleaned_markup_are_those_of_its_source) {
  test::Soup soup(3);
  for (int round = 0; round < 5'000; ++round) {
    const std::string cleaned = html::clean(soup.next(), "https://un.example/");
    const std::string text = to_text(cleaned);
    BOOST_REQUIRE_MESSAGE(base::collapse_space(text) == text, cleaned);
    BOOST_REQUIRE_MESSAGE(base::is_xml_text(text), cleaned);
    BOOST_REQUIRE_MESSAGE(to_text(base::escaped(text)) == text, cleaned);
  }
}

BOOST_AUTO_TEST_CASE(ten_megabytes_of_anything_take_linear_time) {
  for (const std::string piece : {"<", "<b", "<p>x", "<!--", "<!-- --", "&", "&#", "&amp", "<script>", "<script/>",
                                  "<title>", "</", "<a b=\"", "x ", "<![CDATA["}) {
    std::string markup;
    while (markup.size() < 10'000'000) markup += piece;
    BOOST_TEST(to_text(markup).size() <= markup.size(), piece);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rapporteur
