#include "html/tokens.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>
#include <vector>

namespace rapporteur {
namespace {

using html::Token;
using html::Tokens;

// "text|<name attributes>|</name>", a "/" before ">" where a tag closes itself.
std::string described(std::string_view markup) {
  std::string out;
  Tokens tokens(markup);
  for (Token token = tokens.next(); token.kind != Token::Kind::none; token = tokens.next()) {
    if (!out.empty()) out += '|';
    if (token.kind == Token::Kind::text) {
      out += token.text;
      continue;
    }
    out += token.kind == Token::Kind::end ? "</" : "<";
    out += token.name;
    html::RawAttribute attribute;
    for (std::size_t at = 0; html::next_attribute(token.attributes, at, attribute);) {
      out += " " + std::string(attribute.name) + "=" + std::string(attribute.value);
    }
    out += token.is_self_closing ? "/>" : ">";
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tokens_test)

BOOST_AUTO_TEST_CASE(markup_is_divided_as_html_says) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"a<b>c</b>d", "a|<b>|c|</b>|d"},
      {"<p\n>x</p\t>", "<p>|x|</p>"},
      {"<br/><br />", "<br/>|<br/>"},
      {"<a href=x/>y", "<a href=x/>|y"},
      {"<a href=x />y", "<a href=x/>|y"},
      {"<a b = \"c > d\" e='f' g h=i>", "<a b=c > d e=f g= h=i>"},
      {"<a b=c\"d e='f'g>", "<a b=c\"d e=f g=>"},
      {"<a b=''c>", "<a b= c=>"},
      {"<a =b=c>", "<a =b=c>"},
      {"<a b==c>", "<a b==c>"},
      {"<a / b / = c>", "<a b= == c=>"},
      {"<a\"b>x", "<a\"b>|x"},
      {"a < b <= c <3 <", "a < b <= c <3 <"},
      {"a<!-- b > -- c -->d", "a|d"},
      {"<!-->a<!--->b<!-- --!>c", "a|b|c"},
      {"<!-- a", ""},
      {"<!doctype html>a<?b?>c</ d>e<![CDATA[f]]>g", "a|c|e|g"},
      {"</>a</", "a</"},
      {"a<b", "a"},
      {"a<unknown", "a|<unknown"},
      {"a<b c=\"d>e", "a"},
      {"a</b", "a"},
  };
  for (const auto& [markup, expected] : cases) {
    // "<a href=x/>" is described alike whether the slash is the value's or the tag's: told apart below.
    BOOST_TEST(described(markup) == expected, markup << "\n  gives " << described(markup));
  }
}

BOOST_AUTO_TEST_CASE(a_slash_in_a_value_does_not_close_the_tag) {
  BOOST_TEST(!Tokens("<a href=x/>").next().is_self_closing);
  BOOST_TEST(!Tokens("<a href=/>").next().is_self_closing);
  BOOST_TEST(Tokens("<a href=x />").next().is_self_closing);
  BOOST_TEST(Tokens("<a href='x'/>").next().is_self_closing);
  BOOST_TEST(Tokens("<a b/>").next().is_self_closing);
}

BOOST_AUTO_TEST_CASE(raw_elements_end_with_their_own_end_tag) {
  Tokens tokens("<script>a</b></scripts></SCRIPT x>b");
  const Token start = tokens.next();
  BOOST_TEST(tokens.take_raw(start.name) == "a</b></scripts>");
  BOOST_TEST(tokens.next().text == "b");
  Tokens open("<style>a");
  BOOST_TEST(open.take_raw(open.next().name) == "a");
  BOOST_TEST((open.next().kind == Token::Kind::none));
  Tokens last("<plaintext>a</plaintext>");
  BOOST_TEST(last.take_raw(last.next().name) == "a</plaintext>");
}

BOOST_AUTO_TEST_CASE(an_element_is_skipped_only_to_its_own_end) {
  Tokens closed("<video>a</video>b");
  BOOST_TEST(closed.skip_element(closed.next().name));
  BOOST_TEST(closed.next().text == "b");
  Tokens nested("<video>a<video>b</video>");
  BOOST_TEST(!nested.skip_element(nested.next().name));
  BOOST_TEST(nested.next().text == "a");
}

BOOST_AUTO_TEST_CASE(the_first_of_repeated_attributes_counts) {
  const Token token = Tokens("<a HREF=1 href=2 b>").next();
  BOOST_TEST(html::attribute_value(token.attributes, "href") == "1");
  BOOST_TEST(html::attribute_value(token.attributes, "b") == "");
  BOOST_TEST(html::attribute_value(token.attributes, "c") == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rapporteur
