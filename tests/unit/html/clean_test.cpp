#include "html/clean.h"

#include <boost/test/unit_test.hpp>
#include <fstream>

#include "base/text.h"
#include "html/filter.h"
#include "html/rebuild.h"
#include "unit/html/scanner.h"
#include "unit/html/soup.h"

namespace rapporteur {
namespace {

using html::clean;
using test::find_active_content;

constexpr std::string_view base_url = "https://un.example/news/1?x=y";

struct Vector {
  std::string name, markup;
};

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\') {
      out += text[at];
      continue;
    }
    switch (text[++at]) {
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 't':
        out += '\t';
        break;
      case '0':
        out += '\0';
        break;
      case 'x':
        out += static_cast<char>(std::stoi(std::string(text.substr(at + 1, 2)), nullptr, 16));
        at += 2;
        break;
      default:
        out += text[at];
    }
  }
  return out;
}

const std::vector<Vector>& vectors() {
  static const std::vector<Vector> all = [] {
    std::vector<Vector> read;
    std::ifstream file(RAPPORTEUR_SOURCE_DIR "/tests/fixtures/html/vectors.tsv");
    for (std::string line; std::getline(file, line);) {
      const std::size_t tab = line.find('\t');
      if (tab != std::string::npos && !line.starts_with("#"))
        read.push_back({line.substr(0, tab), unescaped(line.substr(tab + 1))});
    }
    return read;
  }();
  return all;
}

