// What hubs ask and bring: answers over a real socket, and what a body may cost.
#include "serve/callback.h"

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "serve/answer.h"
#include "unit/serve/running.h"

using namespace rapporteur::serve;

BOOST_AUTO_TEST_SUITE(callback_test)

namespace {

struct Heard {
  std::string token, query, content_type, signature, body;
  bool is_push = false;
};

// Knows the tokens that begin with "good", and "ended"; answers what it heard, to "good-late" when it is told to. Used
// on the server's thread, read after it ended.
struct Hearing {
  std::vector<Heard> heard;
  Callbacks::Told late;
  Live live() {
    Live live;
    live.callbacks.admit = [](std::string_view token) {
      return token.starts_with("good") ? 200 : token == "ended" ? 410 : 404;
    };
    live.callbacks.answer = [this](const CallbackRequest& request, const Callbacks::Told& told) {
      heard.push_back({std::string(request.token), std::string(request.query), std::string(request.content_type),
                       std::string(request.signature), std::string(request.body), request.is_push});
      if (request.token == "good-late")
        late = told;
      else if (!request.token.starts_with("good"))
        told({404, "There is no such subscription."});
      else
        told(request.is_push ? CallbackAnswer{202, ""} : CallbackAnswer{200, "challenge"});
    };
    return live;
  }
};

std::string post(const std::string& path, const std::string& body, const std::string& more = {}) {
  return "POST " + path +
         " HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + more +
         "\r\n" + body;
}

// Three bytes of nine.
std::string begun(const std::string& token) {
  return "POST /websub/callback/" + token + " HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Length: 9\r\n\r\nabc";
}

int status_of(const std::string& answer) { return answer.size() > 12 ? std::stoi(answer.substr(9, 3)) : 0; }

}  // namespace

BOOST_AUTO_TEST_CASE(targets_below_the_path_of_callbacks_have_a_token) {
  BOOST_TEST(token_of("/websub/callback/abc").value_or("-") == "abc");
  BOOST_TEST(token_of("/websub/callback/abc?hub.mode=x").value_or("-") == "abc");
  BOOST_TEST(token_of("http://h/websub/callback/abc").value_or("-") == "abc");
  BOOST_TEST(token_of("/websub/callback/").value_or("-") == "");
  for (const char* other : {"/websub", "/websub/", "/websub/callback", "/feed.atom", "*", ""})
    BOOST_TEST(!token_of(other).has_value(), other);
  BOOST_TEST(query_of("/a?b=c&d#e") == "b=c&d");
  BOOST_TEST(query_of("/a") == "");
}

