#include "parse/repair.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"

using namespace rapporteur;
using namespace std::string_literals;

namespace {

bool has(const parse::Repaired& repaired, std::string_view code) {
  return std::any_of(repaired.warnings.begin(), repaired.warnings.end(),
                     [&](const feed::Warning& w) { return w.code == code; });
}

std::string repeat(std::string_view piece, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += piece;
  return text;
}

struct Row {
  std::string text, expected, code;  // code "": no warning
};

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const auto repaired = parse::repair(row.text);
    BOOST_CHECK_EQUAL(repaired.text, row.expected);
    BOOST_CHECK_EQUAL(repaired.changed, row.text != row.expected);
    BOOST_CHECK_MESSAGE(row.code.empty() ? repaired.warnings.empty() : has(repaired, row.code),
                        row.text << ": " << row.code);
    // What was repaired stays as it is.
    const auto again = parse::repair(repaired.text);
    BOOST_CHECK_MESSAGE(!again.changed, repaired.text << " -> " << again.text);
    BOOST_CHECK_MESSAGE(!parse::needs_repair(repaired.text), repaired.text);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(repair_test)

BOOST_AUTO_TEST_CASE(sound_xml_stays_as_it_is) {
  for (const char* text :
       {"<a/>", "<?xml version=\"1.0\"?>\n<a b=\"1\" c='2'>x &amp; y &lt; &#233; &#xE9;</a>",
        "<a><![CDATA[ & < > ]] ]> &nbsp; ]]></a>", "<a><!-- & < &nbsp; --></a>", "<a><?php echo 1 & 2 < 3 ?></a>",
        "<a href=\"?a=1&amp;b=2\">日本語、</a>", "<a b='\"'/>", "<a>]] ></a>", "<a\n  b = \"1\"\n></a >", ""}) {
    const auto repaired = parse::repair(text);
    BOOST_CHECK_EQUAL(repaired.text, std::string(text) == "<a\n  b = \"1\"\n></a >" ? "<a\n  b = \"1\"\n></a>" : text);
    BOOST_CHECK(repaired.warnings.empty());
    BOOST_CHECK(!parse::needs_repair(text));
  }
}

BOOST_AUTO_TEST_CASE(references) {
  check({{"<a>R&D</a>", "<a>R&amp;D</a>", "stray-ampersand"},
         {"<a>R & D</a>", "<a>R &amp; D</a>", "stray-ampersand"},
         {"<a>x&</a>", "<a>x&amp;</a>", "stray-ampersand"},
         {"<a>&nbsp;&eacute;&rsquo;&euro;</a>", "<a>\u00A0é’€</a>", "undefined-entity"},
         {"<a>&NotEqualTilde;&Aacute;&zwnj;</a>", "<a>≂̸Á\u200C</a>", "undefined-entity"},
         {"<a>&AMP;&LT;</a>", "<a>&amp;&lt;</a>", "undefined-entity"},
         {"<a>&foo;</a>", "<a>&amp;foo;</a>", "undefined-entity"},
         {"<a>&nbsp x</a>", "<a>&amp;nbsp x</a>", "stray-ampersand"},
         {"<a b=\"?x=1&y=2\"/>", "<a b=\"?x=1&amp;y=2\"/>", "stray-ampersand"},
         {"<a b=\"caf&eacute;\"/>", "<a b=\"café\"/>", "undefined-entity"},
         {"<a>x&#0;y</a>", "<a>xy</a>", "bad-reference"},
         {"<a>x&#x1F;y&#xFFFE;&#1114112;</a>", "<a>xy</a>", "bad-reference"},
         {"<a>&#99999999999999999999;</a>", "<a></a>", "bad-reference"},
         {"<a>&#146;&#x80;</a>", "<a>&#8217;&#8364;</a>", "windows-reference"},
         {"<a>&#xD83D;&#xDE00;</a>", "<a>&#128512;</a>", "surrogate-reference"},
         {"<a>&#xD83D;x</a>", "<a>x</a>", "bad-reference"},
         {"<a>&#8217 s</a>", "<a>&#8217; s</a>", "untidy-reference"},
         {"<a>&#X2019;</a>", "<a>&#8217;</a>", "untidy-reference"},
         {"<a>&#;</a>", "<a>&amp;#;</a>", "stray-ampersand"},
         {"<a>&;</a>", "<a>&amp;;</a>", "stray-ampersand"}});
}

BOOST_AUTO_TEST_CASE(characters_that_xml_forbids) {
  check({{"<a>x\x01y\x1F</a>", "<a>xy</a>", "control-character"},
         {"<a>x\vy</a>", "<a>x y</a>", "control-character"},
         {"<a>x\0y</a>"s, "<a>xy</a>", "control-character"},
         {"<a>\xEF\xBF\xBEx\xEF\xBF\xBF\xEF\xBF\xBD</a>", "<a>x\xEF\xBF\xBD</a>", "control-character"},
         {"<a b=\"x\x02y\"/>", "<a b=\"xy\"/>", "control-character"},
         {"<a><![CDATA[x\x02y]]></a>", "<a><![CDATA[xy]]></a>", "control-character"},
         {"<a><!--x\x02y--></a>", "<a><!--xy--></a>", "control-character"}});
}

BOOST_AUTO_TEST_CASE(less_than_signs_that_begin_nothing) {
  check({{"<a>5 < 6</a>", "<a>5 &lt; 6</a>", "stray-less-than"},
         {"<a>5 <6</a>", "<a>5 &lt;6</a>", "stray-less-than"},
         {"<a>x <- y</a>", "<a>x &lt;- y</a>", "stray-less-than"},
         {"<a>I <3 you</a>", "<a>I &lt;3 you</a>", "stray-less-than"},
         {"<a><http://un.org/></a>", "<a>&lt;http://un.org/></a>", "stray-less-than"},
         {"<a>Ban <sg@un.org></a>", "<a>Ban &lt;sg@un.org></a>", "stray-less-than"},
         {"<a>if x <y then</a>", "<a>if x &lt;y then</a>", "stray-less-than"},
         {"<a>x</ a></a>", "<a>x&lt;/ a></a>", "stray-less-than"},
         {"<a><!-- never ends</a>", "<a>&lt;!-- never ends</a>", "unterminated-comment"},
         {"<a><?pi never ends</a>", "<a>&lt;?pi never ends</a>", "unterminated-instruction"},
         {"<a><!x</a>", "<a>&lt;!x</a>", "stray-less-than"},
         {"<a>x ]]> y</a>", "<a>x ]]&gt; y</a>", ""}});
}

BOOST_AUTO_TEST_CASE(tags_are_put_right) {
  check({{"<a b=1 c=x/y>z</a>", "<a b=\"1\" c=\"x/y\">z</a>", "malformed-tag"},
         {"<br clear=all/>", "<br clear=\"all\"/>", "malformed-tag"},
         {"<input checked>", "<input checked=\"checked\">", "malformed-tag"},
         {"<a b=\"1\"c=\"2\"/>", "<a b=\"1\" c=\"2\"/>", "malformed-tag"},
         {"<a b=\"x < y\"/>", "<a b=\"x &lt; y\"/>", "malformed-tag"},
         {"<a b=\"<i>x</i>\">y</a>", "<a b=\"&lt;i>x&lt;/i>\">y</a>", "malformed-tag"},
         {"<a href=\"x>text</a>", "<a href=\"x\">text</a>", "malformed-tag"},
         {"<a b='say \"x\" & y'/>", "<a b='say \"x\" &amp; y'/>", "stray-ampersand"},
         {"<a 1=\"2\" b=\"3\"/>", "<a b=\"3\"/>", "malformed-tag"},
         {"<a b==\"1\">x</a>", "<a b=\"=&quot;1&quot;\">x</a>", "malformed-tag"},
         {"<a>x</a <b/>", "<a>x</a><b/>", "malformed-tag"},
         {"<a>x</a b=\"c\">", "<a>x</a>", ""},
         {"<a>text<b hre", "<a>text", "truncated"},
         {"<a>text</a", "<a>text</a>", "truncated"}});
}

BOOST_AUTO_TEST_CASE(what_is_no_part_of_the_document_is_dropped) {
  check({{"\n\n<?xml version=\"1.0\"?><a/>", "<?xml version=\"1.0\"?><a/>", ""},
         {"Warning: x in y\n<a/>", "<a/>", "junk-before-document"},
         {"<br /><b>Warning</b>: x <?xml version=\"1.0\"?><rss/>", "<?xml version=\"1.0\"?><rss/>",
          "junk-before-document"},
         {"<a><?xml version=\"1.0\"?>x</a>", "<?xml version=\"1.0\"?>x</a>", "junk-before-document"},
         {"<?xml version=\"1.0\" encoding=\"UTF-8\"><rss>x</rss>", "<rss>x</rss>", "malformed-declaration"},
         {"<?xml version=\"1.0\" <rss>x?></rss>", "<rss>x?></rss>", "malformed-declaration"},
         {"<rss><!-->-->x]\x01]>&#0;]]&#0;></rss>", "<rss><!-->-->x]]&gt;]]&gt;</rss>", "control-character"},
         {"<rss><?xml version=\"1.0\"?>x</rss>", "<rss>x</rss>", "second-declaration"},
         {"<!DOCTYPE rss PUBLIC \"-//x\" \"http://x/y.dtd\">\n<rss/>", "\n<rss/>", ""},
         {"<!DOCTYPE rss [\n<!ELEMENT a (b)>\n]><rss/>", "\n\n<rss/>", ""}});
}

BOOST_AUTO_TEST_CASE(unterminated_cdata_ends_with_its_element) {
  check({{"<d><![CDATA[x & y</d><e><![CDATA[z]]></e>", "<d><![CDATA[x & y]]></d><e><![CDATA[z]]></e>",
          "unterminated-cdata"},
         {"<d><![CDATA[x</d><e>y</e>", "<d><![CDATA[x]]></d><e>y</e>", "unterminated-cdata"},
         {"<d><![CDATA[x]]</d><e>y</e>", "<d><![CDATA[x]]></d><e>y</e>", "unterminated-cdata"},
         {"<d><![CDATA[cut off", "<d><![CDATA[cut off]]>", "unterminated-cdata"},
         {"<d><![CDATA[x <![CDATA[ y]]></d>", "<d><![CDATA[x <![CDATA[ y]]></d>", ""},
         {"<d><![cdata[x]]></d>", "<d><![CDATA[x]]></d>", ""},
         {"<d><![CDATA[x]]]]><![CDATA[>y]]></d>", "<d><![CDATA[x]]]]><![CDATA[>y]]></d>", ""}});
}

BOOST_AUTO_TEST_CASE(entities_of_the_document_are_expanded) {
  check({{"<!DOCTYPE a [<!ENTITY un \"United Nations\">]><a>&un;</a>", "<a>United Nations</a>", ""},
         {"<!DOCTYPE a [<!ENTITY x '&#38;#60; &lt; &#233; &eacute; &'><!ENTITY y \"[&x;]\">]><a>&y;</a>",
          "<a>[&#60; &lt; é é &amp;]</a>", ""},
         {"<!DOCTYPE a [<!ENTITY m \"<b>x</b>\">]><a c=\"&m;\">&m;</a>",
          "<a c=\"&lt;b&gt;x&lt;/b&gt;\">&lt;b&gt;x&lt;/b&gt;</a>", ""},
         {"<!DOCTYPE a [<!ENTITY x \"1\"><!ENTITY x \"2\">]><a>&x;</a>", "<a>1</a>", ""},
         {"<!DOCTYPE a [<!-- ]> <!ENTITY x \"0\"> --><!ENTITY nbsp \"&#160;\">]><a>&nbsp;</a>", "<a>\u00A0</a>", ""},
         {"<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>", "<a>&amp;x;</a>", "external-entity"},
         {"<!DOCTYPE a [<!ENTITY % p \"x\"> %p; <!ENTITY y \"z\">]><a>&y;</a>", "<a>z</a>", ""},
         {"<!DOCTYPE a [<!ENTITY x \"&y;\"><!ENTITY y \"&x;\">]><a>&x;</a>", "<a>&amp;x;</a>", "entity-limit"}});
}

BOOST_AUTO_TEST_CASE(a_billion_laughs_stay_bounded) {
  std::string text = "<!DOCTYPE a [<!ENTITY l0 \"lol\">";
  for (int i = 1; i < 10; ++i) {
    const std::string inner = "&l" + std::to_string(i - 1) + ";";
    text += "<!ENTITY l" + std::to_string(i) + " \"" + repeat(inner, inner.size() * 10) + "\">";
  }
  const std::string many = text + "]><a>" + repeat("&l4;", 40'000) + "</a>";
  text += "]><a>&l9;</a>";
  const auto laughs = parse::repair(text);
  BOOST_CHECK_EQUAL(laughs.text, "<a>&amp;l9;</a>");
  BOOST_CHECK(has(laughs, "entity-limit"));
  // Quadratic blow-up: one large entity, often.
  BOOST_CHECK_LE(parse::repair(many).text.size(), 4 * many.size() + 200'000);
  // Many large entities, each used once: the sum counts.
  std::string wide = "<!DOCTYPE a [<!ENTITY big \"" + std::string(60'000, 'x') + "\">";
  std::string uses;
  for (int i = 0; i < 1000; ++i) {
    wide += "<!ENTITY e" + std::to_string(i) + " \"&big;\">";
    uses += "&e" + std::to_string(i) + ";";
  }
  wide += "]><a>" + uses + "</a>";
  BOOST_CHECK_LE(parse::repair(wide).text.size(), 4 * wide.size());
}

// What hostile documents cost shows in time, which is no matter of a test; that it ends, and how much comes out, is.
BOOST_AUTO_TEST_CASE(hostile_megabytes_come_out_bounded) {
  for (const char* piece : {"&",
                            "<",
                            "<a",
                            "<a>",
                            "</a>",
                            "<a b=\"",
                            "<a b='\"",
                            "<a b=\"<a b=\" ",
                            "<a b=\"<a b=\" b=\" c=\"",
                            "<a b=1 ",
                            "<a b=\"\" ",
                            "<!--",
                            "<![CDATA[",
                            "<a><![CDATA[x</a>",
                            "]]>",
                            "<?",
                            "<?xml ",
                            "<!DOCTYPE [",
                            "<!DOCTYPE a>",
                            "&#",
                            "&#0",
                            "&#0;",
                            "&nbsp;",
                            "&aaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                            "\x01",
                            "\xEF\xBF\xBF",
                            "<a b=\"x",
                            "</",
                            "</a ",
                            "<a/",
                            "<a b=\"<\" ",
                            "<!ENTITY x \"",
                            "\"<a b='"}) {
    const std::string text = repeat(piece, 1'000'000);
    for (const std::string& whole : {text, "<rss>" + text + "]]>\"'>-->?></rss>"}) {
      const auto repaired = parse::repair(whole);
      BOOST_CHECK_MESSAGE(repaired.text.size() <= whole.size() * 6 + 100, piece << ": " << repaired.text.size());
      BOOST_CHECK_LE(repaired.warnings.size(), 21u * 15u);
      BOOST_CHECK_EQUAL(base::find_invalid_utf8(repaired.text), repaired.text.size());
      parse::needs_repair(whole);
    }
  }
}

BOOST_AUTO_TEST_CASE(warnings_are_capped_and_carry_lines) {
  std::string text = "<a>\n\n&x;\n";
  for (int i = 0; i < 30; ++i) text += "R&D\n";
  const auto repaired = parse::repair(text + "</a>");
  BOOST_REQUIRE_EQUAL(repaired.warnings.size(), 1u + 20u + 1u);
  BOOST_CHECK_EQUAL(repaired.warnings.front().line, 3u);
  BOOST_CHECK_EQUAL(repaired.warnings[1].line, 4u);
  BOOST_CHECK_EQUAL(repaired.warnings.back().code, "stray-ampersand");
  BOOST_CHECK(repaired.warnings.back().text.starts_with("10 more"));
}

BOOST_AUTO_TEST_CASE(needs_repair_sees_what_a_forgiving_parser_does_not) {
  for (const std::string& text : {"<a>&#0;</a>"s, "<a>x\x0By</a>"s, "<a>\0</a>"s, "<a>&#xD800;</a>"s, "<a>&#146;</a>"s,
                                  "<a>&nbsp;</a>"s, "<a>R&D</a>"s, "<a><![CDATA[&nbsp;]]>&nbsp;</a>"s,
                                  "<a><!-- & -->&</a>"s, "<a>&un;</a>"s, "<a>\xEF\xBF\xBF</a>"s, "<a>x &#8217 y</a>"s})
    BOOST_CHECK_MESSAGE(parse::needs_repair(text), text);
  for (const std::string& text : {"<a>&amp;nbsp;</a>"s, "<a><![CDATA[&nbsp; & <]]></a>"s, "<a><!-- & --></a>"s,
                                  "<?x & ?><a/>"s, "<a>&#8217;</a>"s})
    BOOST_CHECK_MESSAGE(!parse::needs_repair(text), text);
}

BOOST_AUTO_TEST_CASE(nesting_is_mended_without_losing_text) {
  struct Mended {
    std::string text, expected;
  };
  for (const Mended& row : std::vector<Mended>{
           {"<rss><item><d>a<br>b</d><l>x</l></item></rss>", "<rss><item><d>a<br/>b</d><l>x</l></item></rss>"},
           {"<rss><item><d><p>a<p>b</d><l>x</l></item></rss>",
            "<rss><item><d><p>a<p>b</p></p></d><l>x</l></item></rss>"},
           {"<rss><item><t>1</t><item><t>2</t></item></rss>", "<rss><item><t>1</t></item><item><t>2</t></item></rss>"},
           {"<rss><d><b><i>x</b></i>y</d></rss>", "<rss><d><b><i>x</i></b>y</d></rss>"},
           {"<rss><d>x</e></d></rss>", "<rss><d>x</d></rss>"},
           {"<rss><item><t>cut", "<rss><item><t>cut</t></item></rss>"},
           {"<rss><d>x<img src=\"y\">z</img></d></rss>", "<rss><d>x<img src=\"y\"/>z</d></rss>"}}) {
    const std::string mended = parse::repair_nesting(parse::repair(row.text).text);
    const std::size_t start = mended.find("<rss");
    BOOST_REQUIRE_NE(start, std::string::npos);
    BOOST_CHECK_EQUAL(base::trim(mended).substr(start), row.expected);
  }
  BOOST_CHECK_EQUAL(parse::repair_nesting(""), "");
  BOOST_CHECK_EQUAL(parse::repair_nesting("no markup"), "");
}

BOOST_AUTO_TEST_CASE(depth_costs_tags_but_no_text) {
  const std::string deep = "<rss>" + repeat("<a>", 300'000) + "text" + repeat("</a>", 4 * 50'000) + "<b>more</b></rss>";
  const std::string mended = parse::repair_nesting(parse::repair(deep).text);
  BOOST_CHECK(mended.find("text") != std::string::npos);
  BOOST_CHECK(mended.find("more") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_declared_encoding_does_not_confuse_the_text) {
  const std::string mended =
      parse::repair_nesting("<?xml version=\"1.0\" encoding=\"windows-1251\"?><rss><d>Мир</rss>");
  BOOST_CHECK(mended.find("<d>Мир</d>") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
