#include <boost/test/unit_test.hpp>
#include <fstream>

#include "base/text.h"
#include "html/clean.h"
#include "unit/html/scanner.h"

namespace rapporteur {

using feed::TextType;
using html::clean_entry;
using html::clean_head;

namespace {

constexpr std::string_view document_base = "https://un.example/feeds/rss.xml";

feed::TextValue text(std::string value, TextType type, std::string own_base = {}) {
  return {.value = std::move(value), .type = type, .language = {}, .base = std::move(own_base)};
}

std::string title_of(std::string value, TextType type) {
  feed::Entry entry;
  entry.title = text(std::move(value), type);
  clean_entry(entry, document_base);
  BOOST_TEST((entry.title.type == TextType::text));
  return entry.title.value;
}

feed::Content content(std::string type, std::string value, std::string own_base = {}) {
  return {.type = std::move(type), .value = std::move(value), .language = {}, .src = {}, .base = std::move(own_base)};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(clean_entry_test)

BOOST_AUTO_TEST_CASE(titles_become_plain_text) {
  BOOST_TEST(title_of("A <b>bold</b> &amp; title", TextType::html) == "A bold & title");
  BOOST_TEST(title_of("A <b>bold</b> &amp; title", TextType::unstated) == "A bold & title");
  BOOST_TEST(title_of("5 < 6, AT&T <unknown>", TextType::unstated) == "5 < 6, AT&T <unknown>");
  BOOST_TEST(title_of("Literal <b>tags</b> &amp; all", TextType::text) == "Literal <b>tags</b> &amp; all");
  BOOST_TEST(title_of(" two\n  lines ", TextType::text) == "two lines");
  BOOST_TEST(title_of("&lt;script&gt;", TextType::unstated) == "<script>");
  BOOST_TEST(title_of("Use <script> or <div> &amp; wait", TextType::unstated) == "Use <script> or <div> & wait");
  BOOST_TEST(title_of("Use <b>bold</b> in <div>", TextType::unstated) == "Use bold in");
  BOOST_TEST(title_of("<p>Opened", TextType::unstated) == "Opened");
  BOOST_TEST(title_of("One<br>two", TextType::unstated) == "One two");
  BOOST_TEST(title_of("<!-- note -->Words", TextType::unstated) == "Words");
  BOOST_TEST(title_of("<![CDATA[Cats & dogs]]>", TextType::unstated) == "Cats & dogs");
  BOOST_TEST(title_of("<script>alert(1)</script>x", TextType::html) == "x");
  BOOST_TEST(title_of("<img src=x onerror=alert(1)>", TextType::unstated) == "");
  BOOST_TEST(title_of("Fran&ccedil;ois", TextType::unstated) == "Fran\xC3\xA7ois");
  BOOST_TEST(title_of("x\x01y\xFF", TextType::text) == "xy\xEF\xBF\xBD");
}

BOOST_AUTO_TEST_CASE(summaries_are_sanitised_or_stay_text) {
  feed::Entry entry;
  entry.summary = text("<p onclick=x>one <a href=/a>two</a></p>", TextType::unstated);
  clean_entry(entry, document_base);
  BOOST_TEST((entry.summary.type == TextType::html));
  BOOST_TEST(entry.summary.value == "<p>one <a href=\"https://un.example/a\">two</a></p>");
  entry.summary = text("a < b\nand <c>", TextType::unstated);
  clean_entry(entry, document_base);
  BOOST_TEST((entry.summary.type == TextType::text));
  BOOST_TEST(entry.summary.value == "a < b\nand <c>");
  entry.summary = text("<p>x</p>", TextType::text);
  clean_entry(entry, document_base);
  BOOST_TEST((entry.summary.type == TextType::text));
  BOOST_TEST(entry.summary.value == "<p>x</p>");
  entry.summary = text("a & b", TextType::html);
  clean_entry(entry, document_base);
  BOOST_TEST((entry.summary.type == TextType::html));
  BOOST_TEST(entry.summary.value == "a &amp; b");
}

BOOST_AUTO_TEST_CASE(a_text_escaped_once_too_often_is_markup) {
  struct Case {
    std::string value, value_after;
  };
  for (const Case& each :
       std::vector<Case>{{"&lt;p&gt;one &lt;b&gt;two&lt;/b&gt;&lt;/p&gt;", "<p>one <b>two</b></p>"},
                         {"&lt;p onclick=x&gt;y&lt;script&gt;z&lt;/script&gt;&lt;/p&gt;", "<p>y</p>"},
                         {"&lt;p&gt; and &lt;/p&gt; are tags", "&lt;p&gt; and &lt;/p&gt; are tags"},
                         {"&lt;unknown&gt;x&lt;/unknown&gt;", "&lt;unknown&gt;x&lt;/unknown&gt;"},
                         {"<p>&lt;b&gt;x&lt;/b&gt;</p>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"}}) {
    feed::Entry entry;
    entry.summary = text(each.value, TextType::unstated);
    entry.content.push_back(content("html", each.value));
    clean_entry(entry, document_base);
    BOOST_TEST(entry.summary.value == each.value_after);
    BOOST_TEST(entry.content[0].value == each.value_after);
  }
}

BOOST_AUTO_TEST_CASE(the_base_of_a_text_goes_before_the_document) {
  feed::Entry entry;
  entry.summary = text("<img src=i.png>", TextType::html, "https://other.example/x/");
  entry.content.push_back(content("html", "<img src=i.png>", "https://third.example/"));
  entry.content.push_back(content("html", "<img src=i.png>"));
  clean_entry(entry, document_base);
  BOOST_TEST(entry.summary.value == "<img src=\"https://other.example/x/i.png\"/>");
  BOOST_TEST(entry.content[0].value == "<img src=\"https://third.example/i.png\"/>");
  BOOST_TEST(entry.content[1].value == "<img src=\"https://un.example/feeds/i.png\"/>");
}

BOOST_AUTO_TEST_CASE(contents_are_safe_whatever_their_type) {
  struct Case {
    std::string type, value, type_after, value_after;
  };
  const std::vector<Case> cases = {
      {"html", "<p onclick=x>y<script>z</script></p>", "html", "<p>y</p>"},
      {"text/html", "<p onclick=x>y</p>", "html", "<p>y</p>"},
      {"TEXT/HTML; charset=utf-8", "<p onclick=x>y</p>", "html", "<p>y</p>"},
      {"application/xhtml+xml", "<p onclick=x>y</p>", "html", "<p>y</p>"},
      {"xhtml", "<div><p onclick=x>y</p></div>", "html", "<div><p>y</p></div>"},
      {"text", "<p onclick=x>y</p>", "text", "<p onclick=x>y</p>"},
      {"text/plain", "a < b\x02", "text/plain", "a < b"},
      {"", "<b onclick=x>y</b>", "html", "<b>y</b>"},
      {"", "a < b", "text", "a < b"},
      {"image/png", "aGVsbG8=", "image/png", "aGVsbG8="},
      {"application/xml", "<x><script>alert(1)</script><p onclick=x>y</p></x>", "application/xml", "<p>y</p>"},
  };
  for (const auto& each : cases) {
    feed::Entry entry;
    entry.content.push_back(content(each.type, each.value));
    clean_entry(entry, document_base);
    BOOST_REQUIRE_EQUAL(entry.content.size(), 1U);
    BOOST_TEST(entry.content[0].type == each.type_after);
    BOOST_TEST(entry.content[0].value == each.value_after);
  }
  feed::Entry entry;
  entry.content.push_back(content("image/svg+xml", "<svg onload=alert(1)></svg>"));
  entry.content.push_back(content("html", "<script>alert(1)</script>"));
  clean_entry(entry, document_base);
  BOOST_TEST(entry.content.empty());  // nothing is left of either
}

BOOST_AUTO_TEST_CASE(unsafe_addresses_leave_every_field) {
  for (const std::string bad : {"javascript:alert(1)", " JaVaScRiPt:x", "java\tscript:x", "\x01javascript:x",
                                "vbscript:x", "data:text/html,x", "file:///etc/passwd", "blob:x", "about:blank",
                                "feed:javascript:x", "view-source:x", "x:y", "\xC2\xA0javascript:x"}) {
    feed::Entry entry;
    entry.link = entry.comments = bad;
    entry.links.push_back({.href = bad, .rel = "alternate", .type = {}, .hreflang = {}, .title = {}, .length = {}});
    entry.authors.push_back({.name = "A", .email = {}, .uri = bad});
    entry.contributors.push_back({.name = {}, .email = {}, .uri = bad});
    entry.enclosures.push_back({.url = bad, .type = "audio/mpeg", .length = {}});
    entry.media.push_back({.url = bad, .type = {}, .medium = {}, .width = {}, .height = {}, .thumbnail = bad});
    entry.media.push_back(
        {.url = bad, .type = {}, .medium = {}, .width = {}, .height = {}, .thumbnail = "https://un.example/t.png"});
    entry.content.push_back({.type = "video/mp4", .value = {}, .language = {}, .src = bad, .base = {}});
    entry.source = std::make_unique<feed::Head>();
    entry.source->link = bad;
    clean_entry(entry, document_base);
    BOOST_TEST(entry.link == "", bad);
    BOOST_TEST(entry.comments == "", bad);
    BOOST_TEST(entry.links.empty(), bad);
    BOOST_TEST(entry.authors.at(0).uri == "", bad);
    BOOST_TEST(entry.contributors.empty(), bad);
    BOOST_TEST(entry.enclosures.empty(), bad);
    BOOST_TEST(entry.media.size() == 1U, bad);
    BOOST_TEST(entry.media.at(0).url == "", bad);
    BOOST_TEST(entry.content.empty(), bad);
    BOOST_TEST(entry.source->link == "", bad);

    feed::Head head;
    head.link = head.self = head.icon = head.logo = bad;
    head.hubs = {bad, "https://hub.example/"};
    head.links.push_back({.href = bad, .rel = {}, .type = {}, .hreflang = {}, .title = {}, .length = {}});
    head.image = feed::Image{.url = bad, .title = {}, .link = bad};
    clean_head(head, document_base);
    BOOST_TEST((head.link + head.self + head.icon + head.logo) == "", bad);
    BOOST_TEST(head.hubs.size() == 1U, bad);
    BOOST_TEST(head.links.empty(), bad);
    BOOST_TEST(!head.image.has_value(), bad);
  }
}

BOOST_AUTO_TEST_CASE(safe_addresses_stay_as_they_are) {
  feed::Entry entry;
  entry.link = "https://UN.example/a?utm_source=x&b=c#d";
  entry.authors.push_back({.name = "A", .email = "a@un.example", .uri = "mailto:a@un.example"});
  entry.enclosures.push_back({.url = "http://un.example/a.mp3", .type = "audio/mpeg", .length = 7});
  entry.comments = "/talk/1";
  clean_entry(entry, document_base);
  BOOST_TEST(entry.link == "https://UN.example/a?utm_source=x&b=c#d");
  BOOST_TEST(entry.authors[0].uri == "mailto:a@un.example");
  BOOST_TEST(entry.enclosures.size() == 1U);
  BOOST_TEST(entry.comments == "https://un.example/talk/1");
  entry.link = "story/1";
  clean_entry(entry, "");
  BOOST_TEST(entry.link == "story/1");  // no base is known: the document's words
}

BOOST_AUTO_TEST_CASE(plain_fields_lose_their_markup) {
  feed::Entry entry;
  entry.rights = "&copy; 2017 <a href=x>UN</a>";
  entry.authors.push_back({.name = "<b>Ana</b> &amp; Li", .email = "<i>a@b</i>", .uri = {}});
  entry.authors.push_back({.name = "<script>x</script>", .email = {}, .uri = {}});
  entry.categories.push_back({.term = "R&amp;D", .scheme = {}, .label = "<i>L</i>"});
  entry.categories.push_back({.term = "AT&T <x>", .scheme = {}, .label = {}});
  entry.categories.push_back({.term = "<script>x</script>", .scheme = {}, .label = {}});
  clean_entry(entry, document_base);
  BOOST_TEST(entry.rights == "\xC2\xA9 2017 UN");
  BOOST_TEST(entry.authors.size() == 1U);
  BOOST_TEST(entry.authors[0].name == "Ana & Li");
  BOOST_TEST(entry.authors[0].email == "a@b");
  BOOST_TEST(entry.categories.size() == 2U);
  BOOST_TEST(entry.categories[0].term == "R&D");
  BOOST_TEST(entry.categories[0].label == "L");
  BOOST_TEST(entry.categories[1].term == "AT&T <x>");

  feed::Head head;
  head.title = text("UN <b>News</b>", TextType::unstated);
  head.subtitle = text("<p onclick=x>y</p>", TextType::unstated);
  head.rights = "<b>r</b>";
  head.generator = "gen <b>2</b>";
  head.image = feed::Image{.url = "https://un.example/i.png", .title = "<b>i</b>", .link = {}};
  clean_head(head, document_base);
  BOOST_TEST(head.title.value == "UN News");
  BOOST_TEST(head.subtitle.value == "<p>y</p>");
  BOOST_TEST(head.rights == "r");
  BOOST_TEST(head.generator == "gen 2");
  BOOST_TEST(head.image->title == "i");
}

BOOST_AUTO_TEST_CASE(every_string_comes_out_as_valid_text) {
  const std::string bad =
      "a\x01"
      "b\xFF\xED\xA0\x80";
  feed::Entry entry;
  for (std::string* field : {&entry.id, &entry.rights, &entry.language, &entry.published_text, &entry.title.value,
                             &entry.title.language, &entry.summary.value})
    *field = bad;
  entry.content.push_back({.type = "text" + bad, .value = bad, .language = bad, .src = {}, .base = {}});
  entry.links.push_back(
      {.href = "https://un.example/\x01", .rel = bad, .type = bad, .hreflang = bad, .title = bad, .length = {}});
  entry.categories.push_back({.term = bad, .scheme = bad, .label = bad});
  entry.enclosures.push_back({.url = "https://un.example/a", .type = bad, .length = {}});
  entry.media.push_back(
      {.url = "https://un.example/a", .type = bad, .medium = bad, .width = {}, .height = {}, .thumbnail = {}});
  clean_entry(entry, document_base);
  const auto& link = entry.links.at(0);
  const auto& category = entry.categories.at(0);
  for (const std::string& field : {entry.id,
                                   entry.rights,
                                   entry.language,
                                   entry.published_text,
                                   entry.title.value,
                                   entry.title.language,
                                   entry.summary.value,
                                   entry.content.at(0).type,
                                   entry.content.at(0).value,
                                   entry.content.at(0).language,
                                   link.href,
                                   link.rel,
                                   link.type,
                                   link.hreflang,
                                   link.title,
                                   category.term,
                                   category.scheme,
                                   category.label,
                                   entry.enclosures.at(0).type,
                                   entry.media.at(0).type,
                                   entry.media.at(0).medium}) {
    BOOST_TEST(base::is_xml_text(field), base::to_xml_text(field));
    BOOST_TEST(!field.empty());
  }
}

BOOST_AUTO_TEST_CASE(cleaning_an_entry_again_changes_nothing) {
  std::ifstream file(RAPPORTEUR_SOURCE_DIR "/tests/fixtures/html/vectors.tsv");
  std::size_t count = 0;
  for (std::string line; std::getline(file, line);) {
    const std::string markup = line.substr(line.find('\t') + 1);
    feed::Entry entry;
    entry.title = text(markup, TextType::unstated);
    entry.summary = text(markup, TextType::unstated);
    entry.content.push_back(content("html", markup));
    entry.link = markup;
    clean_entry(entry, document_base);
    const std::string summary = entry.summary.value, link = entry.link;
    if (entry.summary.type == TextType::html) {
      const auto findings = test::find_active_content(summary);
      BOOST_TEST(findings.empty(), markup << "\n" << summary);
    }
    const std::size_t contents = entry.content.size();
    const std::string body = contents == 0 ? "" : entry.content[0].value;
    clean_entry(entry, document_base);
    BOOST_TEST(entry.summary.value == summary, markup);
    BOOST_TEST(entry.link == link, markup);
    BOOST_TEST(entry.content.size() == contents, markup);
    if (contents > 0) BOOST_TEST(entry.content[0].value == body, markup);
    ++count;
  }
  BOOST_TEST(count > 300U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rapporteur
