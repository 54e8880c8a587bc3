// The subcommands from a shell's point of view: outputs, exit statuses, sentences.
#include <algorithm>
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <thread>

#include "support/database.h"
#include "support/http.h"
#include "support/program.h"
#include "support/scripted_server.h"
#include "support/setting.h"

using namespace rapporteur::test;
namespace json = boost::json;

BOOST_AUTO_TEST_SUITE(commands_test)

namespace {

void has(const std::string& text, const std::string& part) {
  BOOST_TEST(text.find(part) != std::string::npos, "'" << part << "' is missing in: " << text);
}

}  // namespace

BOOST_AUTO_TEST_CASE(help_and_version_answer_and_bad_usage_is_64) {
  const TemporaryFolder home;
  const Finished help = run_program(home, {"--help"});
  BOOST_TEST(help.status == 0);
  for (const char* word : {"run", "poll", "check", "parse", "status", "demo", "--set"}) has(help.output, word);
  has(run_program(home, {"--version"}).output, "rapporteur ");
  BOOST_TEST(run_program(home, {}).status == 64);
  BOOST_TEST(run_program(home, {"frobnicate"}).status == 64);
  BOOST_TEST(run_program(home, {"--set", "nonsense", "check"}).status == 64);
  BOOST_TEST(run_program(home, {"poll", "--help"}).status == 0);
}

BOOST_AUTO_TEST_CASE(check_names_every_fault_with_its_place_and_a_broken_configuration_starts_nothing) {
  const TemporaryFolder home;
  const std::string bad =
      home.write("bad.toml",
                 "[fetch]\nintervall = \"60m\"\ninterval = 5\n[[source]]\nid = \"A b\"\nurl = \"ftp://x.example/\"\n"
                 "[store]\npath = \"" +
                     store_path(home) + "\"\n");
  const Finished check = run_program(home, {"-c", bad, "check"});
  BOOST_TEST(check.status == 78);
  for (const char* place : {"bad.toml:2:1: ", "bad.toml:3:", "bad.toml:5:", "bad.toml:6:"}) has(check.output, place);
  const Finished run = run_program(home, {"-c", bad, "run"});
  BOOST_TEST(run.status == 78);
  has(run.errors, "bad.toml:2:1: ");
  BOOST_TEST(!std::filesystem::exists(store_path(home)));
  const std::string good = home.write("good.toml", test_settings(home));
  const Finished quiet = run_program(home, {"-c", good, "check"});
  BOOST_TEST(quiet.status == 0);
  BOOST_TEST(quiet.output.empty());
  BOOST_TEST(run_program(home, {"-c", (home / "none.toml").string(), "check"}).status == 66);
}

BOOST_AUTO_TEST_CASE(parse_prints_json_one_line_each_for_several_files_and_65_for_no_feed) {
  const TemporaryFolder home;
  const std::string one = home.write("one.rss", rss_document("one", 1, 2));
  const std::string two = home.write("two.rss", rss_document("two", 1, 1));
  const std::string page =
      home.write("page.html",
                 "<!doctype html><html><head><title>Hello</title><link rel=\"alternate\" "
                 "type=\"application/rss+xml\" href=\"/feed.xml\"></head><body><p>x</p></body></html>");
  const Finished single = run_program(home, {"parse", one});
  BOOST_TEST(single.status == 0);
  const json::value document = json::parse(single.output);
  BOOST_TEST(document.at("format").as_string() == "rss20");
  BOOST_TEST(document.at("entries").as_array().size() == 2u);
  has(single.output, "\n  \"encoding\": \"utf-8\"");
  const Finished several = run_program(home, {"parse", one, two});
  BOOST_TEST(std::count(several.output.begin(), several.output.end(), '\n') == 2);
  const Finished none = run_program(home, {"parse", "--base", "https://a.example/news/", page});
  BOOST_TEST(none.status == 65);
  BOOST_TEST(none.output.empty());
  has(none.errors, "https://a.example/feed.xml");
  BOOST_TEST(run_program(home, {"parse", (home / "missing").string()}).status == 66);
}

BOOST_AUTO_TEST_CASE(p1_a_second_poll_of_unchanged_sources_is_all_304_and_writes_no_entry) {
  ScriptedServer origin;
  const TemporaryFolder home;
  std::string settings = test_settings(home);
  for (int i = 0; i < 12; ++i) {
    const std::string id = "s" + std::to_string(i);
    origin.route("/" + id, [id](const Seen& seen) {
      if (seen.header("If-None-Match") == "\"v1 " + id + "\"") return Answer(304).header("ETag", "\"v1 " + id + "\"");
      return Answer(200, rss_document(id, 1, 5), "text/xml")
          .header("ETag", "\"v1 " + id + "\"")
          .header("Last-Modified", "Tue,  1 Jul 2003 odd");
    });
    settings += source_table(id, origin.url("/" + id));
  }
  settings.replace(settings.find("interval = \"1h\""), 15, "interval = \"1s\"");
  const std::string config = home.write("conf.toml", settings);
  const Finished first = run_program(home, {"-c", config, "poll", "--now"});
  BOOST_TEST(first.status == 0);
  BOOST_TEST(std::count(first.output.begin(), first.output.end(), '\n') == 12);
  BOOST_TEST(first.errors ==
             "12 polled, 0 of them without a usable answer, 0 not asked\n");  // no log between the lines
  const std::string before =
      value_of(store_path(home), "select group_concat(id || first_seen || updated) from v_entries");
  BOOST_TEST(value_of(store_path(home), "select count(*) from v_entries") == "60");
  origin.forget();
  std::this_thread::sleep_for(std::chrono::milliseconds(300));  // the hard floor of the test's configuration
  const Finished again = run_program(home, {"-c", config, "poll", "--now"});
  BOOST_TEST(again.status == 0);
  BOOST_TEST(origin.seen().size() == 12u);
  for (const Seen& seen : origin.seen()) {
    BOOST_TEST(seen.has("If-None-Match"), seen.target);
    BOOST_TEST(seen.header("If-Modified-Since") == "Tue,  1 Jul 2003 odd");
  }
  has(again.output, "unchanged (304)");
  BOOST_TEST(value_of(store_path(home), "select count(*) from v_entries") == "60");
  BOOST_TEST(value_of(store_path(home), "select group_concat(id || first_seen || updated) from v_entries") == before);
  const Finished status = run_program(home, {"-c", config, "--json", "status"});
  const json::value document = json::parse(status.output);
  for (const json::value& source : document.at("sources").as_array()) {
    BOOST_TEST(source.at("state").as_string() == "ok");
    BOOST_TEST(source.at("not_modified").to_number<int>() == 1);
    BOOST_TEST(source.at("entries").to_number<int>() == 5);
  }
}

