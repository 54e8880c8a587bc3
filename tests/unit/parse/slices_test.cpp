#include "parse/slices.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "parse/parse.h"

using namespace rapporteur;
using parse::find_slices;

BOOST_AUTO_TEST_SUITE(slices_test)

namespace {

const std::string head =
    "<?xml version='1.0'?>\n<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'>\n<channel>";
const std::string one = "<item><title>One</title><guid>1</guid></item>";
const std::string two =
    "<item a='>'>\n<title><![CDATA[</item><item>]]></title><!-- </item> --><guid>2</guid>\n</item >";
const std::string tail = "</channel></rss>";

std::vector<std::string> pieces(const std::string& text) {
  std::vector<std::string> found;
  for (const parse::Slice& slice : find_slices(text, ""))
    found.push_back(text.substr(slice.begin, slice.end - slice.begin));
  return found;
}

std::uint64_t hash_of_first(const std::string& text, const char* context = "") {
  const std::vector<parse::Slice> slices = find_slices(text, context);
  BOOST_TEST_REQUIRE(!slices.empty());
  return slices.front().hash;
}

}  // namespace

BOOST_AUTO_TEST_CASE(entries_are_found_as_they_stand) {
  BOOST_TEST(pieces(head + "<title>a</title>" + one + "\n" + two + "<link>x</link>" + one + tail) ==
             (std::vector<std::string>{one, two, one}));
  BOOST_TEST(pieces("<feed><entry/><entry><id>1</id></entry></feed>") ==
             std::vector<std::string>{"<entry><id>1</id></entry>"});
  BOOST_TEST(pieces("<r:RDF><channel><items/></channel><item r:about='1'></item></r:RDF>") ==
             std::vector<std::string>{"<item r:about='1'></item>"});
}

BOOST_AUTO_TEST_CASE(any_doubt_means_none) {
  for (const std::string& text :
       {head + "<item>" + one + "</item>" + tail, head + "<item><entry></entry></item>" + tail, head + one + "</rss>",
        head + one, head + one + tail + tail, head + one + "</b>" + tail, head + "<item><title>" + tail,
        head + one + "<!DOCTYPE x>" + tail, head + one + "<![CDATA[" + tail, head + one + "<!-- " + tail,
        head + one + "<" + tail, head + one + "<a b='" + tail})
    BOOST_TEST(pieces(text).empty(), text);
}

BOOST_AUTO_TEST_CASE(the_hash_is_of_the_bytes_and_of_what_they_inherit) {
  const std::string text = head + "<title>a</title>" + one + two + tail;
  const std::uint64_t before = hash_of_first(text);
  BOOST_TEST(before != 0u);
  BOOST_TEST(hash_of_first(head + "<title>b</title><link/>" + one + tail) == before);
  BOOST_TEST(hash_of_first(text, "UTC") != before);
  for (const auto& [from, to] :
       {std::pair{"One", "Ona"}, {"purl.org/dc", "purl.org/xx"}, {"<channel>", "<channel a=''>"}}) {
    std::string changed = text;
    changed.replace(changed.find(from), std::string(from).size(), to);
    BOOST_TEST(hash_of_first(changed) != before, from);
  }
}

BOOST_AUTO_TEST_CASE(what_is_known_is_passed_over_and_lines_stay_true) {
  const std::string bad = "\n<item>\n<title>Three</title>\n<pubDate>soon</pubDate></item>";
  const std::string text = head + one + two + bad + tail;
  const auto full = parse::parse({text, "application/rss+xml", "https://agency.example/"});
  BOOST_TEST_REQUIRE(full.has_value());
  BOOST_TEST_REQUIRE(full->entries.size() == 3u);
  BOOST_TEST(full->entries[0].markup_hash != 0u);
  BOOST_TEST(full->entries[2].markup_hash == 0u);  // its warning has to be told each time
  BOOST_TEST_REQUIRE(full->warnings.size() == 1u);
  parse::Options options;
  const std::uint64_t known = full->entries[1].markup_hash;
  options.is_known = [known](std::uint64_t hash) { return hash == known; };
  const auto rest = parse::parse({text, "application/rss+xml", "https://agency.example/"}, options);
  BOOST_TEST_REQUIRE(rest.has_value());
  BOOST_TEST(rest->passed_over == std::vector<std::uint64_t>{known});
  BOOST_TEST_REQUIRE(rest->entries.size() == 2u);
  BOOST_TEST(rest->entries[0].title.value == "One");
  BOOST_TEST(rest->entries[0].markup_hash == full->entries[0].markup_hash);
  BOOST_TEST(rest->entries[1].title.value == "Three");
  BOOST_TEST_REQUIRE(rest->warnings.size() == 1u);
  BOOST_TEST(rest->warnings[0].line == full->warnings[0].line);
  BOOST_TEST(!rest->recovered);
}

BOOST_AUTO_TEST_CASE(a_damaged_document_is_always_read_whole) {
  for (const std::string& text : {head + one + "<item><title>Three &eacute;</title></item>" + tail, head + one + two}) {
    const auto feed = parse::parse({text, "application/rss+xml", ""});
    BOOST_TEST_REQUIRE(feed.has_value());
    for (const feed::Entry& entry : feed->entries) BOOST_TEST(entry.markup_hash == 0u);
  }
}

BOOST_AUTO_TEST_SUITE_END()
