#include <boost/test/unit_test.hpp>
#include <functional>
#include <set>
#include <string>

#include "merge/identity.h"

using namespace rapporteur;

namespace {

feed::Entry full_entry() {
  feed::Entry e;
  e.id = "1";
  e.title.value = "Title";
  e.link = "https://un.org/1";
  e.links.push_back({"https://un.org/1", "alternate", "text/html", "en", "t", 5});
  e.authors.push_back({"A", "a@un.org", ""});
  e.published = base::Instant{std::chrono::seconds{1}};
  e.summary.value = "Summary";
  e.content.push_back({"html", "<p>Text</p>", "en", "", ""});
  e.categories.push_back({"peace", "", ""});
  e.enclosures.push_back({"https://un.org/a.pdf", "application/pdf", 7});
  e.source = std::make_unique<feed::Head>();
  e.media.push_back({"https://un.org/a.jpg", "image/jpeg", "image", 10, 20, ""});
  e.location = feed::Location{1.5, 2.5};
  return e;
}

std::uint64_t words(std::string title, std::string content, std::string summary = {}) {
  feed::Article article;
  article.title = std::move(title);
  article.content = std::move(content);
  article.summary = std::move(summary);
  return merge::TextHash().of(article);
}

std::uint64_t raw_hash(feed::Entry entry) {
  std::vector<feed::Entry> document;
  document.push_back(std::move(entry));
  return merge::identify(document).front().raw_hash;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hashes_test)

BOOST_AUTO_TEST_CASE(whatever_the_document_says_differently_changes_the_raw_hash) {
  using Entry = feed::Entry;
  const std::function<void(Entry&)> changes[] = {
      [](Entry& e) { e.id = "2"; },
      [](Entry& e) { e.id_is_permalink = true; },
      [](Entry& e) { e.title.value += " "; },
      [](Entry& e) { e.title.type = feed::TextType::html; },
      [](Entry& e) { e.title.language = "fr"; },
      [](Entry& e) { e.link = "https://un.org/2"; },
      [](Entry& e) { e.links[0].rel = "related"; },
      [](Entry& e) { e.links[0].length.reset(); },
      [](Entry& e) { e.links.clear(); },
      [](Entry& e) { std::swap(e.authors, e.contributors); },
      [](Entry& e) { e.authors[0].uri = "https://un.org"; },
      [](Entry& e) { e.updated = e.published, e.published.reset(); },
      [](Entry& e) { e.published = base::Instant{}; },
      [](Entry& e) { e.published.reset(); },
      [](Entry& e) { e.created = e.published; },
      [](Entry& e) { e.published_text = "yesterday"; },
      [](Entry& e) { e.summary.base = "https://un.org/"; },
      [](Entry& e) { e.content[0].value += "!"; },
      [](Entry& e) { e.content[0].src = "https://un.org/x"; },
      [](Entry& e) { e.content.push_back(e.content[0]); },
      [](Entry& e) { e.categories[0].scheme = "x"; },
      [](Entry& e) {
        e.categories[0] = {"", "peace", ""};
      },
      [](Entry& e) { e.enclosures[0].length = 8; },
      [](Entry& e) { e.enclosures.clear(); },
      [](Entry& e) { e.rights = "c"; },
      [](Entry& e) { e.language = "en"; },
      [](Entry& e) { e.comments = "https://un.org/1#comments"; },
      [](Entry& e) { e.source.reset(); },
      [](Entry& e) { e.source->title.value = "T"; },
      [](Entry& e) { e.media[0].width = 11; },
      [](Entry& e) { e.media[0].height.reset(); },
      [](Entry& e) { e.location->lat = -1.5; },
      [](Entry& e) { e.location.reset(); },
  };
  std::set<std::uint64_t> seen{raw_hash(full_entry())};
  for (const auto& change : changes) {
    feed::Entry entry = full_entry();
    change(entry);
    seen.insert(raw_hash(std::move(entry)));
  }
  BOOST_TEST(seen.size() == std::size(changes) + 1);
  BOOST_TEST(raw_hash(full_entry()) == raw_hash(full_entry()));
}

BOOST_AUTO_TEST_CASE(typography_and_markup_are_no_revision) {
  const std::uint64_t plain = words("\"Peace\" - it's here...", "<p>Five dead in the flood</p>");
  struct Row {
    const char *title, *content;
  };
  const Row same[] = {
      {"“Peace” – it’s here…", "<p>Five dead in the flood</p>"},
      {"«PEACE» — IT'S HERE...",
       "<div><b>Five</b>\xC2\xA0"
       "dead in\n\n the <i>flood</i></div>"},
      {" \"Peace\"  -  it\xE2\x80\x9Bs here...",
       "<p>FIVE dead in the fl\xC2\xADood</p><img src=\"https://un.org/a.jpg\" alt=\"a\"/>"},
  };
  for (const Row& row : same) BOOST_TEST(words(row.title, row.content) == plain, row.title);
  BOOST_TEST(words("ЖЕНЩИНЫ И МИР", "Ёлка") == words("Женщины и мир", "ёлка"));
  BOOST_TEST(words("ÉTATS", "") == words("états", ""));
}

BOOST_AUTO_TEST_CASE(a_changed_figure_or_word_is_a_revision) {
  const std::uint64_t before = words("Flood", "<p>5 dead</p>", "5 dead");
  BOOST_TEST(words("Flood", "<p>6 dead</p>", "5 dead") != before);
  BOOST_TEST(words("Floods", "<p>5 dead</p>", "5 dead") != before);
  BOOST_TEST(words("Flood", "<p>5 dead</p>", "6 dead") != before);
  BOOST_TEST(words("Flood5", "<p>dead</p>", "5 dead") != before);  // title and text do not run into each other
  BOOST_TEST(words("a", "×") != words("a", "÷"));
}

BOOST_AUTO_TEST_CASE(a_single_letter_changed_anywhere_is_a_revision_and_invalid_bytes_do_no_harm) {
  const std::string text = "ab cd «é» … 中文 ЖЗ \xF0\x9F\x98\x80 end of it";
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (static_cast<unsigned char>(text[at]) >= 0x80 || text[at] == ' ') continue;
    std::string changed = text;
    changed[at] = '#';
    BOOST_TEST(words(changed, "") != words(text, ""), at);
  }
  for (std::size_t size = 0; size < text.size(); ++size) {  // also in the middle of characters
    BOOST_TEST(words(text.substr(0, size), "") == words(text.substr(0, size), ""));
    BOOST_TEST(words(std::string(40, '\xFF') + text.substr(size), "") != words(text.substr(size), ""));
  }
}

BOOST_AUTO_TEST_SUITE_END()