void check_harmless(const std::string& name, const std::string& cleaned) {
  for (const auto& finding : find_active_content(cleaned)) BOOST_ERROR(name << ": " << finding << " in " << cleaned);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(clean_test)

BOOST_AUTO_TEST_CASE(the_scanner_sees_planted_active_content) {
  const std::vector<std::string> planted = {"<script>x</script>",
                                            "<p onclick=\"x\">y</p>",
                                            "<a href=\"javascript:x\">y</a>",
                                            "<a href=\"//x.example/\">y</a>",
                                            "<a href=\"relative\">y</a>",
                                            "<img src=\"data:image/png,x\"/>",
                                            "<img src=\"mailto:a@b\"/>",
                                            "<img src=x/>",
                                            "<p>never closed",
                                            "<b><i>x</b></i>",
                                            "</p>",
                                            "<br>",
                                            "<p/>",
                                            "<P>x</P>",
                                            "<!--x-->",
                                            "<?x?>",
                                            "<![CDATA[x]]>",
                                            "a < b",
                                            "a > b",
                                            "a & b",
                                            "&nbsp;",
                                            "&#106;",
                                            "<p style=\"x\">y</p>",
                                            "<p id=\"x\">y</p>",
                                            "<svg></svg>",
                                            "<p title='x'>y</p>",
                                            "<iframe></iframe>",
                                            "<form></form>",
                                            "<p lang=\"a\" lang=\"b\">x</p>",
                                            "<p title=\"<\">x</p>",
                                            "<p  lang=\"x\">y</p>",
                                            std::string("x\0y", 3),
                                            "x\x01y",
                                            "x\x0cy",
                                            "<a href=\"https:javascript:x\">y</a>",
                                            "<a href=\" https://x/\">y</a>",
                                            "<video src=\"javascript:x\"></video>",
                                            "<q cite=\"vbscript:x\">y</q>",
                                            "<x:p>y</x:p>",
                                            "<p onclick>y</p>"};
  for (const auto& fragment : planted) BOOST_TEST(!find_active_content(fragment).empty(), fragment);
  const std::vector<std::string> harmless = {"",
                                             "plain",
                                             "<p>x</p>",
                                             "<a href=\"https://x.example/?a=1&amp;b\" title=\"y\">z</a>",
                                             "<a href=\"mailto:a@b.example\">x</a>",
                                             "<img src=\"http://x.example/i.png\" alt=\"&quot;\"/><br/>",
                                             "<ul><li>x &lt; y</li></ul>"};
  for (const auto& fragment : harmless) BOOST_TEST(find_active_content(fragment).empty(), fragment);
}

BOOST_AUTO_TEST_CASE(no_vector_leaves_active_content) {
  BOOST_REQUIRE_GE(vectors().size(), 300U);
  for (const auto& [name, markup] : vectors()) check_harmless(name, clean(markup, base_url));
}

BOOST_AUTO_TEST_CASE(no_vector_survives_inside_other_markup) {
  const std::vector<std::pair<std::string, std::string>> places = {{"<p>a <b>", "</b> c</p>"},
                                                                   {"<table><tr><td>", "</td></tr></table>"},
                                                                   {"<table>", "</table>"},
                                                                   {"<b><p>", "</b></p>"},
                                                                   {"<ul><li>x<li>", "</ul>"},
                                                                   {"<pre>\n", "</pre>"},
                                                                   {"<svg>", "</svg>"},
                                                                   {"<a href=https://ok.example/>", "</a>"},
                                                                   {"<!-- ", " -->"},
                                                                   {"<p title=\"", "\">x</p>"},
                                                                   {"<![CDATA[", "]]>"},
                                                                   {"<noscript>", "</noscript>"},
                                                                   {"<select><option>", "</select>"},
                                                                   {"<xmp>", "</xmp>"},
                                                                   {"<form><div>", "</form>"},
                                                                   {"<video>", "</video>"}};
  for (const auto& [name, markup] : vectors()) {
    for (const auto& [before, after] : places) check_harmless(before + name, clean(before + markup + after, base_url));
  }
}

BOOST_AUTO_TEST_CASE(pairs_of_vectors_do_not_help_each_other) {
  for (std::size_t i = 0; i < vectors().size(); ++i) {
    const auto& other = vectors()[(i * 131 + 17) % vectors().size()];
    check_harmless(vectors()[i].name + "+" + other.name, clean(vectors()[i].markup + other.markup, base_url));
  }
}

BOOST_AUTO_TEST_CASE(cleaning_twice_changes_nothing) {
  for (const auto& [name, markup] : vectors()) {
    const std::string once = clean(markup, base_url);
    BOOST_TEST(clean(once, base_url) == once, name);
    BOOST_TEST(clean(once, "") == once, name);
  }
}

BOOST_AUTO_TEST_CASE(what_is_printed_is_its_own_tree) {
  for (const auto& [name, markup] : vectors()) {
    const std::string once = clean(markup, base_url);
    BOOST_TEST(base::trim(html::rebuild(once)) == once, name);
    html::Filter filter(once, base_url);
    filter.run();
    BOOST_TEST(filter.is_nested(), name);
  }
}

// The way without a tree must print what the way through gumbo prints, and both must be read back as they stand.
BOOST_AUTO_TEST_CASE(random_markup_is_cleaned_the_same_with_and_without_a_tree) {
  test::Soup soup(20171201);
  int nested = 0;
  for (int round = 0; round < 40'000; ++round) {
    const std::string markup = soup.next();
    html::Filter filter(markup, base_url);
    const std::string filtered = filter.run();
    html::Filter for_tree(markup, base_url, html::Filter::Nesting::tree);
    const std::string rebuilt = html::rebuild(for_tree.run());
    if (filter.is_nested() && ++nested > 0)
      BOOST_REQUIRE_MESSAGE(filtered == rebuilt, markup << "\n" << filtered << "\n" << rebuilt);
    const std::string once = clean(markup, base_url);
    BOOST_REQUIRE_MESSAGE(clean(once, base_url) == once, markup << "\n" << once);
    BOOST_REQUIRE_MESSAGE(base::trim(html::rebuild(once)) == once, markup << "\n" << once);
    const auto findings = find_active_content(once);
    BOOST_REQUIRE_MESSAGE(findings.empty(), markup << "\n" << once << "\n" << (findings.empty() ? "" : findings[0]));
  }
  BOOST_TEST(nested > 5'000);  // else the comparison above says nothing
}

BOOST_AUTO_TEST_CASE(random_bytes_are_cleaned_to_a_fixed_point) {
  std::mt19937 random(7);
  const std::string alphabet = std::string("<<<>>/!-=\"'& \n\t;#xap") + "sbuilt\xC3\xA9\xF0\x01" + '\0';
  for (int round = 0; round < 20'000; ++round) {
    std::string markup;
    for (std::size_t size = random() % 60; size > 0; --size) markup += alphabet[random() % alphabet.size()];
    const std::string once = clean(markup, base_url);
    check_harmless(markup, once);
    BOOST_REQUIRE_MESSAGE(clean(once, base_url) == once, markup << "\n" << once);
  }
}

BOOST_AUTO_TEST_CASE(benign_markup_is_kept_exactly) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"  \n ", ""},
      {"plain words", "plain words"},
      {"C\xC3\xB4te d'Ivoire \"x\"", "C\xC3\xB4te d'Ivoire \"x\""},
      {"a < b & c > d", "a &lt; b &amp; c &gt; d"},
      {"AT&T &copy; 2017 &eacute;&#8217;&#x2019;&nbsp;x",
       "AT&amp;T \xC2\xA9 2017 \xC3\xA9\xE2\x80\x99\xE2\x80\x99\xC2\xA0x"},
      {"&amp;lt;b&amp;gt;", "&amp;lt;b&amp;gt;"},
      {"<p>one</p>\n<p>two</p>", "<p>one</p>\n<p>two</p>"},
      {"<P>One<BR>two<br/>three</P>", "<p>One<br/>two<br/>three</p>"},
      {"<p>one<p>two", "<p>one</p><p>two</p>"},
      {"<ul><li>1<li>2<ul><li>3</ul></ul>", "<ul><li>1</li><li>2<ul><li>3</li></ul></li></ul>"},
      {"<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>"},
      {"<b><i>x</b>y</i>", "<b><i>x</i></b><i>y</i>"},
      {"<b>1<p>2</b>3</p>", "<b>1</b><p><b>2</b>3</p>"},
      {"<a href=1>x<a href=2>y</a>",
       "<a href=\"https://un.example/news/1\">x</a><a href=\"https://un.example/news/2\">y</a>"},
      {"<a href=\"/a?b=1&amp;c=2\">x</a>", "<a href=\"https://un.example/a?b=1&amp;c=2\">x</a>"},
      {"<a href=\"?a=1&copy=2\">x</a>", "<a href=\"https://un.example/news/1?a=1&amp;copy=2\">x</a>"},
      {"<a href=\"//other.example/x\">x</a>", "<a href=\"https://other.example/x\">x</a>"},
      {"<a href=' https://UN.example:443/x y '>x</a>", "<a href=\"https://un.example/x%20y\">x</a>"},
      {"<a href=\"mailto:info@un.example\">x</a>", "<a href=\"mailto:info@un.example\">x</a>"},
      {"<a href=#note>x</a>", "<a href=\"https://un.example/news/1?x=y#note\">x</a>"},
      {"<a href=https://un.example/>x</a> y", "<a href=\"https://un.example/\">x</a> y"},
      {"<a class=x id=y title='T \"q\"' target=_blank href=/z>x</a>",
       "<a href=\"https://un.example/z\" title=\"T &quot;q&quot;\">x</a>"},
      {"<img alt=A src=i.png width=640px height=480 class=x srcset='i2.png 2x'>",
       "<img src=\"https://un.example/news/i.png\" alt=\"A\" width=\"640\" height=\"480\"/>"},
      {"<img src=i.png width=50%>", "<img src=\"https://un.example/news/i.png\"/>"},
      {"<image src=i.png>", "<img src=\"https://un.example/news/i.png\"/>"},
      {"<picture><source srcset=x.webp><img src=x.png></picture>", "<img src=\"https://un.example/news/x.png\"/>"},
      {"<video controls><source src=v.mp4 type=video/mp4>no video here</video>.",
       "<video src=\"https://un.example/news/v.mp4\" controls=\"controls\"></video>."},
      {"<video src=v.mp4 autoplay poster=p.jpg width=320>.",
       "<video src=\"https://un.example/news/v.mp4\" controls=\"controls\" poster=\"https://un.example/news/p.jpg\" "
       "width=\"320\"></video>."},
      {"<audio src=a.mp3></audio>", "<audio src=\"https://un.example/news/a.mp3\" controls=\"controls\"></audio>"},
      {"<video><a href=v.mp4>film</a></video>", "<a href=\"https://un.example/news/v.mp4\">film</a>"},
      {"<table border=1><tr><th scope=COL>a<td colspan=2>b<tr><td>c</table>",
       "<table><tbody><tr><th scope=\"col\">a</th><td colspan=\"2\">b</td></tr><tr><td>c</td></tr></tbody></table>"},
      {"<table> <tbody> <tr> <td> x </td> </tr> </tbody> </table>",
       "<table><tbody><tr><td> x </td></tr></tbody></table>"},
      {"<table>x<tr><td>y</table>", "x<table><tbody><tr><td>y</td></tr></tbody></table>"},
      {"<p>a<table><td>b</table>c", "<p>a</p><table><tbody><tr><td>b</td></tr></tbody></table>c"},
      {"<pre>\ncode\n  more</pre>", "<pre>code\n  more</pre>"},
      {"<pre>\n\ncode</pre>", "<pre>\n\ncode</pre>"},
      {"<pre>\r\n\r\ncode</pre>", "<pre>\n\ncode</pre>"},
      {"<font color=red>x</font> <o:p>y</o:p><custom-tag>z</custom-tag>", "x yz"},
      {"<html><head><title>t</title><style>s</style></head><body class=b><p>x</p></body></html>", "<p>x</p>"},
      {"<marquee>x</marquee>y", "x y"},
      {"<div align=center style='color:red'>x</div>", "<div>x</div>"},
      {"<p dir=RTL lang=ar>x</p>", "<p lang=\"ar\" dir=\"rtl\">x</p>"},
      {"<ol start=3 type=a reversed><li value=7>x</ol>",
       "<ol start=\"3\" type=\"a\" reversed=\"reversed\"><li value=\"7\">x</li></ol>"},
      {"<blockquote cite=/q><p>x</p></blockquote>", "<blockquote cite=\"https://un.example/q\"><p>x</p></blockquote>"},
      {"<time datetime=2017-12-01>1 Dec</time>", "<time datetime=\"2017-12-01\">1 Dec</time>"},
      {"<ruby>\xE6\xBC\xA2<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>",
       "<ruby>\xE6\xBC\xA2<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>"},
      {"x<!-- c -->y<!DOCTYPE html><?pi?>z", "xyz"},
      {"<![CDATA[<p>x</p>]]>", "<p>x</p>"},
      {"text <a href=\"https://un.example/tr", "text"},
      {"a <y", "a &lt;y"},
      {"<a name=top /><span class=icon /><div/>x", "<a></a><span></span><div></div>x"},
      {"<iframe src=x />y<script src=z />w", "yw"},
      {"<div><form><input></div><p>kept</p>", "<div></div><p>kept</p>"},
      {"x</br>y", "x<br/>y"},
      {"x</p>y", "x<p></p>y"},
      {"x\xC2\x92\xFFy\x01z\x7F", "x\xE2\x80\x99\xEF\xBF\xBDyz"},
      {"<img src=https://t.example/p.gif width=1 height=1>x", "x"},
      {"<h1><h2>x</h2>", "<h1></h1><h2>x</h2>"},
  };
  for (const auto& [markup, expected] : cases) {
    BOOST_TEST(clean(markup, base_url) == expected, markup << "\n  gives " << clean(markup, base_url));
    BOOST_TEST(clean(expected, base_url) == expected, expected);
  }
}

