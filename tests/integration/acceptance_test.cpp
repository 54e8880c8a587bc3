// The documents of ../shared over real HTTP: polled by the program, read back from the store's stable view and from the
// merged feed. What is expected comes from the documents themselves, read here with pugixml and strptime, not with our
// parser.
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <ctime>
#include <map>
#include <pugixml.hpp>
#include <set>

#include "support/database.h"
#include "support/http.h"
#include "support/program.h"
#include "support/scripted_server.h"
#include "support/setting.h"

using namespace rapporteur::test;
namespace fs = std::filesystem;
namespace json = boost::json;

BOOST_AUTO_TEST_SUITE(acceptance_test)

namespace {

const fs::path shared = fs::path(RAPPORTEUR_SOURCE_DIR) / "../shared";

bool is_missing(const fs::path& path) {
  if (fs::exists(path)) return false;
  BOOST_TEST_MESSAGE("SKIPPED: " << path << " is not there");
  std::fprintf(stderr, "SKIPPED: %s is not there\n", path.c_str());
  return true;
}

struct Item {
  std::string title, link, published;
  auto operator<=>(const Item&) const = default;
};

std::string collapsed(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool is_blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!is_blank) out += c;
    if (is_blank && !out.empty() && out.back() != ' ') out += ' ';
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string instant_of(const std::string& rfc822) {
  std::tm parts{};
  const char* rest = ::strptime(rfc822.c_str(), "%a, %d %b %Y %H:%M:%S", &parts);
  BOOST_TEST_REQUIRE(rest != nullptr, rfc822);
  std::time_t seconds = ::timegm(&parts);
  const std::string zone = collapsed(rest);
  if (zone.size() == 5 && (zone[0] == '+' || zone[0] == '-')) {
    const int offset = std::stoi(zone.substr(1, 2)) * 3600 + std::stoi(zone.substr(3, 2)) * 60;
    seconds -= zone[0] == '+' ? offset : -offset;
  } else {
    BOOST_TEST((zone == "GMT" || zone == "UTC" || zone == "Z"), zone);
  }
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", ::gmtime(&seconds));
  return text;
}

std::multiset<Item> items_of(std::string bytes) {
  bytes.erase(0, bytes.find('<'));
  pugi::xml_document document;
  BOOST_TEST_REQUIRE(bool(document.load_buffer(bytes.data(), bytes.size())));
  std::multiset<Item> items;
  for (const pugi::xpath_node& node : document.select_nodes("//item")) {
    const pugi::xml_node item = node.node();
    items.insert({collapsed(item.child_value("title")), collapsed(item.child_value("link")),
                  instant_of(collapsed(item.child_value("pubDate")))});
  }
  return items;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_entry_of_the_eight_un_feeds_stands_once_in_the_store_and_in_the_merged_feed) {
  const fs::path folder = shared / "corpus/un";
  if (is_missing(folder)) return;
  ScriptedServer origin;
  const TemporaryFolder home;
  std::string settings = test_settings(home);
  std::map<std::string, std::multiset<Item>> expected;
  std::size_t total = 0;
  for (const auto& file : fs::directory_iterator(folder)) {
    const std::string name = file.path().filename().string();
    if (!name.ends_with(".rss.xml")) continue;
    const std::string id = name.substr(0, name.size() - 8);
    std::string clean_id;
    for (const char c : id) clean_id += c == '.' || c == '_' ? '-' : c;
    const std::string bytes = read_file(file.path());
    origin.route("/" + name, Answer(200, bytes, "application/rss+xml").header("ETag", "\"" + clean_id + "\""));
    settings += source_table(clean_id, origin.url("/" + name), "agency = \"Agency of " + clean_id + "\"");
    expected[clean_id] = items_of(bytes);
    total += expected[clean_id].size();
  }
  BOOST_TEST_REQUIRE(expected.size() == 8u);
  BOOST_TEST_REQUIRE(total == 193u);
  const std::string config = home.write("conf.toml", settings);
  const Finished polled = run_program(home, {"-c", config, "poll", "--now"});
  BOOST_TEST_REQUIRE(polled.status == 0, polled.errors);

  for (const auto& [id, items] : expected) {
    std::multiset<Item> stored;
    for (const Row& row :
         query(store_path(home), "select title, link, published, agency from v_entries where source = '" + id + "'")) {
      stored.insert({row[0], row[1], row[2]});
      BOOST_TEST(row[3] == "Agency of " + id);
    }
    BOOST_TEST(stored.size() == items.size(), id);
    for (auto a = stored.begin(), b = items.begin(); a != stored.end() && b != items.end(); ++a, ++b) {
      BOOST_TEST(a->title == b->title, id);
      BOOST_TEST(a->link == b->link, id);
      BOOST_TEST(a->published == b->published, id);
    }
  }

  Program daemon(home, {"-c", config, "run"});
  const std::string url = wait_for_url(daemon);
  BOOST_TEST_REQUIRE(!url.empty(), daemon.errors());
  const Got feed = ask(url + "/feed.json");
  BOOST_TEST_REQUIRE(feed.status == 200);
  std::multiset<std::string> merged, wanted;
  std::set<std::string> ids;
  const json::value document = json::parse(feed.body);
  for (const json::value& item : document.at("items").as_array()) {
    merged.insert(std::string(item.at("_story").at("source").as_string()) + " " +
                  std::string(item.at("title").as_string()));
    ids.insert(std::string(item.at("id").as_string()));
  }
  for (const auto& [id, items] : expected)
    for (const Item& item : items) wanted.insert(id + " " + item.title);
  BOOST_TEST(merged == wanted, boost::test_tools::per_element());
  BOOST_TEST(ids.size() == 193u);
}

BOOST_AUTO_TEST_CASE(human_rights_in_kyrgyzstan_has_the_twenty_stories_of_the_five_agencies) {
  const fs::path folder = shared / "acceptance/human-rights-kg";
  if (is_missing(folder)) return;
  ScriptedServer origin;
  const TemporaryFolder home;
  const json::value expected = json::parse(read_file(folder / "expected.json"));
  std::set<std::string> feeds;
  for (const json::value& id : expected.at("feed_sources").as_array()) feeds.insert(std::string(id.as_string()));
  std::string settings = test_settings(home);
  for (const json::value& source : expected.at("sources").as_array()) {
    const std::string id(source.at("id").as_string());
    if (!feeds.contains(id)) continue;
    const std::string name(source.at("url").as_string());
    origin.route("/" + name,
                 Answer(200, read_file(folder / name)).header("Last-Modified", "Fri, 01 Dec 2017 12:00:00 GMT"));
    settings += source_table(
        id, origin.url("/" + name),
        "agency = \"" + std::string(source.at("agency").as_string()) + "\"\ncountries = [\"KG\"]\nlanguage = \"en\"");
  }
  const std::string config = home.write("conf.toml", settings);
  Program daemon(home, {"-c", config, "run"});
  const std::string url = wait_for_url(daemon);
  BOOST_TEST_REQUIRE(!url.empty(), daemon.errors());
  const auto merged_count = [&] {
    const Got got = ask(url + "/feed.json");
    return got.status == 200 ? json::parse(got.body).at("items").as_array().size() : 0u;
  };
  BOOST_TEST_REQUIRE(eventually([&] { return merged_count() == 21; }), "there are " << merged_count());

  std::map<std::string, json::value> by_title;
  const json::value merged = json::parse(ask(url + "/feed.json").body);
  for (const json::value& item : merged.at("items").as_array())
    by_title[std::string(item.at("title").as_string())] = item;
  for (const json::value& story : expected.at("stories").as_array()) {
    const std::string title(story.at("title").as_string());
    BOOST_TEST_REQUIRE(by_title.contains(title), title);
    const json::value& item = by_title[title];
    BOOST_TEST(item.at("url").as_string() == story.at("link").as_string());
    BOOST_TEST(item.at("date_published").as_string().subview(0, 10) == story.at("published").as_string());
    BOOST_TEST(item.at("_story").at("agency").as_string() == story.at("agency").as_string());
    BOOST_TEST(item.at("authors").at(0).at("name").as_string() == story.at("agency").as_string());
    BOOST_TEST(item.at("_story").at("countries").at(0).as_string() == "KG");
  }
  daemon.signal(SIGTERM);
  BOOST_TEST(daemon.wait() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
