// Pages that are made when somebody asks: the session waits, others are served meanwhile, what was made is kept until
// the next edition.
#include <map>

#include "running.h"

namespace rapporteur::serve {

namespace {

// Makes nothing until the test says so; counts what it was asked for. On the server's thread.
struct Workshop {
  std::map<std::string, std::vector<Live::Made>> orders;
  std::vector<Live::Written> statuses;
  int ordered = 0;

  Live live() {
    Live live;
    live.is_made = [](std::string_view path) { return path.starts_with("/day/"); };
    live.make = [this](const std::string& path, Live::Made done) {
      ++ordered;
      orders[path].push_back(std::move(done));
    };
    live.status_json = [this](Live::Written done) {
      ++ordered;
      statuses.push_back(std::move(done));
    };
    return live;
  }
  void finish_status(const std::string& text) {
    for (const Live::Written& done : std::exchange(statuses, {})) done(text);
  }
  void finish(const std::string& path, const std::string& body) {
    auto edition = std::make_shared<publish::Edition>();
    if (!body.empty()) edition->pages[path].body = body;
    if (!body.empty()) edition->pages[path].etag = "\"" + body + "\"";
    for (const Live::Made& done : std::exchange(orders[path], {})) done(edition);
  }
};

struct Scene : Workshop {
  explicit Scene(const Settings& settings = test_settings()) : running(settings, 100, {}, live()) {}

  // Waits until the server was asked for so many pages in all.
  bool is_ordered(int times) {
    for (int i = 0; i < 1000; ++i) {
      if (running.run([this] { return ordered; }) >= times) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  }
  void deliver(const std::string& path, const std::string& body) {
    running.run([&] { finish(path, body); });
  }
  static std::string request(const std::string& path, const std::string& fields = {}) {
    return "GET " + path + " HTTP/1.1\r\nHost: t\r\n" + fields + "\r\n";
  }

  Running running;
};

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

BOOST_AUTO_TEST_SUITE(made_pages_test)

BOOST_AUTO_TEST_CASE(who_asks_waits_while_others_are_served_and_pipelined_requests_keep_their_order) {
  Scene scene;
  const Client waiting(scene.running.url), other(scene.running.url);
  waiting.send(Scene::request("/day/1/") + std::string(last));
  BOOST_REQUIRE(scene.is_ordered(1));
  other.send(simple);
  BOOST_TEST(has(other.read_answer(), "200 OK"));
  scene.deliver("/day/1/", "first");
  const std::string answers = waiting.read_all();
  BOOST_TEST(answers.find("first") < answers.find("xxx"));
}

BOOST_AUTO_TEST_CASE(one_making_serves_all_who_wait_and_those_who_come_until_the_next_edition) {
  Scene scene;
  const Client one(scene.running.url), two(scene.running.url);
  one.send(Scene::request("/day/1/"));
  BOOST_REQUIRE(scene.is_ordered(1));
  two.send(Scene::request("/day/1/", "If-None-Match: \"body\"\r\n"));
  BOOST_TEST(has(ask(scene.running.url, last), "200 OK"));  // by then the second one waits too
  scene.deliver("/day/1/", "body");
  BOOST_TEST(has(one.read_answer(), "body"));
  BOOST_TEST(has(two.read_answer(), "304"));
  one.send(Scene::request("/day/1/"));
  BOOST_TEST(one.read_answer().ends_with("body"));
  BOOST_TEST(scene.ordered == 1);
  scene.running.run([&] { scene.running.server.shelve(edition_of(5)); });
  one.send(Scene::request("/day/1/"));
  BOOST_TEST(scene.is_ordered(2));
}

BOOST_AUTO_TEST_CASE(a_page_made_from_an_edition_that_is_past_is_not_kept) {
  Scene scene;
  const Client client(scene.running.url);
  client.send(Scene::request("/day/1/"));
  BOOST_REQUIRE(scene.is_ordered(1));
  scene.running.run([&] { scene.running.server.shelve(edition_of(5)); });
  scene.deliver("/day/1/", "old");
  BOOST_TEST(client.read_answer().ends_with("old"));
  client.send(Scene::request("/day/1/"));
  BOOST_TEST(scene.is_ordered(2));
}

BOOST_AUTO_TEST_CASE(nothing_to_show_is_404_and_nothing_made_is_500) {
  Scene scene;
  const Client client(scene.running.url);
  client.send(Scene::request("/day/1/"));
  BOOST_REQUIRE(scene.is_ordered(1));
  scene.deliver("/day/1/", "");
  BOOST_TEST(has(client.read_answer(), "404 Not Found"));
  client.send(Scene::request("/day/2/"));
  BOOST_REQUIRE(scene.is_ordered(2));
  scene.running.run([&] {
    for (const Live::Made& done : std::exchange(scene.orders["/day/2/"], {})) done(nullptr);
  });
  BOOST_TEST(has(client.read_all(), "500 Internal Server Error"));
}

BOOST_AUTO_TEST_CASE(too_many_pages_at_a_time_are_refused) {
  Scene scene;
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(std::make_unique<Client>(scene.running.url));
    clients.back()->send(Scene::request("/day/" + std::to_string(i) + "/"));
  }
  BOOST_REQUIRE(scene.is_ordered(8));
  const std::string refused = ask(scene.running.url, Scene::request("/day/9/"));
  BOOST_TEST(has(refused, "503"));
  BOOST_TEST(has(refused, "Retry-After: "));
  scene.deliver("/day/3/", "three");
  BOOST_TEST(clients[3]->read_answer().ends_with("three"));
}

BOOST_AUTO_TEST_CASE(who_waits_too_long_is_told_so_and_who_went_away_does_no_harm) {
  Settings settings = test_settings();
  settings.write_timeout = std::chrono::milliseconds(200);
  Scene scene(settings);
  {
    const Client gone(scene.running.url);
    gone.send(Scene::request("/day/1/"));
    BOOST_REQUIRE(scene.is_ordered(1));
  }
  BOOST_TEST(has(ask(scene.running.url, Scene::request("/day/2/")), "503"));
  scene.deliver("/day/1/", "late");
  scene.deliver("/day/2/", "late");
  BOOST_TEST(has(ask(scene.running.url, std::string(last)), "200 OK"));
}

BOOST_AUTO_TEST_CASE(a_status_is_written_for_those_who_wait_and_anew_for_those_who_come) {
  Scene scene;
  const Client one(scene.running.url), two(scene.running.url);
  one.send(Scene::request("/status.json"));
  BOOST_REQUIRE(scene.is_ordered(1));
  two.send(Scene::request("/status.json?x"));
  BOOST_TEST(has(ask(scene.running.url, last), "200 OK"));  // others are served, and the second one waits by then
  scene.running.run([&] { scene.finish_status("{\"first\":1}"); });
  const std::string answer = one.read_answer();
  BOOST_TEST(has(answer, "no-store"));
  BOOST_TEST(answer.ends_with("{\"first\":1}"));
  BOOST_TEST(two.read_answer().ends_with("{\"first\":1}"));
  BOOST_TEST(scene.ordered == 1);
  one.send(Scene::request("/status.json"));
  BOOST_REQUIRE(scene.is_ordered(2));
  scene.running.run([&] { scene.finish_status(""); });
  BOOST_TEST(has(one.read_answer(), "500"));
}

BOOST_AUTO_TEST_CASE(what_nobody_writes_is_not_there) {
  Scene scene;
  BOOST_TEST(has(ask(scene.running.url, "GET /metrics HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"), "404"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rapporteur::serve
