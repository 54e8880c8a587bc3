#include "config/read.h"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

using namespace std::chrono_literals;
using namespace rapporteur;

namespace {

// A folder that goes when the case ends.
class Folder {
 public:
  Folder() { BOOST_TEST_REQUIRE(mkdtemp(name_) != nullptr); }
  ~Folder() { std::filesystem::remove_all(name_); }
  std::string write(const std::string& name, const std::string& text, mode_t mode = 0600) const {
    const std::string path = std::string(name_) + "/" + name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << text;
    chmod(path.c_str(), mode);
    return path;
  }
  std::string path() const { return name_; }

 private:
  char name_[32] = "/tmp/rapporteur-config-XXXXXX";
};

config::Settings good(std::string_view toml, const std::vector<std::pair<std::string, std::string>>& overrides = {}) {
  auto settings = config::read_text(toml, "test.toml", "/nonexistent", overrides);
  if (!settings)
    for (const config::Fault& fault : settings.error().list) BOOST_TEST_ERROR(config::to_string(fault));
  BOOST_TEST_REQUIRE(settings.has_value());
  return *settings;
}

std::string only_fault(std::string_view toml, const std::vector<std::pair<std::string, std::string>>& overrides = {}) {
  const auto settings = config::read_text(toml, "test.toml", "/nonexistent", overrides);
  BOOST_TEST_REQUIRE(!settings.has_value());
  BOOST_TEST(settings.error().list.size() == 1u);
  return config::to_string(settings.error().list.front());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(read_test)

BOOST_AUTO_TEST_CASE(an_empty_file_has_the_defaults) {
  const config::Settings settings = good("");
  BOOST_TEST(settings.serve.listen == std::vector<std::string>{"127.0.0.1:8480"});
  BOOST_TEST(settings.publish.base_url == "http://127.0.0.1:8480");
  BOOST_TEST((settings.schedule.interval == 60min));
  BOOST_TEST(settings.fetch.max_body == 16u << 20);
  BOOST_TEST(!settings.store.keep.has_value());
  BOOST_TEST(settings.sources.empty());
}

BOOST_AUTO_TEST_CASE(every_section_reaches_its_struct) {
  const config::Settings s = good(R"(
[server]
listen = ["unix:/run/r.sock", "0.0.0.0:80"]
max_connections = 99
websub = true
base_url = "https://news.example.org"
view_limit = 20
[store]
path = "/tmp/r.db"
keep = "90d"
[fetch]
contact = "feeds@example.org"
interval = "1s"
min_interval = "0.2s"
host_gap = "0s"
host_connections = 8
connections = 256
max_retry_after = "1d"
max_body = "1MiB"
allow_networks = ["127.0.0.0/8"]
obey_robots = true
adopt_redirect_after = "0s"
[merge]
near_duplicates = false
max_new_per_poll = 10
[site]
title = "Новости"
timezone = "UTC"
)");
  BOOST_TEST(s.serve.max_connections == 99u);
  BOOST_TEST(s.publish.base_url == "https://news.example.org");
  BOOST_TEST(s.serve.max_push == 1u << 20);  // a document is a document, whoever brings it
  BOOST_TEST(s.websub);
  BOOST_TEST(s.view_limit == 20);
  BOOST_TEST((s.store.keep == std::chrono::days(90)));
  BOOST_TEST((s.schedule.min_interval == 200ms));
  BOOST_TEST((s.schedule.max_interval == 24h));
  BOOST_TEST((s.schedule.host_gap == 0s));
  BOOST_TEST(s.schedule.connections == 256);
  BOOST_TEST(s.fetch.connections == 256);  // one option, two modules
  BOOST_TEST(s.fetch.host_connections == 8);
  BOOST_TEST((s.fetch.max_retry_after == 24h));
  BOOST_TEST(s.fetch.obey_robots);
  BOOST_TEST((s.schedule.adopt_redirect_after == 0s));
  BOOST_TEST(!s.merge.near_duplicates);
  BOOST_TEST(s.publish.title == "Новости");
}

BOOST_AUTO_TEST_CASE(a_source_with_everything) {
  const config::Settings s = good(R"(
[[source]]
id = "page"
url = "https://example.org/news"
kind = "page"
agency = "UNODC"
countries = ["KG", "UZ"]
topics = ["human-rights", "own"]
priority = -5
wire = true
interval = "2h"
enabled = false
republish = "headline"
headers = { X-Key = "abc", Cookie = "a=b" }
date_order = "mdy"
timezone = "UTC"
[source.page]
item = "//li"
max_pages = 3
[[source]]
id = "json"
url = "https://example.org/api"
kind = "json"
[source.json]
item = ""
title = "/t"
link_template = "https://example.org/{/id}"
[[topic]]
id = "own"
title = { en = "Own" }
words = { en = ["word", " two words ", "pre*"], fr = ["mot"] }
)");
  BOOST_TEST_REQUIRE(s.sources.size() == 2u);
  const feed::SourceSettings& page = *s.sources[0];
  BOOST_TEST((page.kind == feed::SourceKind::page));
  BOOST_TEST((page.republish == feed::Republish::headline));
  BOOST_TEST((page.date_order == feed::DateOrder::mdy));
  BOOST_TEST(page.priority == -5);
  BOOST_TEST(!page.enabled);
  BOOST_TEST(page.extras->headers.size() == 2u);
  BOOST_TEST(page.extras->headers[0].first == "X-Key");
  BOOST_TEST(page.extras->page->item == "//li");
  BOOST_TEST(page.extras->page->max_pages == 3);
  BOOST_TEST(!page.extras->json);
  BOOST_TEST(s.sources[1]->extras->json->link_template == "https://example.org/{/id}");
  BOOST_TEST_REQUIRE(s.topics.size() == 1u);
  BOOST_TEST(s.topics[0].words[0].second == (std::vector<std::string>{"word", "two words", "pre*"}));
}

BOOST_AUTO_TEST_CASE(regions_may_be_numbers) {
  const config::Settings s =
      good("[[view]]\nname = \"asia\"\ncountries = [143, \"034\", 2, \"KG\"]\nsince = 2026-01-31\n");
  BOOST_TEST(s.views[0].countries == (std::vector<std::string>{"143", "034", "002", "KG"}));
  BOOST_TEST(s.views[0].since == "2026-01-31");
}

BOOST_AUTO_TEST_CASE(an_option_that_was_not_stated_follows_one_that_was) {
  BOOST_TEST((good("[fetch]\nmin_interval = \"2h\"\n").schedule.interval == 2h));
  BOOST_TEST((good("[fetch]\ninterval = \"48h\"\n").schedule.max_interval == 48h));
  BOOST_TEST((good("[fetch]\nmax_interval = \"30m\"\n").schedule.interval == 30min));
  BOOST_TEST(good("[fetch]\nmax_body = \"64MiB\"\n").fetch.body_budget == 64u << 20);
  BOOST_TEST(good("[fetch]\nbody_budget = \"1MiB\"\n").fetch.max_body == 1u << 20);
}

BOOST_AUTO_TEST_CASE(agencies_of_a_view_are_checked_only_where_they_can_be_known) {
  const std::string view = "[[view]]\nname = \"v\"\nagencies = [\"WHO\"]\n";
  const std::string fao = "[[source]]\nid = \"fao\"\nurl = \"https://fao.example/\"\nagency = \"FAO\"\n";
  BOOST_TEST(only_fault(fao + view).find("no source is of agency \"WHO\"") != std::string::npos);
  good(fao + "wire = true\n" + view);
  good(fao + "[[source]]\nid = \"x\"\nurl = \"https://x.example/\"\n" + view);
}

BOOST_AUTO_TEST_CASE(overrides_come_last_and_may_leave_out_quotes) {
  const std::string file = "[fetch]\ninterval = \"5h\"\nproxy = \"nonsense\"\n";
  const config::Settings s = good(file, {{"fetch.interval", "2h"},
                                         {"fetch.proxy", "\"\""},
                                         {"server.listen", "127.0.0.1:0"},
                                         {"server.max_connections", "10"},
                                         {"fetch.allow_networks", "[\"127.0.0.0/8\", \"::1/128\"]"},
                                         {"site.title", "2026 in words"},
                                         {"site.rights", "true"},
                                         {"fetch.obey_robots", "true"}});
  BOOST_TEST((s.schedule.interval == 2h));
  BOOST_TEST(s.serve.listen == std::vector<std::string>{"127.0.0.1:0"});
  BOOST_TEST(s.serve.max_connections == 10u);
  BOOST_TEST(s.fetch.allow_networks.size() == 2u);
  BOOST_TEST(s.publish.title == "2026 in words");
  BOOST_TEST(s.publish.rights == "true");
  BOOST_TEST(s.fetch.obey_robots);
}

BOOST_AUTO_TEST_CASE(faults_of_overrides_name_them) {
  BOOST_TEST(only_fault("", {{"fetch.intervall", "2h"}}) ==
             "--set fetch.intervall: unknown key; write SECTION.KEY, such as \"fetch.interval\"; did you mean "
             "\"fetch.interval\"?");
  BOOST_TEST(only_fault("", {{"fetch.connections", "many"}}) ==
             "--set fetch.connections: fetch.connections: wants a whole number, not a string");
  BOOST_TEST(only_fault("", {{"fetch.connections", "5\nhost_gap = \"0s\""}}).find("not a string") != std::string::npos);
  BOOST_TEST(only_fault("", {{"source.id", "x"}}).starts_with("--set source.id: unknown key"));
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_told_apart) {
  const auto missing = config::read("/nonexistent/rapporteur.toml");
  BOOST_TEST_REQUIRE(!missing.has_value());
  BOOST_TEST(missing.error().is_missing_file);
  BOOST_TEST(config::to_string(missing.error().list.front()) ==
             "/nonexistent/rapporteur.toml: cannot be read: No such file or directory");
  const auto folder = config::read("/tmp");
  BOOST_TEST_REQUIRE(!folder.has_value());
  BOOST_TEST(!folder.error().is_missing_file);
}

BOOST_AUTO_TEST_CASE(includes_are_relative_to_their_file_and_read_once) {
  const Folder folder;
  folder.write("sources.d/b.toml", "[[source]]\nid = \"b\"\nurl = \"https://example.org/b\"\n");
  folder.write("sources.d/a.toml",
               "include = [\"more/c.toml\"]\n[[source]]\nid = \"a\"\nurl = \"https://example.org/a\"\n");
  folder.write("sources.d/more/c.toml", "[fetch]\nhost_gap = \"3s\"\n");
  const std::string path = folder.write(
      "main.toml",
      "include = [\"sources.d/*.toml\", \"sources.d/a.toml\", \"nothing.d/*.toml\"]\n[fetch]\ntimeout = \"5s\"\n");
  const auto settings = config::read(path);
  BOOST_TEST_REQUIRE(settings.has_value());
  BOOST_TEST_REQUIRE(settings->sources.size() == 2u);
  BOOST_TEST(settings->sources[0]->id == "a");
  BOOST_TEST(settings->sources[1]->id == "b");
  BOOST_TEST((settings->schedule.host_gap == 3s));
  BOOST_TEST((settings->fetch.timeout == 5s));
}

BOOST_AUTO_TEST_CASE(a_password_comes_from_its_file) {
  const Folder folder;
  folder.write("secret", "päss word\n");
  folder.write("open", "x\n", 0644);
  folder.write("empty", "\n");
  folder.write("long", std::string(5000, 'x'));
  const std::string source =
      "[[source]]\nid = \"a\"\nurl = \"https://example.org/\"\nusername = \"u\"\npassword_file = ";
  const auto read = [&](const std::string& file) {
    return config::read_text(source + "\"" + file + "\"\n", "test.toml", folder.path());
  };
  BOOST_TEST(read("secret")->sources[0]->extras->password == "päss word");
  BOOST_TEST(read("secret")->warnings.size() == 0u);
  BOOST_TEST(read(folder.path() + "/secret")->sources[0]->extras->password == "päss word");
  BOOST_TEST(read("open")->warnings.size() == 1u);
  for (const char* file : {"empty", "long", "nowhere", "", "."}) BOOST_TEST(!read(file).has_value(), file);
}

BOOST_AUTO_TEST_CASE(a_password_may_be_a_credential_of_systemd) {
  const Folder folder;
  folder.write("who", "s3cret");
  const std::string toml =
      "[[source]]\nid = \"a\"\nurl = \"https://example.org/\"\nusername = \"u\"\npassword_file = \"credential:who\"\n";
  unsetenv("CREDENTIALS_DIRECTORY");
  BOOST_TEST(only_fault(toml).find("LoadCredential=who:") != std::string::npos);
  setenv("CREDENTIALS_DIRECTORY", folder.path().c_str(), 1);
  BOOST_TEST(good(toml).sources[0]->extras->password == "s3cret");
  unsetenv("CREDENTIALS_DIRECTORY");
}

BOOST_AUTO_TEST_CASE(the_same_address_twice_is_a_warning) {
  const config::Settings s = good(
      "[[source]]\nid = \"a\"\nurl = \"https://example.org/\"\n[[source]]\nid = \"b\"\nurl = "
      "\"https://example.org/\"\n");
  BOOST_TEST_REQUIRE(s.warnings.size() == 1u);
  BOOST_TEST(config::to_string(s.warnings[0]) ==
             "test.toml:6:7: source \"b\": the same address is asked for at test.toml:3");
}

BOOST_AUTO_TEST_CASE(ten_thousand_sources_are_read) {
  std::string toml = "[fetch]\nhost_gap = \"0s\"\n";
  for (int i = 0; i < 10000; ++i)
    toml += "\n[[source]]\nid = \"s" + std::to_string(i) + "\"\nurl = \"http://h" + std::to_string(i % 250) +
            ".example/" + std::to_string(i) + "\"\n";
  const auto before = std::chrono::steady_clock::now();
  BOOST_TEST(good(toml).sources.size() == 10000u);
  const auto took = std::chrono::steady_clock::now() - before;
  BOOST_TEST_MESSAGE("10,000 sources in " << std::chrono::duration_cast<std::chrono::milliseconds>(took).count()
                                          << " ms");
}

BOOST_AUTO_TEST_CASE(faults_are_many_at_once_and_in_order) {
  const auto settings = config::read_text("[fetch]\na = 1\nb = 2\n[server]\nc = 3\n", "test.toml", ".");
  BOOST_TEST_REQUIRE(!settings.has_value());
  BOOST_TEST_REQUIRE(settings.error().list.size() == 3u);
  for (std::size_t i = 1; i < 3; ++i) BOOST_TEST(settings.error().list[i - 1].line < settings.error().list[i].line);
}

BOOST_AUTO_TEST_CASE(without_a_base_url_the_first_address_that_somebody_can_go_to_is_taken) {
  const auto settings = config::read_text("[server]\nlisten = [\"unix:/run/r.sock\", \"0.0.0.0:80\"]\n", "t.toml", ".");
  BOOST_TEST_REQUIRE(settings.has_value());
  BOOST_TEST(settings->publish.base_url == "http://localhost");
}

BOOST_AUTO_TEST_CASE(who_wants_pushes_must_say_where_hubs_reach_him) {
  const auto silent = config::read_text("[server]\nwebsub = true\n", "t.toml", ".");
  BOOST_TEST_REQUIRE(!silent.has_value());
  BOOST_TEST(config::to_string(silent.error().list.at(0)) ==
             "t.toml:2:10: server.websub: hubs must be told where to bring what is new; name that address, as they "
             "reach it, in server.base_url, or leave websub out");
  BOOST_TEST(config::read_text("[server]\nwebsub = false\n", "t.toml", ".").has_value());
  const auto stated =
      config::read_text("[server]\nwebsub = true\nbase_url = \"https://news.example.org\"\n", "t.toml", ".");
  BOOST_TEST_REQUIRE(stated.has_value());
  BOOST_TEST(stated->warnings.empty());
}

BOOST_AUTO_TEST_CASE(where_no_hub_can_come_is_refused_unless_that_network_is_allowed) {
  const auto read = [](const std::string& url, const std::string& fetch = {}) {
    return config::read_text("[server]\nwebsub = true\nbase_url = \"" + url + "\"\n[fetch]\n" + fetch, "t.toml", ".");
  };
  for (const char* url : {"http://127.0.0.1:8480", "http://localhost:8480", "http://[::1]/", "https://192.168.1.7/news",
                          "http://10.0.0.1", "http://172.31.0.1", "http://169.254.1.1", "http://[fd00::1]/",
                          "http://[fe80::1]/", "http://100.64.0.1/", "http://0.0.0.0:80"}) {
    const auto settings = read(url);
    BOOST_TEST_REQUIRE(!settings.has_value(), url);
    BOOST_TEST(config::to_string(settings.error().list.at(0)).find("t.toml:3:12: server.base_url: \"") == 0u);
  }
  for (const char* url : {"http://172.32.0.1", "http://11.0.0.1", "http://[2001:db8::1]/", "https://news.example.org"})
    BOOST_TEST(read(url).has_value(), url);
  BOOST_TEST(read("http://127.0.0.1:8480", "allow_networks = [\"127.0.0.0/8\"]").has_value());
  BOOST_TEST(read("http://localhost:8480", "allow_networks = [\"127.0.0.0/8\"]").has_value());
  BOOST_TEST(read("http://[fd00::1]/", "allow_networks = [\"10.0.0.0/8\", \"fd00::/8\"]").has_value());
  BOOST_TEST(!read("http://127.0.0.1:8480", "allow_networks = [\"10.0.0.0/8\"]").has_value());
  BOOST_TEST(read("http://10.0.0.1", "allow_private = true").has_value());
  BOOST_TEST(config::read_text("[server]\nbase_url = \"http://127.0.0.1:8480\"\n", "t.toml", ".").has_value());
}

BOOST_AUTO_TEST_CASE(p38_a_browsers_name_in_the_user_agent_is_refused_with_the_reason) {
  const auto settings = config::read_text("[fetch]\nuser_agent = \"Mozilla/5.0 (X11)\"\n", "t.toml", ".");
  BOOST_TEST_REQUIRE(!settings.has_value());
  BOOST_TEST(config::to_string(settings.error().list.at(0)).find("t.toml:2:14: fetch.user_agent: names a browser") ==
             0u);
}

BOOST_AUTO_TEST_CASE(p11_p40_no_source_is_asked_for_parts_or_told_a_referer) {
  const auto read = [](const std::string& headers) {
    return config::read_text("[[source]]\nid = \"a\"\nurl = \"https://a.example/\"\nheaders = { " + headers + " }\n",
                             "t.toml", ".");
  };
  for (const char* refused : {"A-IM = \"feed\"", "Referer = \"https://x/\""}) {
    const auto settings = read(refused);
    BOOST_TEST_REQUIRE(!settings.has_value(), refused);
    BOOST_TEST(config::to_string(settings.error().list.at(0)).find("t.toml:4:") == 0u);
  }
  BOOST_TEST(read("Cookie = \"a=b\"").has_value());
}

BOOST_AUTO_TEST_CASE(what_has_no_effect_yet_is_said_and_a_source_of_another_kind_is_not_polled) {
  const auto settings = config::read_text(
      "[store]\nkeep = \"90d\"\n[[source]]\nid = \"a\"\nurl = \"https://a.example/\"\nkind = \"page\"\n"
      "[source.page]\nitem = \"//li\"\n[[source]]\nid = \"b\"\nurl = \"https://b.example/\"\n[[view]]\nname = "
      "\"water\"\n",
      "t.toml", ".");
  BOOST_TEST_REQUIRE(settings.has_value());
  std::string said;
  for (const config::Fault& warning : settings->warnings) said += config::to_string(warning) + "\n";
  BOOST_TEST(said ==
             "t.toml:2:8: store.keep: is read and checked, and has no effect in this version yet\n"
             "t.toml:6:8: source \"a\": this version reads kind = \"feed\" alone; the source is not polled\n"
             "t.toml:12:1: view \"water\": is read and checked, and has no effect in this version yet\n");
  BOOST_TEST(!settings->sources[0]->enabled);
  BOOST_TEST(settings->sources[1]->enabled);
  BOOST_TEST(config::read_text("", "t.toml", ".")->warnings.empty());
}

BOOST_AUTO_TEST_SUITE_END()
