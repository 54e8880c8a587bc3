// The dispatcher: what is refused and in which words, what is recovered, where warnings point, and that hostile
// documents stay cheap.
#include "parse/parse.h"

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <string>

namespace {

using namespace rapporteur;

Result<feed::Feed, parse::Error> read(std::string bytes, std::string url = "https://feeds.example/a/feed.xml") {
  return parse::parse({std::move(bytes), "", std::move(url)});
}

feed::Feed must_read(std::string bytes) {
  auto feed = read(std::move(bytes));
  BOOST_REQUIRE_MESSAGE(feed.has_value(), (feed ? "" : feed.error().text));
  return std::move(*feed);
}

std::string rss(const std::string& items) {
  return "<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><channel><title>T</title>\n" + items + "</channel></rss>";
}

bool has_warning(const feed::Feed& feed, const std::string& code, std::uint32_t line) {
  for (const feed::Warning& warning : feed.warnings)
    if (warning.code == code && warning.line == line) return true;
  return false;
}

std::string repeat(const std::string& text, std::size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(parse_test)

BOOST_AUTO_TEST_CASE(what_is_no_feed_is_refused_with_what_it_is) {
  struct Refusal {
    std::string bytes;
    parse::ErrorCode code;
    std::string words;
  };
  using Code = parse::ErrorCode;
  const Refusal refusals[] = {
      {"", Code::empty, "empty"},
      {" \n\t ", Code::empty, "empty"},
      {"<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>", Code::html_page, "Just a moment"},
      {"<html><head><title>Ministry &amp; Agency&nbsp;&#8211; l&#x27;acc&egrave;s &bogus; &</title></head></html>",
       Code::html_page, "\"Ministry & Agency – l'accès &bogus; &\""},
      {"<html><body><p>rss</p></body></html>", Code::html_page, "HTML page"},
      {"<html xmlns='http://www.w3.org/1999/xhtml'><head><title>x</title></head></html>", Code::html_page, "HTML"},
      {"{\"error\": \"not found\"}", Code::json_without_feed, "not a JSON Feed"},
      {"[1, 2, 3]", Code::json_without_feed, "not a JSON Feed"},
      {"{\"version\": \"https://jsonfeed.org/version/1\", \"items\": [", Code::unreadable, ""},
      {"<?xml version=\"1.0\"?><opml version=\"2.0\"><body/></opml>", Code::xml_without_feed, "OPML"},
      {"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>", Code::xml_without_feed, "sitemap"},
      {"<catalogue><book/></catalogue>", Code::xml_without_feed, "<catalogue>"},
      {std::string("\x89PNG\r\n\x1A\n\0\0", 10), Code::binary, "binary"},
      {"%PDF-1.7 blah", Code::binary, "binary"},
      {"404 page not found", Code::unreadable, "plain text"},
      {"<script>location.href='/'</script>", Code::html_page, "HTML page"},
      {"<br />\n<b>Fatal error</b>: in <b>rss.php</b>", Code::html_page, "HTML page"},
  };
  for (const Refusal& refusal : refusals) {
    const auto feed = read(refusal.bytes);
    if (refusal.words.empty()) continue;
    BOOST_REQUIRE_MESSAGE(!feed, "was read: " << refusal.bytes);
    BOOST_TEST((feed.error().code == refusal.code), refusal.bytes << " gave: " << feed.error().text);
    BOOST_TEST(feed.error().text.find(refusal.words) != std::string::npos, feed.error().text);
  }
}

BOOST_AUTO_TEST_CASE(a_sound_document_is_not_called_recovered) {
  const feed::Feed feed = must_read(rss("<item><title>A &amp; B</title><link>http://x.example/1</link></item>"));
  BOOST_TEST(!feed.recovered);
  BOOST_TEST(feed.warnings.empty());
  BOOST_TEST(feed.entries.at(0).title.value == "A & B");
}

BOOST_AUTO_TEST_CASE(an_unreadable_date_is_told_with_its_line_and_its_words_are_kept) {
  const feed::Feed feed =
      must_read(rss("<item><title>a</title></item>\n<item><title>b</title>\n<pubDate>soon</pubDate></item>"));
  BOOST_TEST(has_warning(feed, "bad-date", 5));
  BOOST_TEST(feed.entries.at(1).published_text == "soon");
  BOOST_TEST(!feed.entries.at(1).published);
  BOOST_TEST(!feed.recovered);
}

BOOST_AUTO_TEST_CASE(a_second_date_stands_in_for_an_unreadable_first_one) {
  const feed::Feed feed =
      must_read(rss("<item><title>a</title><pubDate>?</pubDate><dc:date xmlns:dc='http://purl.org/dc/elements/1.1/'>"
                    "2020-01-02T03:04:05Z</dc:date></item>"));
  BOOST_REQUIRE(feed.entries.at(0).published.has_value());
  BOOST_TEST(feed.entries.at(0).published_text == "2020-01-02T03:04:05Z");
}

BOOST_AUTO_TEST_CASE(nothing_behind_unclosed_markup_is_lost) {
  const feed::Feed feed = must_read(
      rss("<item><title>one</title><description>a<br>b</description><link>http://x.example/1</link></item>\n"
          "<item><title>two</title><description><p>c<p>d</description><link>http://x.example/2</link></item>\n"
          "<item><title>three</title><link>http://x.example/3</link></item>"));
  BOOST_TEST(feed.recovered);
  BOOST_REQUIRE_EQUAL(feed.entries.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) BOOST_TEST(feed.entries[i].link == "http://x.example/" + std::to_string(i + 1));
  BOOST_TEST(has_warning(feed, "not-well-formed", 3));
}

BOOST_AUTO_TEST_CASE(a_document_cut_short_keeps_what_arrived) {
  const std::string whole =
      rss(repeat("<item><title>t</title><link>http://x.example/</link><description>words</description></item>\n", 5));
  for (std::size_t size = whole.find("<item>") + 20; size < whole.size() - 20; size += 7) {
    const feed::Feed feed = must_read(whole.substr(0, size));
    std::size_t complete = 0;
    for (std::size_t at = whole.find("</item>"); at + 7 <= size; at = whole.find("</item>", at + 1)) ++complete;
    BOOST_TEST(feed.recovered);
    BOOST_TEST(feed.entries.size() >= complete, "cut at " << size);
    for (std::size_t i = 0; i < complete; ++i) BOOST_TEST(feed.entries[i].summary.value == "words");
  }
}

BOOST_AUTO_TEST_CASE(the_last_letter_of_a_cut_document_is_not_lost) {
  BOOST_TEST(must_read("<?m?>><channel><title>pe\xC3\xA4").head.title.value == "pe\xC3\xA4");
}

BOOST_AUTO_TEST_CASE(junk_before_the_document_is_passed_over_and_told) {
  const feed::Feed feed = must_read("<br />\n<b>Warning</b>: mysql is away\n<?xml version=\"1.0\"?>\n" +
                                    rss("<item><title>a</title><pubDate>?</pubDate></item>").substr(22));
  BOOST_TEST(feed.recovered);
  BOOST_TEST(has_warning(feed, "junk-before-document", 1));
  BOOST_TEST(has_warning(feed, "bad-date", 5));
  BOOST_TEST(feed.entries.size() == 1u);
}

BOOST_AUTO_TEST_CASE(warnings_of_a_kind_are_told_twenty_times_and_then_counted) {
  const feed::Feed feed = must_read(rss(repeat("<item><title>a</title><pubDate>?</pubDate></item>", 100)));
  BOOST_TEST(feed.warnings.size() == 21u);
  BOOST_TEST(feed.warnings.back().text == "80 more of this kind");
}

BOOST_AUTO_TEST_CASE(addresses_are_resolved_by_xml_base_and_then_by_the_documents_own) {
  const feed::Feed own = must_read(rss("<item><title>a</title><link>../b?c=d</link></item>"));
  BOOST_TEST(own.entries.at(0).link == "https://feeds.example/b?c=d");
  const feed::Feed based = must_read(
      "<rss version='2.0' xml:base='http://base.example/x/'><channel xml:base='y/'><item xml:base='z/'>"
      "<link>page</link></item></channel></rss>");
  BOOST_TEST(based.base == "http://base.example/x/");
  BOOST_TEST(based.entries.at(0).link == "http://base.example/x/y/z/page");
}

BOOST_AUTO_TEST_CASE(a_document_without_an_address_keeps_relative_links_as_written) {
  const auto feed = read(rss("<item><title>a</title><link>/news/1</link></item>"), "");
  BOOST_REQUIRE(feed.has_value());
  BOOST_TEST(feed->entries.at(0).link == "/news/1");
}

// Each took seconds or the stack of naive readers; the bound is a hundred times what they need.
BOOST_AUTO_TEST_CASE(hostile_documents_are_read_or_refused_in_linear_time) {
  const std::string hostile[] = {
      repeat("<a>", 1'000'000),
      rss(repeat("<item>", 300'000)),
      rss("<item><description>" + repeat("<div>", 300'000) + "x"),
      rss("<item>" + repeat("<category>c</category>", 200'000) + "</item>"),
      "<rss " + repeat("a='b' ", 100'000) + "version='2.0'><channel/></rss>",
      "<rss version='2.0' " +
          [] {
            std::string names;
            for (int i = 0; i < 20'000; ++i) names += "xmlns:n" + std::to_string(i) + "='u' ";
            return names;
          }() +
          "><channel>" + repeat("<q:a/>", 100'000) + "</channel></rss>",
      repeat("<!--", 200'000) + rss(""),
      repeat("[", 1'000'000),
      "{\"items\":" + repeat("[", 100'000),
      "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[" + repeat("{\"id\":1,\"tags\":[\"a\"]},", 50'000),
      rss(repeat("<item><title>&#0;&nope;</title></item>", 20'000)),
      "<!DOCTYPE rss [" + repeat("<!ENTITY a '&b;'>", 10'000) + "]>" + rss("<item><title>&a;</title></item>"),
  };
  for (const std::string& document : hostile) {
    const auto start = std::chrono::steady_clock::now();
    const auto feed = read(document);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    BOOST_TEST(took.count() < 20.0, document.substr(0, 60) << " took " << took.count() << " s");
  }
}

BOOST_AUTO_TEST_CASE(json_nested_beyond_reason_is_refused_as_too_deep) {
  const auto feed =
      read("{\"version\":\"https://jsonfeed.org/version/1\",\"x\":" + repeat("[", 1000) + repeat("]", 1000) + "}");
  BOOST_REQUIRE(!feed);
  BOOST_TEST((feed.error().code == parse::ErrorCode::too_deep));
}

BOOST_AUTO_TEST_CASE(markup_nested_beyond_reason_keeps_its_words) {
  const feed::Feed feed = must_read(rss("<item><title>a</title><description>" + repeat("<i>", 5000) + "deep words" +
                                        repeat("</i>", 5000) + "</description></item>"));
  const std::string& text = feed.entries.at(0).summary.value;
  BOOST_TEST(text.find("deep words") != std::string::npos);
  BOOST_TEST(text.size() < 3000u);
}

// Its text is given up before its entries are read, and their trees one by one.
BOOST_AUTO_TEST_CASE(a_large_document_is_read_as_a_small_one_is) {
  const auto pair = [](const std::string& name) {
    return "<item><title>" + name + "</title><pubDate>yesterday</pubDate>\n<item><title>inside " + name +
           "</title></item></item>\n";
  };
  const std::string filler = "<item><title>f</title><description>" + repeat("word ", 2000) + "</description></item>\n";
  const std::string behind = "<item><title>behind</title></item>";
  const feed::Feed feed = must_read(rss(pair("first") + repeat(filler, 200) + pair("last")) + behind);
  BOOST_REQUIRE(feed.entries.size() == 205u);
  BOOST_TEST(feed.entries[1].title.value == "inside first");
  BOOST_TEST(feed.entries[203].title.value == "inside last");
  BOOST_TEST(feed.entries[204].title.value == "behind");
  BOOST_TEST(has_warning(feed, "bad-date", 3));
  BOOST_TEST(has_warning(feed, "bad-date", 205));
  BOOST_TEST(has_warning(feed, "nested-entry", 206));
  BOOST_TEST(has_warning(feed, "early-end", 207));
}

BOOST_AUTO_TEST_SUITE_END()
