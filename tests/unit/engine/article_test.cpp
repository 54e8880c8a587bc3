#include "engine/article.h"

#include <boost/test/unit_test.hpp>

using namespace rapporteur;

BOOST_AUTO_TEST_SUITE(article_test)

namespace {

feed::Article made(feed::Entry entry, const std::string& fallback = "en") {
  feed::Source source;
  auto settings = std::make_shared<feed::SourceSettings>();
  settings->id = "s";
  settings->url = "https://a.example/feed";
  settings->labels.edit().agency = "A";
  settings->labels.edit().topics = {"health", "health"};
  source.settings = settings;
  feed::Feed document;
  document.base = "https://a.example/feed";
  engine::ArticleContext context{source, document, fallback, true};
  return engine::make_article(std::move(entry), context);
}

}  // namespace

BOOST_AUTO_TEST_CASE(languages_are_tidied_or_dropped) {
  const std::pair<const char*, const char*> rows[] = {
      {"en", "en"}, {"EN_us", "en-US"}, {" fr-fr ", "fr-FR"}, {"zh-Hans", "zh-hans"}, {"english", ""},
      {"e", ""},    {"", ""},           {"ar-SA", "ar-SA"},   {"en-!!", ""},          {"en--", ""}};
  for (const auto& [text, expected] : rows) BOOST_TEST(engine::tidy_language(text) == expected, text);
}

BOOST_AUTO_TEST_CASE(the_longest_body_is_the_content_wherever_it_stood) {
  feed::Entry entry;
  entry.title = {"T", feed::TextType::text, "", ""};
  entry.summary = {"<p>A much longer text that stands in the description of this item</p>", feed::TextType::html, "",
                   ""};
  entry.content.push_back({"html", "<p>short</p>", "", "", ""});
  BOOST_TEST(made(std::move(entry)).content.find("much longer") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(plain_content_is_escaped_into_a_paragraph) {
  feed::Entry entry;
  entry.content.push_back({"text", "5 < 6 & so on", "", "", ""});
  const feed::Article article = made(std::move(entry));
  BOOST_TEST(article.content == "<p>5 &lt; 6 &amp; so on</p>");
  BOOST_TEST(article.summary == "5 < 6 & so on");
}

BOOST_AUTO_TEST_CASE(a_missing_title_is_made_of_the_text_then_the_link) {
  feed::Entry with_text;
  with_text.summary = {"Only a text here", feed::TextType::text, "", ""};
  BOOST_TEST(made(std::move(with_text)).title == "Only a text here");
  feed::Entry with_link;
  with_link.link = "https://a.example/x";
  BOOST_TEST(made(std::move(with_link)).title == "https://a.example/x");
  BOOST_TEST(made(feed::Entry()).title == "(untitled)");
}

BOOST_AUTO_TEST_CASE(labels_of_the_source_are_added_once) {
  BOOST_TEST(made(feed::Entry()).topics == std::vector<std::string>{"health"});
}

BOOST_AUTO_TEST_SUITE_END()
