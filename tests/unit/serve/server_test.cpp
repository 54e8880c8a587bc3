// The server over real sockets on loopback and in the file system: one thread runs it, the test's thread is the client.
// Limits are set so short that a case takes a fraction of a second; what is asserted is what happens, not how fast.
#include "serve/server.h"

#include <sys/resource.h>

#include "running.h"
#include "serve/listener.h"

namespace rapporteur::serve {

namespace {

// While it lives the process can open nothing; its client's socket was made before. What is closed can be used again.
struct NoMoreDescriptors {
  explicit NoMoreDescriptors(const std::string& url) : client(std::make_unique<Client>(url, Client::Unconnected())) {
    BOOST_REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    const int next = ::dup(0);
    ::close(next);
    rlimit none = before;
    none.rlim_cur = static_cast<rlim_t>(next);
    BOOST_REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  }
  ~NoMoreDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before); }

  std::unique_ptr<Client> client;
  rlimit before{};
};

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(server_test)

BOOST_AUTO_TEST_CASE(a_connection_serves_one_request_after_the_other) {
  Running running(test_settings());
  const Client client(running.url);
  for (int i = 0; i < 40; ++i) {
    client.send(simple);
    const std::string answer = client.read_answer();
    BOOST_TEST(answer.starts_with("HTTP/1.1 200 OK\r\nDate: Fri, 01 Dec 2017 09:00:00 GMT\r\n"));
    BOOST_TEST(answer.ends_with(std::string(100, 'x')));
  }
  BOOST_TEST(running.connections() == 1u);
}

BOOST_AUTO_TEST_CASE(pipelined_requests_are_answered_in_order) {
  Running running(test_settings());
  std::string requests;
  for (int i = 0; i < 50; ++i)
    requests += i % 2 == 0 ? std::string(simple) : "HEAD /nothing" + std::to_string(i) + " HTTP/1.1\r\nHost: t\r\n\r\n";
  requests += last;
  const std::string answers = ask(running.url, requests);
  BOOST_TEST(count(answers, "HTTP/1.1 200 OK") == 26u);
  BOOST_TEST(count(answers, "HTTP/1.1 404 Not Found") == 25u);
  BOOST_TEST(count(answers, std::string(100, 'x')) == 26u);
  BOOST_TEST(answers.find("404") > answers.find("200"));
}

BOOST_AUTO_TEST_CASE(requests_in_pieces_of_one_byte_are_read) {
  Running running(test_settings());
  const Client client(running.url);
  for (const char byte : std::string("\r\n") + std::string(last)) client.send({&byte, 1});
  BOOST_TEST(client.read_all().starts_with("HTTP/1.1 200 OK"));
}

BOOST_AUTO_TEST_CASE(who_stops_sending_still_gets_the_answers) {
  Running running(test_settings(), 3000000);
  const Client client(running.url);
  client.send(std::string(simple) + std::string(simple));
  client.shut_sending();
  const std::string answers = client.read_all();
  BOOST_TEST(count(answers, "HTTP/1.1 200 OK") == 2u);
  BOOST_TEST(answers.size() > 6000000u);
}