BOOST_AUTO_TEST_CASE(without_a_base_only_absolute_addresses_stay) {
  BOOST_TEST(clean("<a href=x>y</a><img src=z><a href=https://un.example/>w</a>", "") ==
             "<a>y</a><a href=\"https://un.example/\">w</a>");
}

BOOST_AUTO_TEST_CASE(a_base_inside_the_fragment_is_ignored) {
  BOOST_TEST(clean("<base href=https://evil.example/><a href=x>y</a>", base_url) ==
             "<a href=\"https://un.example/news/x\">y</a>");
}

BOOST_AUTO_TEST_CASE(html_is_told_from_text) {
  for (const char* markup : {"<b>x</b>", "a<br/>b", "x</p>", "<IMG SRC=x>", "&amp;", "caf&eacute;", "&#233;", "&#xE9;",
                             "x <a href='y'>z", "<script>x"}) {
    BOOST_TEST(html::looks_like_html(markup), markup);
  }
  for (const char* text : {"", "plain", "a < b", "a <b", "AT&T", "Q&A; x", "x && y", "&copy 2017", "<y>", "<- x ->",
                           "<3", "1 <2> 3", "<foo@un.example>", "R&D;"}) {
    BOOST_TEST(!html::looks_like_html(text), text);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rapporteur
