#include "fetch/client.h"

#include <brotli/encode.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <thread>

#include "unit/fetch/asking.h"

using namespace rapporteur;
using namespace rapporteur::fetch;
using base::Outcome;
using test::Answer;
using test::Seen;

namespace {

std::string brotli(std::string_view bytes) {
  std::string out(bytes.size() + 1000, '\0');
  auto size = out.size();
  BrotliEncoderCompress(5, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_GENERIC, bytes.size(),
                        reinterpret_cast<const std::uint8_t*>(bytes.data()), &size,
                        reinterpret_cast<std::uint8_t*>(out.data()));
  out.resize(size);
  return out;
}

struct StatusRow {
  int status;
  Outcome outcome;
  const char* reason;
};

const StatusRow statuses[] = {
    {200, Outcome::fresh, ""},
    {203, Outcome::fresh, ""},
    {204, Outcome::fresh, ""},
    {202, Outcome::refused, "HTTP 202 Accepted"},
    {206, Outcome::refused, "HTTP 206 Partial Content"},
    {226, Outcome::refused, "HTTP 226 IM Used"},
    {300, Outcome::refused, "HTTP 300 Multiple Choices"},
    {304, Outcome::failed, "HTTP 304 Not Modified to a request without validators"},
    {401, Outcome::refused, "HTTP 401 Unauthorized"},
    {403, Outcome::refused, "HTTP 403 Forbidden"},
    {404, Outcome::refused, "HTTP 404 Not Found"},
    {410, Outcome::gone, "HTTP 410 Gone"},
    {429, Outcome::refused, "HTTP 429 Too Many Requests"},
    {500, Outcome::refused, "HTTP 500 Internal Server Error"},
    {503, Outcome::refused, "HTTP 503 Service Unavailable"},
    {599, Outcome::refused, "HTTP 599"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(client_test)

BOOST_AUTO_TEST_CASE(p11_p12_p37_p38_a_request_says_who_asks_and_nothing_needless) {
  Asking asking;
  asking.server.route("/feed", Answer(200, "<rss/>").header("Set-Cookie", "id=1; Path=/"));
  asking.get(asking.server.url("/feed?b=2&a=1&&c=%2f;d#part"));
  asking.get(asking.server.url("/feed"));
  const auto seen = asking.server.seen();
  BOOST_TEST_REQUIRE(seen.size() == 2);
  BOOST_TEST(seen[0].method == "GET");
  BOOST_TEST(seen[0].target == "/feed?b=2&a=1&&c=%2f;d");
  BOOST_TEST(seen[0].header("User-Agent") == "rapporteur/" RAPPORTEUR_VERSION " (+https://example.org/bot)");
  const auto accept = seen[0].header("Accept");
  BOOST_TEST(accept.starts_with("application/atom+xml"));
  BOOST_TEST(accept.find("*/*") == accept.rfind(',') + 1);
  for (const auto* coding : {"gzip", "br", "zstd"})
    BOOST_TEST(seen[0].header("Accept-Encoding").find(coding) != std::string::npos, coding);
  for (const auto& one : seen)
    for (const auto* name : {"Cookie", "Referer", "If-None-Match", "If-Modified-Since", "Authorization", "Range"})
      BOOST_TEST(!one.has(name), name);
}

// Line for line: nothing twice, nothing needless, and at each hop the same.
BOOST_AUTO_TEST_CASE(a_request_is_these_lines_and_no_others) {
  using Lines = std::vector<std::pair<std::string, std::string>>;
  Asking asking;
  asking.server.route("/moved", Answer::redirect(302, "/feed"));
  asking.server.route("/feed", Answer(200, "x"));
  const std::string host = "127.0.0.1:" + std::to_string(asking.server.port());
  const std::pair<std::string, std::string> agent{"User-Agent",
                                                  "rapporteur/" RAPPORTEUR_VERSION " (+https://example.org/bot)"},
      accept{
          "Accept",
          "application/atom+xml,application/rss+xml,application/rdf+xml,application/feed+json,application/xml,text/xml,"
          "*/*;q=0.1"},
      coding{"Accept-Encoding", "gzip,br,zstd"};
  const auto last = [&] { return asking.server.seen().back().headers; };
  const Lines plain{{"Host", host}, agent, accept, coding};
  auto request = Asking::request(asking.server.url("/moved"));
  request.known = {Asking::known(request.url, "\"1\"", "then")};
  asking.get(request);
  BOOST_TEST((asking.server.seen().at(0).headers ==
              Lines{{"Host", host}, {"If-None-Match", "\"1\""}, {"If-Modified-Since", "then"}, agent, accept, coding}));
  BOOST_TEST((asking.server.seen().at(1).headers == plain));
  asking.get(asking.server.url("/feed"));
  BOOST_TEST((last() == plain));
  request = Asking::request(asking.server.url("/feed"));
  request.headers = {{"user-agent", "Own/1"}, {"ACCEPT", "text/html"}, {"X-More", ""}};
  request.accept = "text/plain";
  asking.get(request);
  BOOST_TEST(
      (last() == Lines{{"Host", host}, {"user-agent", "Own/1"}, {"ACCEPT", "text/html"}, {"X-More", ""}, coding}));
  request.headers = {{"Accept-Encoding", "identity"}, {"Accepted", "x"}};
  asking.get(request);
  BOOST_TEST(
      (last() ==
       Lines{{"Host", host}, {"Accept-Encoding", "identity"}, {"Accepted", "x"}, agent, {"Accept", "text/plain"}}));
  request.headers = {{"User-Agent", ""}};
  request.accept.clear();
  asking.get(request);
  BOOST_TEST((last() == Lines{{"Host", host}, {"User-Agent", ""}, accept, coding}));
  asking.get(asking.server.url("/feed"));
  BOOST_TEST((last() == plain));
}

BOOST_AUTO_TEST_CASE(the_user_agent_can_be_replaced) {
  auto settings = Asking::settings();
  settings.user_agent = "Special/1";
  Asking asking(settings);
  asking.get(asking.server.url("/"));
  settings.user_agent = "bad\r\nX-Evil: 1";
  asking.client->configure(settings);
  asking.get(asking.server.url("/"));
  BOOST_TEST(asking.server.seen().at(0).header("User-Agent") == "Special/1");
  BOOST_TEST(asking.server.seen().at(1).header("User-Agent").starts_with("rapporteur/"));
  BOOST_TEST(!asking.server.seen().at(1).has("X-Evil"));
}

BOOST_AUTO_TEST_CASE(p2_p3_p4_p5_known_validators_are_echoed_byte_for_byte) {
  Asking asking;
  asking.server.otherwise([](const Seen&) { return Answer(304); });
  const auto url = asking.server.url("/feed");
  using Text = std::optional<std::string>;
  const std::vector<std::pair<Text, Text>> pairs = {
      {std::nullopt, std::nullopt},
      {"\"x\"", std::nullopt},
      {std::nullopt, "Tue,  1 Jul 2003 nonsense"},
      {"W/\"a,b\"", "Tue, 01 Jul 2003 10:52:37 GMT"},
      {"unquoted", "0"},
      {"\"caf\xc3\xa9 \xe9\"", "yesterday"},
  };
  for (const auto& [etag, modified] : pairs) {
    asking.server.forget();
    auto request = Asking::request(url);
    request.known = {Asking::known(asking.server.url("/other"), "\"other\"", "other"),
                     Asking::known(url, etag, modified)};
    const auto reply = asking.get(std::move(request));
    const auto seen = asking.server.seen().at(0);
    BOOST_TEST(seen.has("If-None-Match") == etag.has_value());
    BOOST_TEST(seen.has("If-Modified-Since") == modified.has_value());
    BOOST_TEST(seen.header("If-None-Match") == etag.value_or(""));
    BOOST_TEST(seen.header("If-Modified-Since") == modified.value_or(""));
    BOOST_TEST((reply.outcome == (etag || modified ? Outcome::unchanged : Outcome::failed)));
  }
}

BOOST_AUTO_TEST_CASE(a_validator_with_a_line_break_is_not_sent) {
  Asking asking;
  auto request = Asking::request(asking.server.url("/feed"));
  request.known = {Asking::known(request.url, "\"a\"\r\nX-Evil: 1", std::nullopt)};
  request.headers = {{"X-Own", "a\r\nX-Evil: 1"}};
  asking.get(std::move(request));
  BOOST_TEST(!asking.server.seen().at(0).has("X-Evil"));
  BOOST_TEST(!asking.server.seen().at(0).has("If-None-Match"));
}

BOOST_AUTO_TEST_CASE(p9_every_hop_keeps_the_validators_it_sent) {
  Asking asking;
  asking.server.route("/a", Answer::redirect(302, "/b").header("ETag", "\"of a\""));
  asking.server.route("/b", Answer(200, "x").header("ETag", "\"of b\"").header("Last-Modified", "then"));
  auto request = Asking::request(asking.server.url("/a"));
  request.known = {Asking::known(asking.server.url("/a"), "\"old a\"", std::nullopt)};
  const auto reply = asking.get(std::move(request));
  BOOST_TEST(asking.server.seen("/a").at(0).header("If-None-Match") == "\"old a\"");
  BOOST_TEST(!asking.server.seen("/b").at(0).has("If-None-Match"));
  BOOST_TEST_REQUIRE(reply.hops.size() == 2);
  BOOST_TEST(reply.hops[0].status == 302);
  BOOST_TEST(reply.hops[0].validators.etag.value() == "\"of a\"");
  BOOST_TEST(reply.hops[1].status == 200);
  BOOST_TEST(reply.hops[1].validators.etag.value() == "\"of b\"");
  BOOST_TEST(reply.hops[1].validators.last_modified.value() == "then");
  BOOST_TEST(reply.final_url() == asking.server.url("/b"));
  request = Asking::request(asking.server.url("/a"));
  request.known = {Asking::known(asking.server.url("/b"), "\"of b\"", "then")};
  asking.get(std::move(request));
  BOOST_TEST(!asking.server.seen("/a").at(1).has("If-None-Match"));
  BOOST_TEST(asking.server.seen("/b").at(1).header("If-None-Match") == "\"of b\"");
}

BOOST_AUTO_TEST_CASE(each_status_has_its_outcome) {
  Asking asking;
  for (const auto& row : statuses) {
    BOOST_TEST_CONTEXT(row.status) {
      asking.server.route("/s", Answer(row.status, row.status == 204 || row.status == 304 ? "" : "text"));
      const auto reply = asking.get(asking.server.url("/s"));
      BOOST_TEST(base::to_string(reply.outcome) == base::to_string(row.outcome));
      BOOST_TEST(reply.status == row.status);
      BOOST_TEST(reply.reason == row.reason);
      const bool has_body =
          row.outcome == Outcome::fresh || row.outcome == Outcome::refused || row.outcome == Outcome::gone;
      BOOST_TEST(reply.body == (has_body && row.status != 204 ? "text" : ""));
      BOOST_TEST((reply.started == asking.clock.now()));
    }
  }
}

BOOST_AUTO_TEST_CASE(facts_of_the_answer_come_along) {
  Asking asking;
  asking.server.route("/feed", Answer(200, "12345", "text/xml; charset=koi8-r")
                                   .header("Content-Language", "ru")
                                   .header("Cache-Control", "max-age=7200")
                                   .header("Age", "200"));
  const auto reply = asking.get(asking.server.url("/feed"));
  BOOST_TEST(reply.content_type == "text/xml; charset=koi8-r");
  BOOST_TEST(reply.content_language == "ru");
  BOOST_TEST(reply.wire_bytes == 5);
  BOOST_TEST((reply.hints.max_age == std::chrono::seconds(7000)));
  BOOST_TEST(reply.challenge.empty());
  BOOST_TEST((reply.lease != nullptr));
}

BOOST_AUTO_TEST_CASE(an_unchanged_answer_has_hints_and_validators_too) {
  Asking asking;
  asking.server.route("/feed", Answer(304).header("ETag", "\"2\"").header("Cache-Control", "max-age=7200"));
  auto request = Asking::request(asking.server.url("/feed"));
  request.known = {Asking::known(request.url, "\"1\"", std::nullopt)};
  const auto reply = asking.get(std::move(request));
  BOOST_TEST((reply.outcome == Outcome::unchanged));
  BOOST_TEST((reply.hints.max_age == std::chrono::hours(2)));
  BOOST_TEST(reply.hops.back().validators.etag.value() == "\"2\"");
}

BOOST_AUTO_TEST_CASE(a_refusal_may_ask_for_patience_and_name_a_challenge) {
  Asking asking;
  asking.server.route("/busy", Answer(503, "later").header("Retry-After", "172800"));
  asking.server.route("/wall", Answer(403, "prove it").header("CF-Mitigated", "challenge"));
  asking.server.route("/captcha", Answer(405, std::string(100'000, '-')).header("x-amzn-waf-action", "captcha"));
  asking.server.route("/page", Answer(403, "<p>why</p>" + std::string(40'000, '-')));
  asking.server.route("/moved", Answer::redirect(302, "/calm").header("Retry-After", "600"));
  asking.server.route("/calm", Answer(200, "x"));
  BOOST_TEST((asking.get(asking.server.url("/busy")).hints.retry_after == std::chrono::hours(48)));
  const auto wall = asking.get(asking.server.url("/wall"));
  BOOST_TEST(wall.challenge == "cf-mitigated: challenge");
  BOOST_TEST(wall.reason == "HTTP 403 Forbidden (cf-mitigated: challenge)");
  BOOST_TEST(wall.body == "prove it");
  BOOST_TEST(asking.get(asking.server.url("/captcha")).reason ==
             "HTTP 405 Method Not Allowed (x-amzn-waf-action: captcha)");
  const auto page = asking.get(asking.server.url("/page"));
  BOOST_TEST(page.body.starts_with("<p>why</p>"));
  BOOST_TEST(page.body.size() == 16'384u);  // its beginning says who refuses
  BOOST_TEST(!page.certificate_until);      // no TLS
  BOOST_TEST((asking.get(asking.server.url("/moved")).hints.retry_after == std::chrono::minutes(10)));
}

BOOST_AUTO_TEST_CASE(p21_retry_after_arrives_uncut_for_the_schedule_to_judge) {
  Asking asking;
  asking.server.route("/", Answer(429).header("Retry-After", "2592000"));
  BOOST_TEST((asking.get(asking.server.url("/")).hints.retry_after == std::chrono::hours(24 * 30)));
}

BOOST_AUTO_TEST_CASE(p23_what_each_answer_on_the_way_asks_for_is_told_apart) {
  Asking asking;
  asking.server.route("/", Answer::redirect(302, "/busy").header("Retry-After", "604800"));
  asking.server.route("/busy", Answer(429).header("Retry-After", "60"));
  const auto reply = asking.get(asking.server.url("/"));
  BOOST_TEST_REQUIRE(reply.hops.size() == 2u);
  BOOST_TEST((reply.hops[0].retry_after == std::chrono::hours(24 * 7)));
  BOOST_TEST((reply.hops[1].retry_after == std::chrono::seconds(60)));
  BOOST_TEST((reply.hints.retry_after == std::chrono::hours(24 * 7)));  // the source waits for the longest
}

BOOST_AUTO_TEST_CASE(p40_no_delta_is_asked_for_since_226_is_not_read) {
  Asking asking;
  asking.server.route("/", Answer(226, "<rss/>").header("IM", "feed"));
  auto request = Asking::request(asking.server.url("/"));
  request.known = {Asking::known(request.url, "\"a\"", std::nullopt)};
  BOOST_TEST((asking.get(std::move(request)).outcome == Outcome::refused));
  BOOST_TEST(!asking.server.seen().at(0).has("A-IM"));
}

BOOST_AUTO_TEST_CASE(compressed_bodies_arrive_decoded) {
  Asking asking;
  std::string text;
  for (int i = 0; i < 20000; ++i) text += "line " + std::to_string(i) + "\n";
  asking.server.route("/gzip", Answer(200, test::gzip(text)).header("Content-Encoding", "gzip"));
  asking.server.route("/br", Answer(200, brotli(text)).header("Content-Encoding", "br").chunked(777));
  // One zstd frame of one raw block (RFC 8878): magic, descriptor, window, block header, the block.
  const std::string zstd("\x28\xb5\x2f\xfd\x00\x58\x29\x00\x00hello", 14);
  asking.server.route("/zstd", Answer(200, zstd).header("Content-Encoding", "zstd"));
  const auto reply = asking.get(asking.server.url("/gzip"));
  BOOST_TEST((reply.body == text));
  BOOST_TEST(reply.wire_bytes < text.size() / 2);
  BOOST_TEST((asking.get(asking.server.url("/br")).body == text));
  BOOST_TEST(asking.get(asking.server.url("/zstd")).body == "hello");
}

BOOST_AUTO_TEST_CASE(a_chain_of_permanent_redirects_is_a_permanent_move) {
  Asking asking;
  asking.server.route("/1", Answer::redirect(301, "/2"));
  asking.server.route("/2", Answer::redirect(308, "/end"));
  asking.server.route("/3", Answer::redirect(301, "/4"));
  asking.server.route("/4", Answer::redirect(307, "/end"));
  asking.server.route("/5", Answer::redirect(302, "/2"));
  asking.server.route("/end", Answer(200, "x"));
  const auto url = [&](const char* path) { return asking.server.url(path); };
  BOOST_TEST(asking.get(url("/1")).is_permanent_move);
  BOOST_TEST(asking.get(url("/2")).is_permanent_move);
  BOOST_TEST(!asking.get(url("/3")).is_permanent_move);
  BOOST_TEST(!asking.get(url("/5")).is_permanent_move);
  BOOST_TEST(!asking.get(url("/end")).is_permanent_move);
  BOOST_TEST(asking.get(url("/1")).final_url() == url("/end"));
}

BOOST_AUTO_TEST_CASE(redirects_that_lead_nowhere_fail_and_end) {
  Asking asking;
  asking.server.route("/loop", Answer::redirect(302, "/pool"));
  asking.server.route("/pool", Answer::redirect(302, "/loop"));
  asking.server.route("/self", Answer::redirect(301, "/self"));
  asking.server.route("/ftp", Answer::redirect(302, "ftp://127.0.0.1/feed"));
  asking.server.route("/file", Answer::redirect(302, "file:///etc/passwd"));
  asking.server.route("/bare", Answer(302));
  asking.server.otherwise([](const Seen& seen) { return Answer::redirect(302, seen.target + "x"); });
  for (const auto* path : {"/loop", "/self", "/ftp", "/file", "/bare", "/ever"}) {
    BOOST_TEST_CONTEXT(path) {
      const auto reply = asking.get(asking.server.url(path));
      BOOST_TEST((reply.outcome == Outcome::failed));
      BOOST_TEST(reply.failure == Failure::redirect);
      BOOST_TEST(!reply.is_permanent_move);
      BOOST_TEST(!reply.reason.empty());
    }
  }
  BOOST_TEST(asking.server.count("/loop") == 1);
  BOOST_TEST(asking.server.count("/self") == 1);
  BOOST_TEST(asking.server.seen().size() == 2 + 1 + 1 + 1 + 1 + 6);
}

// What the redirect said is not what its target said: no answer is status 0 (P29 asks for it).
BOOST_AUTO_TEST_CASE(a_redirect_to_where_nobody_answers_is_no_answer) {
  Asking asking;
  asking.server.route("/gone", Answer::redirect(301, "http://no-such-host.invalid/"));
  asking.server.route("/cut", Answer::redirect(301, "/silent"));
  asking.server.route("/silent", Answer::raw(""));
  const Reply gone = asking.get(asking.server.url("/gone"));
  BOOST_TEST(gone.failure == Failure::resolve);
  BOOST_TEST(gone.status == 0);
  BOOST_TEST(gone.hops.at(0).status == 301);
  BOOST_TEST(asking.get(asking.server.url("/cut")).status == 0);
  asking.server.route("/circle", Answer::redirect(301, "/circle"));
  BOOST_TEST(asking.get(asking.server.url("/circle")).status == 301);  // an answer, though a useless one
}

BOOST_AUTO_TEST_CASE(secrets_stay_with_the_origin_they_are_for) {
  Asking asking;
  asking.server.listen("127.0.0.2");
  asking.server.route("/home", Answer::redirect(302, "/next"));
  asking.server.route("/next", Answer::redirect(302, asking.server.url("/away", "127.0.0.2")));
  asking.server.route("/away", Answer::redirect(302, asking.server.url("/back")));
  asking.server.route("/back", Answer(200, "x"));
  auto request = Asking::request(asking.server.url("/home"));
  request.username = "me";
  request.password = "p:w\xc3\xa4";
  request.headers = {{"X-Token", "t"}, {"X-Empty", ""}};
  BOOST_TEST((asking.get(std::move(request)).outcome == Outcome::fresh));
  for (const auto* path : {"/home", "/next", "/back"}) {
    BOOST_TEST(asking.server.seen(path).at(0).header("Authorization") == "Basic bWU6cDp3w6Q=", path);
    BOOST_TEST(asking.server.seen(path).at(0).header("X-Token") == "t", path);
    BOOST_TEST(asking.server.seen(path).at(0).has("X-Empty"), path);
  }
  BOOST_TEST(!asking.server.seen("/away").at(0).has("Authorization"));
  BOOST_TEST(!asking.server.seen("/away").at(0).has("X-Token"));
  asking.get(asking.server.url("/back"));
  BOOST_TEST(!asking.server.seen("/back").at(1).has("Authorization"));
}

BOOST_AUTO_TEST_CASE(credentials_in_the_address_are_sent_and_never_shown) {
  Asking asking;
  asking.server.route("/a", {Answer::redirect(302, "/b"), Answer::raw("")});
  asking.server.route("/b", Answer(200, "x"));
  auto url = asking.server.url("/a");
  url.insert(7, "me:hu%73h@");
  const auto reply = asking.get(url);
  BOOST_TEST(reply.hops[0].url == url);
  BOOST_TEST(reply.final_url() == asking.server.url("/b"));
  for (const auto* path : {"/a", "/b"})
    BOOST_TEST(asking.server.seen(path).at(0).header("Authorization") == "Basic bWU6aHVzaA==", path);
  const auto failed = asking.get(url);
  BOOST_TEST((failed.outcome == Outcome::failed));
  BOOST_TEST(failed.reason.find("hu") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(own_headers_take_the_place_of_ours) {
  Asking asking;
  auto request = Asking::request(asking.server.url("/"));
  request.accept = "text/plain";
  asking.get(request);
  request.headers = {{"accept", "text/html"}};
  asking.get(request);
  BOOST_TEST(asking.server.seen().at(0).header("Accept") == "text/plain");
  BOOST_TEST(asking.server.seen().at(1).header("Accept") == "text/html");
}

BOOST_AUTO_TEST_CASE(a_connection_is_kept_for_the_next_request) {
  Asking asking;
  for (int i = 0; i < 5; ++i) asking.get(asking.server.url("/"));
  BOOST_TEST(asking.server.seen().size() == 5);
  BOOST_TEST(asking.server.connections() == 1);
}

// Also not when the connection was a kept one, where curl by itself would ask again on a new one.
BOOST_AUTO_TEST_CASE(p25_nothing_is_asked_twice_after_an_error) {
  Asking asking;
  asking.server.route("/reset", Answer::raw("", test::End::reset));
  asking.server.route("/close", Answer::raw(""));
  asking.server.route("/cut", Answer(200, "half").length(10).then(test::End::close));
  asking.server.route("/500", Answer(500));
  for (const bool is_kept : {false, true}) {
    for (const auto* path : {"/reset", "/close", "/cut", "/500"}) {
      BOOST_TEST_CONTEXT(path << (is_kept ? " kept" : " new")) {
        if (is_kept) asking.get(asking.server.url("/fine"));
        asking.server.forget();
        const auto reply = asking.get(asking.server.url(path));
        BOOST_TEST((reply.outcome == Outcome::failed || reply.outcome == Outcome::refused));
        BOOST_TEST(!reply.reason.empty());
        BOOST_TEST(asking.server.seen().size() == 1);
        if (is_kept) BOOST_TEST(asking.server.seen().at(0).nth > 1);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(p6_whether_the_end_of_a_body_was_told_is_told) {
  Asking asking;
  asking.server.route("/length", Answer(200, "<rss/>"));
  asking.server.route("/chunks", Answer(200, "<rss/>").chunked(3));
  asking.server.route("/close", Answer(200, "<rss/>").no_length());
  for (const auto& [path, is_told] : {std::pair("/length", true), {"/chunks", true}, {"/close", false}})
    BOOST_TEST(asking.get(asking.server.url(path)).is_delimited == is_told, path);
}

BOOST_AUTO_TEST_CASE(a_kept_connection_that_ended_meanwhile_is_replaced) {
  Asking asking;
  asking.server.route("/", Answer::raw("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"));  // and closes without a word
  for (int i = 0; i < 3; ++i) {
    BOOST_TEST((asking.get(asking.server.url("/")).outcome == Outcome::fresh));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // for the FIN to arrive; later is as right
  }
}

BOOST_AUTO_TEST_CASE(an_answer_without_a_body_keeps_its_connection_whatever_length_it_states) {
  Asking asking;
  asking.server.route("/unchanged",
                      Answer::raw("HTTP/1.1 304 Not Modified\r\nContent-Length: 900000\r\nContent-Encoding: "
                                  "gzip, gzip\r\n\r\n",
                                  test::End::keep));
  for (int i = 0; i < 3; ++i) {
    auto request = Asking::request(asking.server.url("/unchanged"));
    request.known = {Asking::known(request.url, "\"1\"", std::nullopt)};
    const Reply reply = asking.get(std::move(request));
    BOOST_TEST((reply.outcome == Outcome::unchanged), reply.reason);
  }
  BOOST_TEST(asking.server.connections() == 1u);
}

BOOST_AUTO_TEST_CASE(the_environment_chooses_no_proxy) {
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
  Asking asking;
  asking.server.route("/", Answer(200, "x"));
  BOOST_TEST((asking.get(asking.server.url("/")).outcome == Outcome::fresh));
  unsetenv("http_proxy");
  unsetenv("ALL_PROXY");
}

BOOST_AUTO_TEST_CASE(a_configured_proxy_is_asked_in_its_own_form) {
  Asking plain;
  auto settings = Asking::settings();
  settings.allow_networks.clear();  // the proxy itself is the operator's word
  settings.proxy = plain.server.url("");
  plain.server.otherwise([](const Seen&) { return Answer(200, "by proxy"); });
  plain.client->configure(settings);
  setenv("no_proxy", "*", 1);  // nor does it except anybody
  BOOST_TEST(plain.get("http://feeds.example.test/a?b").body == "by proxy");
  unsetenv("no_proxy");
  BOOST_TEST(plain.server.seen().at(0).target == "http://feeds.example.test/a?b");
  for (const auto* url : {"http://127.0.0.1/", "http://0x7f.1/", "http://169.254.169.254/latest"}) {
    const auto reply = plain.get(url);
    BOOST_TEST(reply.failure == Failure::guard, url);
  }
  BOOST_TEST(plain.server.seen().size() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