BOOST_AUTO_TEST_CASE(a_verification_is_answered_with_the_challenge_as_plain_text) {
  Hearing hearing;
  std::string answer;
  {
    const Running running(test_settings(), 100, {}, hearing.live());
    answer = ask(running.url,
                 "GET /websub/callback/good?hub.mode=subscribe HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
  }
  BOOST_TEST(status_of(answer) == 200);
  BOOST_TEST(answer.find("Content-Type: text/plain; charset=utf-8\r\n") != std::string::npos);
  BOOST_TEST(answer.find("X-Content-Type-Options: nosniff\r\n") != std::string::npos);
  BOOST_TEST(answer.ends_with("\r\n\r\nchallenge"));
  BOOST_TEST_REQUIRE(hearing.heard.size() == 1u);
  BOOST_TEST(hearing.heard[0].query == "hub.mode=subscribe");
  BOOST_TEST(!hearing.heard[0].is_push);
}

BOOST_AUTO_TEST_CASE(what_a_hub_brings_arrives_whole_with_its_type_and_signature) {
  Hearing hearing;
  const std::string body = "<feed>" + std::string(100'000, 'x') + std::string("\0\r\n</feed>", 10);
  {
    const Running running(test_settings(), 100, {}, hearing.live());
    const std::string fields = "Content-Type: application/atom+xml\r\nx-hub-signature: sha256=00\r\n";
    BOOST_TEST(status_of(ask(running.url, post("/websub/callback/good", body, fields))) == 202);
  }
  BOOST_TEST_REQUIRE(hearing.heard.size() == 1u);
  BOOST_TEST(hearing.heard[0].is_push);
  BOOST_TEST((hearing.heard[0].body == body));
  BOOST_TEST(hearing.heard[0].content_type == "application/atom+xml");
  BOOST_TEST(hearing.heard[0].signature == "sha256=00");
}

BOOST_AUTO_TEST_CASE(a_body_in_chunks_and_in_pieces_arrives_whole_and_the_connection_goes_on) {
  Hearing hearing;
  {
    const Running running(test_settings(), 100, {}, hearing.live());
    const Client client(running.url);
    const std::string wire =
        "POST /websub/callback/good HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nHello\r\n7;x=y\r\n, "
        "world\r\n0\r\nTrailer: t\r\n\r\n";
    for (const char byte : wire) client.send(std::string_view(&byte, 1));
    BOOST_TEST(status_of(client.read_answer()) == 202);
    client.send(simple);
    BOOST_TEST(status_of(client.read_answer()) == 200);
    client.send("POST /websub/callback/good HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabc" + std::string(last));
    const std::string both = client.read_all();
    BOOST_TEST(status_of(both) == 202);
    BOOST_TEST(both.find("HTTP/1.1 200") != std::string::npos);
  }
  BOOST_TEST_REQUIRE(hearing.heard.size() == 2u);
  BOOST_TEST(hearing.heard[0].body == "Hello, world");
  BOOST_TEST(hearing.heard[1].body == "abc");
}

BOOST_AUTO_TEST_CASE(who_waits_to_be_told_to_go_on_is_told_and_only_with_a_good_token) {
  Hearing hearing;
  const Running running(test_settings(), 100, {}, hearing.live());
  const std::string fields = " HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n";
  const Client good(running.url);
  good.send("POST /websub/callback/good" + fields);
  BOOST_TEST(good.read_answer() == "HTTP/1.1 100 Continue\r\n\r\n");
  good.send("abc");
  BOOST_TEST(status_of(good.read_answer()) == 202);
  const Client bad(running.url);
  bad.send("POST /websub/callback/bad" + fields);
  BOOST_TEST(status_of(bad.read_answer()) == 404);
}

BOOST_AUTO_TEST_CASE(a_body_is_refused_before_it_is_read) {
  struct Row {
    std::string path;
    std::string fields;
    int status;
  };
  Settings settings = test_settings();
  settings.max_push = 1000;
  const Row rows[] = {
      {"/websub/callback/bad", "Content-Length: 1000000\r\n", 404},
      {"/websub/callback/", "Content-Length: 10\r\n", 404},
      {"/websub/callback/ended", "Content-Length: 10\r\n", 410},
      {"/websub/callback/good", "Content-Length: 1001\r\n", 413},
      {"/websub/callback/good", "Content-Length: 99999999999\r\n", 413},
      {"/websub", "Content-Length: 10\r\n", 413},
      {"/feed.atom", "Content-Length: 10\r\n", 413},
      {"/feed.atom", "Transfer-Encoding: chunked\r\n", 413},
  };
  Hearing hearing;
  const Running running(settings, 100, {}, hearing.live());
  for (const Row& row : rows)
    BOOST_TEST(status_of(ask(running.url, "POST " + row.path + " HTTP/1.1\r\nHost: t\r\n" + row.fields + "\r\n")) ==
                   row.status,
               row.path + " " + row.fields);
  // Nobody said how long it would be: cut off when it is too much.
  const std::string chunk = "200\r\n" + std::string(512, 'x') + "\r\n";
  BOOST_TEST(status_of(ask(running.url,
                           "POST /websub/callback/good HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: "
                           "chunked\r\n\r\n" +
                               chunk + chunk + "0\r\n\r\n")) == 413);
  BOOST_TEST(status_of(ask(running.url,
                           "POST /websub/callback/good HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: "
                           "chunked\r\n\r\nzz\r\n")) == 400);
  BOOST_TEST(hearing.heard.empty());
}

BOOST_AUTO_TEST_CASE(bodies_under_way_are_few_and_one_that_trickles_is_ended) {
  Settings settings = test_settings();
  settings.write_timeout = std::chrono::milliseconds(300);
  Hearing hearing;
  Running running(settings, 100, {}, hearing.live());
  std::vector<std::unique_ptr<Client>> slow;
  for (int i = 0; i < 5; ++i) {
    slow.push_back(std::make_unique<Client>(running.url));
    slow.back()->send(begun("good" + std::to_string(i)));
  }
  std::multiset<int> statuses;
  for (const auto& client : slow) statuses.insert(status_of(client->read_all()));
  BOOST_TEST((statuses == std::multiset<int>{408, 408, 408, 408, 503}));
  BOOST_TEST(status_of(ask(running.url, post("/websub/callback/good", "abc"))) == 202);  // all of them were let go
}

BOOST_AUTO_TEST_CASE(one_hub_that_trickles_takes_no_place_from_others) {
  Hearing hearing;
  const Running running(test_settings(), 100, {}, hearing.live());
  const Client greedy(running.url);
  greedy.send(
      "POST /websub/callback/good HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Length: 9\r\n"
      "Expect: 100-continue\r\n\r\n");
  BOOST_TEST(greedy.read_answer() == "HTTP/1.1 100 Continue\r\n\r\n");
  for (int i = 0; i < 10; ++i) BOOST_TEST(status_of(ask(running.url, begun("good"))) == 503);
  BOOST_TEST(status_of(ask(running.url, post("/websub/callback/good1", "abc"))) == 202);
  greedy.send("abcdefghi");  // whole: its place is free again
  BOOST_TEST(status_of(greedy.read_all()) == 202);
  BOOST_TEST(status_of(ask(running.url, post("/websub/callback/good", "abc"))) == 202);
}

BOOST_AUTO_TEST_CASE(what_a_hub_is_told_may_come_later) {
  Hearing hearing;
  Running running(test_settings(), 100, {}, hearing.live());
  const Client hub(running.url);
  const std::string question = "GET /websub/callback/good-late HTTP/1.1\r\nHost: t\r\n\r\n";
  const auto is_asked = [&] { return running.run([&] { return hearing.late != nullptr; }); };
  hub.send(question);
  while (!is_asked()) std::this_thread::yield();
  BOOST_TEST(ask(running.url, last).starts_with("HTTP/1.1 200"));  // nobody else waits
  running.run([&] { std::exchange(hearing.late, nullptr)({200, "challenge"}); });
  const std::string answer = hub.read_answer();
  BOOST_TEST(status_of(answer) == 200);
  BOOST_TEST(answer.ends_with("\r\n\r\nchallenge"));
  hub.send(simple);
  BOOST_TEST(hub.read_answer().starts_with("HTTP/1.1 200"));
  {
    const Client impatient(running.url);
    impatient.send(question);
    while (!is_asked()) std::this_thread::yield();
  }
  running.run([&] { hearing.late({503, "Later."}); });  // nobody hears it
  BOOST_TEST(ask(running.url, last).starts_with("HTTP/1.1 200"));
}

BOOST_AUTO_TEST_CASE(a_hub_that_leaves_in_the_middle_of_a_body_is_let_go) {
  Hearing hearing;
  Running running(test_settings(), 100, {}, hearing.live());
  for (int i = 0; i < 20; ++i) {
    const Client client(running.url);
    client.send("POST /websub/callback/good HTTP/1.1\r\nHost: t\r\nContent-Length: 9\r\n\r\nabc");
    client.shut_sending();
    BOOST_TEST(client.read_all() == "");
  }
  BOOST_TEST(status_of(ask(running.url, post("/websub/callback/good", "abc"))) == 202);
}

BOOST_AUTO_TEST_CASE(other_methods_are_refused_and_without_subscriptions_there_is_no_callback) {
  Hearing hearing;
  {
    const Running running(test_settings(), 100, {}, hearing.live());
    const std::string answer =
        ask(running.url, "DELETE /websub/callback/good HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
    BOOST_TEST(status_of(answer) == 405);
    BOOST_TEST(answer.find("Allow: GET, POST\r\n") != std::string::npos);
  }
  const Running running(test_settings());
  BOOST_TEST(status_of(ask(running.url,
                           "GET /websub/callback/good HTTP/1.1\r\nHost: t\r\nConnection: "
                           "close\r\n\r\n")) == 404);
  BOOST_TEST(status_of(ask(running.url, post("/websub/callback/good", "abc"))) == 413);
}

BOOST_AUTO_TEST_SUITE_END()