BOOST_AUTO_TEST_CASE(http_1_0_closes_unless_asked_to_stay) {
  Running running(test_settings());
  const std::string answer = ask(running.url, "GET /feed.atom HTTP/1.0\r\n\r\n");
  BOOST_TEST(answer.starts_with("HTTP/1.1 200 OK"));
  BOOST_TEST(answer.find("Connection: close\r\n") != std::string::npos);
  const Client client(running.url);
  client.send("GET /feed.atom HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  BOOST_TEST(client.read_answer().find("Connection: keep-alive\r\n") != std::string::npos);
  client.send("GET /feed.atom HTTP/1.0\r\n\r\n");
  BOOST_TEST(client.read_all().starts_with("HTTP/1.1 200 OK"));
}

BOOST_AUTO_TEST_CASE(what_is_too_much_or_wrong_is_refused_and_the_connection_ends) {
  Running running(test_settings());
  const std::string head = "GET /feed.atom HTTP/1.1\r\nHost: t\r\n";
  const std::pair<std::string, const char*> rows[] = {
      {head + "X: " + std::string(20000, 'a') + "\r\n\r\n", "431"},
      {head + "X: " + std::string(15000, 'a') + "\r\nConnection: close\r\n\r\n", "200"},
      {"GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: t\r\n\r\n", "414"},
      {"GET /" + std::string(12000, 'a'), "414"},
      {"GET /" + std::string(8000, 'a') + " HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n", "404"},
      {"GET /feed.atom HTTP/1.1\r\n\r\n", "400"},
      {"GET /feed.atom HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"},
      {"GET /feed.atom HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nhello", "413"},
      {"POST /feed.atom HTTP/1.1\r\nHost: t\r\nContent-Length: 99999999999\r\n\r\n", "413"},
      {"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "413"},
      {"POST / HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n", "413"},
      {"GET / HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "400"},
      {head + "Expect: a miracle\r\n\r\n", "417"},
      {head + "Expect: 100-continue\r\nConnection: close\r\n\r\n", "200"},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505"},
      {"GET / HTTP/1.9\r\nHost: t\r\n\r\n", "505"},
      {"\x16\x03\x01\x02\x01\xfc\x03\x03 nonsense\r\n\r\n", "400"},
      {head + "no colon here\r\n\r\n", "400"},
  };
  for (const auto& [request, status] : rows) {
    const std::string answer = ask(running.url, request);
    BOOST_TEST(answer.starts_with(std::string("HTTP/1.1 ") + status), request.substr(0, 60)
                                                                          << " got " << answer.substr(0, 60));
    BOOST_TEST(!answer.ends_with("TIMEOUT"), request.substr(0, 60));
    BOOST_TEST(!answer.ends_with("RESET"), request.substr(0, 60));
  }
}

BOOST_AUTO_TEST_CASE(a_header_that_trickles_in_is_cut_off) {
  Settings settings = test_settings();
  settings.header_timeout = std::chrono::milliseconds(200);
  Running running(settings);
  const Client client(running.url);
  client.send("GET /feed.atom HTTP/1.1\r\n");
  std::thread trickle([&client] {
    for (int i = 0; i < 40; ++i) {
      client.send("X: y\r\n");
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  });
  const std::string answer = client.read_all();
  trickle.join();
  BOOST_TEST(answer.starts_with("HTTP/1.1 408 Request Timeout"));
  BOOST_TEST(running.comes_down_to(0));
}

BOOST_AUTO_TEST_CASE(a_connection_without_requests_is_closed_quietly) {
  Settings settings = test_settings();
  settings.idle_timeout = std::chrono::milliseconds(100);
  Running running(settings);
  const Client silent(running.url), served(running.url);
  served.send(simple);
  BOOST_TEST(served.read_answer().starts_with("HTTP/1.1 200 OK"));
  BOOST_TEST(silent.read_all() == "");
  BOOST_TEST(served.read_all() == "");
}

BOOST_AUTO_TEST_CASE(a_reader_that_takes_nothing_is_dropped_and_others_are_not) {
  Settings settings = test_settings();
  settings.write_timeout = std::chrono::milliseconds(200);
  Running running(settings, 20000000);
  const Client stalled(running.url, 4096);
  for (int i = 0; i < 10; ++i) stalled.send(simple);
  const Client good(running.url);
  good.send(last);
  BOOST_TEST(good.read_all().size() > 20000000u);
  BOOST_TEST(running.comes_down_to(0));
}

// 20 MB a second, so that there is progress all the time; whether that is too slow is the setting's word.
BOOST_AUTO_TEST_CASE(a_reader_of_drips_loses_its_place_and_a_slow_one_does_not) {
  struct Row {
    std::size_t slowest_reader, body, requests;
    bool is_whole;
  };
  const Row rows[] = {{Settings().slowest_reader, 20'000'000, 1, true},
                      {std::size_t{1} << 30, 20'000'000, 1, false},
                      {std::size_t{1} << 30, 500'000, 40, false}};
  for (const Row& row : rows) {
    Settings settings = test_settings();
    settings.write_timeout = std::chrono::milliseconds(400);
    settings.slowest_reader = row.slowest_reader;
    Running running(settings, row.body);
    const Client client(running.url, 4096);
    for (std::size_t i = 1; i < row.requests; ++i) client.send(simple);
    client.send(last);
    std::size_t got = 0;
    for (std::size_t more = 1; more > 0; got += more) {
      more = client.read(100'000).size();
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    BOOST_TEST((got > row.body * row.requests) == row.is_whole, got);
  }
}

BOOST_AUTO_TEST_CASE(a_hundred_connections_at_once_are_all_served) {
  Running running(test_settings(), 50000);
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 100; ++i) clients.push_back(std::make_unique<Client>(running.url));
  for (const auto& client : clients) client->send(last);
  for (const auto& client : clients) BOOST_TEST(client->read_all().ends_with(std::string(50000, 'x')));
  clients.clear();
  BOOST_TEST(running.comes_down_to(0));
}

BOOST_AUTO_TEST_CASE(beyond_the_limit_the_longest_idle_makes_room) {
  Settings settings = test_settings();
  settings.max_connections = 3;
  Running running(settings);
  const Client oldest(running.url), second(running.url), third(running.url);
  for (const Client* client : {&oldest, &second, &third, &second, &third}) {
    client->send(simple);
    BOOST_TEST(client->read_answer().starts_with("HTTP/1.1 200 OK"));
  }
  const Client fourth(running.url);
  fourth.send(simple);
  BOOST_TEST(fourth.read_answer().starts_with("HTTP/1.1 200 OK"));
  BOOST_TEST(oldest.read_all() == "");
  second.send(simple);
  BOOST_TEST(second.read_answer().starts_with("HTTP/1.1 200 OK"));
  BOOST_TEST(running.connections() == 3u);
}

BOOST_AUTO_TEST_CASE(beyond_the_limit_with_nobody_idle_the_newcomer_is_told_so) {
  Settings settings = test_settings();
  settings.max_connections = 2;
  Running running(settings, 20000000);
  const Client first(running.url, 4096), second(running.url, 4096);
  for (const Client* client : {&first, &second}) client->send(simple);
  for (const Client* client : {&first, &second}) BOOST_REQUIRE(client->read(1) == "H");  // in the middle of an answer
  const std::string answer = ask(running.url, "");
  BOOST_TEST(answer.starts_with("HTTP/1.1 503 Service Unavailable"));
  BOOST_TEST(answer.find("Retry-After: 5\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(without_descriptors_an_idle_reader_makes_room) {
  Running running(test_settings());
  const Client idle(running.url);
  idle.send(simple);
  BOOST_TEST(idle.read_answer().starts_with("HTTP/1.1 200 OK"));
  const NoMoreDescriptors shortage(running.url);
  shortage.client->connect(running.url);
  shortage.client->send(simple);
  BOOST_TEST(shortage.client->read_answer().starts_with("HTTP/1.1 200 OK"));
  BOOST_TEST(idle.read_all() == "");
}

BOOST_AUTO_TEST_CASE(without_descriptors_and_nobody_idle_the_reserve_says_no_and_service_returns) {
  Running running(test_settings());
  {
    const NoMoreDescriptors shortage(running.url);
    shortage.client->connect(running.url);
    BOOST_TEST(shortage.client->read_all().starts_with("HTTP/1.1 503 Service Unavailable"));
  }
  BOOST_TEST(ask(running.url, last).starts_with("HTTP/1.1 200 OK"));
}

BOOST_AUTO_TEST_CASE(a_new_edition_is_served_at_once_and_the_old_one_ends_well) {
  Running running(test_settings(), 20000000);
  const Client slow(running.url, 4096);
  slow.send(last);
  const Client other(running.url);
  other.send(simple);
  BOOST_TEST(other.read_answer().size() > 20000000u);
  running.run([&] { running.server.shelve(edition_of(5)); });
  other.send(simple);
  BOOST_TEST(other.read_answer().ends_with("\r\n\r\nxxxxx"));
  BOOST_TEST(slow.read_all().size() > 20000000u);
}

BOOST_AUTO_TEST_CASE(stopping_lets_an_answer_finish_and_closes_the_idle) {
  Running running(test_settings(), 20000000);
  const Client idle(running.url), reading(running.url, 4096);
  reading.send(simple);
  BOOST_REQUIRE(reading.read(1) == "H");
  running.run([&] { running.server.stop(std::chrono::seconds(10)); });
  BOOST_TEST(idle.read_all() == "");
  const std::string answer = reading.read_all();
  BOOST_TEST(answer.size() > 20000000u);
  BOOST_TEST(!answer.ends_with("TIMEOUT"));
  BOOST_TEST(running.comes_down_to(0));
  BOOST_TEST(running.run([&] { return running.server.urls().size(); }) == 0u);
}

BOOST_AUTO_TEST_CASE(after_the_grace_everything_is_closed) {
  Running running(test_settings(), 20000000);
  const Client stalled(running.url, 4096);
  stalled.send(simple);
  BOOST_REQUIRE(stalled.read(1) == "H");
  running.run([&] { running.server.stop(std::chrono::milliseconds(50)); });
  BOOST_TEST(running.comes_down_to(0));
}

BOOST_AUTO_TEST_CASE(a_unix_socket_serves_as_well) {
  char name[] = "/tmp/rapporteur-server-XXXXXX";
  const std::string folder = ::mkdtemp(name);
  Settings settings = test_settings();
  settings.listen = {"unix:" + folder + "/http.sock"};
  {
    Running running(settings);
    BOOST_TEST(running.url == "unix:" + folder + "/http.sock");
    BOOST_TEST(ask(running.url, last).starts_with("HTTP/1.1 200 OK"));
  }
  BOOST_TEST(::rmdir(folder.c_str()) == 0);  // the socket is gone
}

BOOST_AUTO_TEST_CASE(a_passed_descriptor_comes_first_and_replaces_its_address) {
  auto opened = open_listeners("127.0.0.1:0");
  BOOST_REQUIRE(opened.has_value());
  const std::string url = opened->front().url();
  const int passed = ::dup(opened->front().descriptor());
  opened->clear();
  Settings settings = test_settings();
  settings.listen = {url.substr(7), "127.0.0.1:0"};
  Running running(settings, 100, {passed});
  BOOST_TEST(running.url == url);
  BOOST_TEST(running.run([&] { return running.server.urls().size(); }) == 2u);
  BOOST_TEST(ask(running.url, last).starts_with("HTTP/1.1 200 OK"));
}

BOOST_AUTO_TEST_CASE(all_faults_of_listening_are_told_together) {
  const auto taken = open_listeners("127.0.0.1:0");
  BOOST_REQUIRE(taken.has_value());
  Settings settings;
  settings.listen = {taken->front().url().substr(7), "nonsense", "127.0.0.1:0"};
  boost::asio::io_context io;
  FixedClock clock;
  Server server(io.get_executor(), clock, settings, {});
  const auto listening = server.listen({});
  BOOST_REQUIRE(!listening.has_value());
  BOOST_TEST(listening.error().text.find(settings.listen[0]) != std::string::npos);
  BOOST_TEST(listening.error().text.find("nonsense") != std::string::npos);
  BOOST_TEST(count(listening.error().text, "\n") == 1u);
  BOOST_TEST(server.urls().empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rapporteur::serve