BOOST_AUTO_TEST_CASE(a_broken_source_never_disturbs_another_and_every_failure_has_its_sentence) {
  ScriptedServer origin;
  const TemporaryFolder home;
  origin.route("/good", Answer(200, rss_document("good", 1, 3)));
  origin.route("/500", Answer(500, "oops"));
  origin.route("/403", Answer(403, "no"));
  origin.route("/html", Answer(200, "<!doctype html><title>Sorry</title><p>maintenance</p>", "text/html"));
  origin.route("/cut", Answer(200, rss_document("cut", 1, 3)).length(100000).then(End::close));
  origin.route("/hang", Answer::raw("", End::hang));
  origin.route("/endless", Answer(200).endless("<rss><channel>"));
  const std::string settings = test_settings(home, "timeout = \"1s\"\nmax_body = \"256KiB\"") +
                               source_table("good", origin.url("/good")) + source_table("e500", origin.url("/500")) +
                               source_table("e403", origin.url("/403")) + source_table("html", origin.url("/html")) +
                               source_table("cut", origin.url("/cut")) + source_table("hang", origin.url("/hang")) +
                               source_table("endless", origin.url("/endless")) +
                               source_table("refused", "http://127.0.0.1:1/");
  const std::string config = home.write("conf.toml", settings);
  BOOST_TEST(run_program(home, {"-c", config, "poll"}).status == 0);
  const json::value document = json::parse(run_program(home, {"-c", config, "status", "--json"}).output);
  for (const json::value& source : document.at("sources").as_array()) {
    const std::string id(source.at("id").as_string());
    const std::string expected = id == "good" ? "ok" : id == "e403" ? "blocked" : "failing";
    BOOST_TEST(source.at("state").as_string() == expected, id);
    BOOST_TEST(source.at("reason").as_string().empty() == (id == "good"), id);
    BOOST_TEST(!source.at("next_poll_reason").as_string().empty(), id);
  }
  BOOST_TEST(value_of(store_path(home), "select count(*) from v_entries") == "3");
}

BOOST_AUTO_TEST_CASE(an_edited_entry_is_the_same_entry_with_a_new_revision) {
  ScriptedServer origin;
  const TemporaryFolder home;
  std::string edited = rss_document("a", 1, 2);
  edited.replace(edited.find("a story 2"), 9, "A better title");
  origin.route("/a", {Answer(200, rss_document("a", 1, 2)).header("ETag", "\"1\""),
                      Answer(200, edited).header("ETag", "\"2\"")});
  const std::string config = home.write("conf.toml", test_settings(home) + source_table("a", origin.url("/a")));
  run_program(home, {"-c", config, "poll"});
  const std::string id = value_of(store_path(home), "select story from v_entries where title = 'a story 2'");
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const Finished second = run_program(home, {"-c", config, "poll", "--now"});
  has(second.output, "1 revised");
  BOOST_TEST(value_of(store_path(home), "select count(*) from v_entries") == "2");
  BOOST_TEST(value_of(store_path(home), "select story from v_entries where title = 'A better title'") == id);
}

BOOST_AUTO_TEST_CASE(a_newer_schema_is_refused_and_not_touched) {
  const TemporaryFolder home;
  const std::string config = home.write("conf.toml", test_settings(home));
  run_program(home, {"-c", config, "poll"});
  query(store_path(home), "pragma user_version = 9999");
  query(store_path(home), "pragma wal_checkpoint(truncate)");
  const std::string before = read_file(store_path(home));
  const Finished refused = run_program(home, {"-c", config, "poll"});
  BOOST_TEST(refused.status == 65);
  has(refused.errors, "newer");
  BOOST_TEST((read_file(store_path(home)) == before));
}

BOOST_AUTO_TEST_CASE(the_demo_needs_nothing_and_shows_a_page_and_a_merged_feed) {
  const TemporaryFolder home;
  Program demo(home, {"demo", "--port", "0"});
  BOOST_TEST_REQUIRE(eventually([&] { return demo.output().find("/feed.json") != std::string::npos; }), demo.errors());
  const std::string text = demo.output();
  const std::size_t at = text.find("http://");
  const std::string url = text.substr(at, text.find('/', at + 7) - at);
  BOOST_TEST(
      eventually([&] { return json::parse(ask(url + "/feed.json").body).at("items").as_array().size() == 12u; }));
  const Got page = ask(url + "/");
  BOOST_TEST(page.status == 200);
  has(page.body, "Mobile clinics reach the last valleys");
  has(page.body, "dir=\"rtl\"");
  BOOST_TEST(page.body.find("<script") == std::string::npos);
  demo.signal(SIGINT);
  BOOST_TEST(demo.wait() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
