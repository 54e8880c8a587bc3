// What a wire can say that no server should: halves of answers, lengths that lie, codings in codings, interim answers
// without end, zero bytes, numbers beyond all measure. Each ends as one outcome, with a sentence unless it was read.
#include <brotli/encode.h>

#include <algorithm>

#include <boost/test/unit_test.hpp>
#include <thread>

#include "fetch/hints.h"
#include "unit/fetch/asking.h"

using namespace rapporteur;
using namespace rapporteur::fetch;
using base::Outcome;
using test::Answer;
using test::End;
using test::Seen;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

const std::string ok = "HTTP/1.1 200 OK\r\n";

std::string brotli(std::string_view bytes) {
  std::string out(bytes.size() + 1000, '\0');
  auto size = out.size();
  BrotliEncoderCompress(5, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_GENERIC, bytes.size(),
                        reinterpret_cast<const std::uint8_t*>(bytes.data()), &size,
                        reinterpret_cast<std::uint8_t*>(out.data()));
  out.resize(size);
  return out;
}

std::string gzip_times(std::string bytes, int times) {
  for (int i = 0; i < times; ++i) bytes = test::gzip(bytes);
  return bytes;
}

std::string gzip_fields(int times) {
  std::string fields = "gzip";
  for (int i = 1; i < times; ++i) fields += ", gzip";
  return fields;
}

void expect_failure(const Reply& reply) {
  BOOST_TEST(base::to_string(reply.outcome) == base::to_string(Outcome::failed));
  BOOST_TEST(!reply.reason.empty());
  BOOST_TEST(reply.reason.find('\0') == std::string::npos);
  BOOST_TEST(reply.body.empty());
  BOOST_TEST((reply.lease == nullptr));
}

// Either what is sound was read, or it failed with a sentence.
void expect_one_outcome(const Reply& reply) {
  if (reply.outcome == Outcome::fresh)
    BOOST_TEST(reply.reason.empty(), reply.reason);
  else if (reply.outcome == Outcome::failed)
    expect_failure(reply);
  else
    BOOST_TEST(!reply.reason.empty());
}

// Far above what a loaded machine needs for what answers, far below what waiting for the rest would take.
Settings impatient() {
  auto settings = Asking::settings();
  settings.timeout = 1500ms;
  return settings;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(wire_test)

// --- half-open ------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_answer_that_stops_anywhere_and_stays_open_ends_with_the_time) {
  const std::string packed = test::gzip(std::string(5000, 'x'));
  const struct {
    const char* path;
    std::string bytes;
    const char* reason;
  } halves[] = {
      {"/nothing", "", "no answer within 1.5 s"},
      {"/status", "HTTP/1.1 20", "no answer within 1.5 s"},
      {"/field", ok + "Content-Le", "no answer within 1.5 s"},
      {"/fields", ok + "Content-Length: 10\r\n", "no answer within 1.5 s"},
      {"/interim", "HTTP/1.1 100 Continue\r\n\r\n", "no answer within 1.5 s"},
      {"/head", ok + "Content-Length: 10\r\n\r\n", "the body was not complete within 1.5 s"},
      {"/body", ok + "Content-Length: 10\r\n\r\nhalf", "the body was not complete within 1.5 s"},
      {"/chunk", ok + "Transfer-Encoding: chunked\r\n\r\n10\r\nhalf", "the body was not complete within 1.5 s"},
      {"/chunks", ok + "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", "the body was not complete within 1.5 s"},
      {"/size", ok + "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n1", "the body was not complete within 1.5 s"},
      {"/last", ok + "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n0\r\n", "the body was not complete within 1.5 s"},
      {"/packed",
       ok + "Content-Encoding: gzip\r\nContent-Length: " + std::to_string(packed.size()) + "\r\n\r\n" +
           packed.substr(0, 20),
       "the body was not complete within 1.5 s"},
      {"/bare", ok + "\r\nhalf", "the body was not complete within 1.5 s"},
  };
  Asking asking(impatient());
  std::vector<Request> requests;
  for (const auto& half : halves) {
    asking.server.route(half.path, Answer::raw(half.bytes, End::hang));
    requests.push_back(Asking::request(asking.server.url(half.path)));
  }
  const auto replies = asking.get_all(std::move(requests));  // side by side: one timeout for all
  for (std::size_t i = 0; i < replies.size(); ++i) BOOST_TEST_CONTEXT(halves[i].path) {
      expect_failure(replies[i]);
      BOOST_TEST(replies[i].failure == Failure::timeout);
      // Where bytes came and then none, curl's watch over slowness may be first.
      const bool is_slow = replies[i].reason == "127.0.0.1 sends too slowly";
      BOOST_TEST((is_slow || replies[i].reason == halves[i].reason), replies[i].reason);
    }
}

// The other side is gone without a word (a router that forgot us, a machine without power): a kept connection takes the
// request and nothing ever comes. It is not kept again.
BOOST_AUTO_TEST_CASE(a_kept_connection_whose_other_side_vanished_ends_with_the_time_and_is_not_used_again) {
  Asking asking(impatient());
  asking.server.otherwise([](const Seen& seen) {
    return seen.nth == 1 ? Answer(200, "first of its connection") : Answer::raw("", End::hang);
  });
  for (int round = 0; round < 2; ++round) {
    BOOST_TEST(asking.get(asking.server.url("/a")).body == "first of its connection");
    const Reply vanished = asking.get(asking.server.url("/b"));
    expect_failure(vanished);
    BOOST_TEST(vanished.failure == Failure::timeout);
    BOOST_TEST(vanished.reason == "no answer within 1.5 s");
  }
  BOOST_TEST(asking.server.connections() == 2u);
  BOOST_TEST(asking.server.seen().size() == 4u);  // nothing was asked again on the quiet
}

BOOST_AUTO_TEST_CASE(stalled_sources_of_every_kind_delay_no_other) {
  Asking asking;
  auto& server = asking.server;
  server.route("/accepted", Answer::raw("", End::hang));
  server.route("/head", Answer::raw(ok + "ETag: ", End::hang));
  server.route("/body", Answer(200, "half").length(100).then(End::hang));
  server.route("/drip", Answer(200).endless("x", 50ms));
  server.route("/interim", Answer::raw("").endless("HTTP/1.1 102 Processing\r\n\r\n", 50ms));
  server.route("/refusal", Answer(503, "busy").length(100).then(End::hang));
  server.route("/moved", Answer::redirect(302, "/accepted"));
  server.otherwise([](const Seen& seen) { return Answer(200, seen.target); });
  std::vector<Reply> stalled(70);
  std::size_t next = 0;
  for (int round = 0; round < 10; ++round)
    for (const char* path : {"/accepted", "/head", "/body", "/drip", "/interim", "/refusal", "/moved"})
      asking.begin(Asking::request(server.url(path)), stalled[next++]);
  std::vector<Reply> fine(50);
  for (std::size_t i = 0; i < fine.size(); ++i)
    asking.begin(Asking::request(server.url("/fine" + std::to_string(i))), fine[i]);
  const auto all_fine_are_done = [&] {
    return std::all_of(fine.begin(), fine.end(), [](const Reply& one) { return !one.hops.empty(); });
  };
  // The stalled ones end after 20 s; if the fine ones waited for any of them, all of those would be over by then.
  while (!all_fine_are_done()) asking.io.run_one();
  BOOST_TEST(asking.client->in_flight() == stalled.size());
  for (std::size_t i = 0; i < fine.size(); ++i) BOOST_TEST(fine[i].body == "/fine" + std::to_string(i));
  for (const Reply& one : stalled) BOOST_TEST(one.hops.empty());
  asking.client->stop();
  asking.io.restart();
  asking.io.run();
}

// --- lengths --------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_length_that_is_too_large_is_a_body_cut_short) {
  Asking asking;
  asking.server.route("/plain", Answer(200, "half").length(5).then(End::close));
  asking.server.route("/empty", Answer(200).length(1).then(End::close));
  asking.server.route("/packed",
                      Answer(200, test::gzip("half")).header("Content-Encoding", "gzip").length(1000).then(End::close));
  for (const char* path : {"/plain", "/empty", "/packed"}) BOOST_TEST_CONTEXT(path) {
      const Reply reply = asking.get(asking.server.url(path));
      expect_failure(reply);
      BOOST_TEST(reply.reason == "the body ended early");
    }
}

// What stands behind the stated length is nobody's answer: not this one's, and not the next one's on that connection.
// (What arrives only after the next request went out cannot be told from its answer in HTTP/1.1.)
BOOST_AUTO_TEST_CASE(bytes_behind_a_length_that_is_too_small_are_never_an_answer) {
  const std::string smuggled = ok + "Content-Length: 4\r\nETag: \"evil\"\r\n\r\nevil";
  const std::string whole = ok + "Content-Length: 4\r\n\r\nbody";
  Asking asking;
  auto& server = asking.server;
  server.route("/more", Answer(200, "body and more").length(4));
  server.route("/smuggled", Answer(200, "body" + smuggled).length(4));
  server.route("/later", Answer::raw(whole + smuggled, End::keep).drip(whole.size(), 20ms));
  const std::string lying = "HTTP/2 200 \r\nContent-Length: 4\r\n\r\nbody";  // in HTTP/1.1, where no stream is named
  server.route("/lying", Answer::raw(lying + smuggled, End::keep).drip(lying.size(), 20ms));
  server.route("/none", Answer(200, smuggled).length(0));
  server.route("/unasked", Answer::raw("HTTP/1.1 304 Not Modified\r\n\r\n" + smuggled, End::keep));
  server.route("/chunked",
               Answer::raw(ok + "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n" + smuggled, End::keep));
  server.route("/fine", Answer(200, "fine").header("ETag", "\"fine\""));
  for (const std::string path : {"/more", "/smuggled", "/later", "/lying", "/none", "/unasked", "/chunked"}) {
    BOOST_TEST_CONTEXT(path) {
      const Reply reply = asking.get(server.url(path));
      expect_one_outcome(reply);
      BOOST_TEST((reply.body.empty() || reply.body == "body"), reply.body);
      const bool is_late = path == "/later" || path == "/lying";
      if (is_late) std::this_thread::sleep_for(1s);  // what comes late is there well before the next request
      const Reply next = asking.get(server.url("/fine"));
      BOOST_TEST((next.body == "fine" || next.outcome == Outcome::failed), next.body);
      if (is_late) BOOST_TEST(next.body == "fine");  // on another connection, at the first go
      if (next.outcome == Outcome::fresh) BOOST_TEST(next.hops.back().validators.etag.value_or("") == "\"fine\"");
    }
  }
}

BOOST_AUTO_TEST_CASE(absurd_lengths_and_chunks_are_one_outcome) {
  const std::string chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
  const std::pair<const char*, std::string> answers[] = {
      {"/huge-chunk", chunked + "ffffffffffffffff\r\nbody\r\n0\r\n\r\n"},
      {"/longer-chunk", chunked + std::string(200, 'f') + "\r\nbody\r\n0\r\n\r\n"},
      {"/negative-chunk", chunked + "-4\r\nbody\r\n0\r\n\r\n"},
      {"/extension", chunked + "4;" + std::string(100000, 'x') + "\r\nbody\r\n0\r\n\r\n"},
      {"/trailers", chunked + "4\r\nbody\r\n0\r\nETag: \"late\"\r\nX: " + std::string(50000, 'x') + "\r\n\r\n"},
      {"/both", ok + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n"},
      {"/plus", ok + "Content-Length: +4\r\n\r\nbody"},
      {"/hex", ok + "Content-Length: 0x4\r\n\r\nbody"},
      {"/list", ok + "Content-Length: 4, 4\r\n\r\nbody"},
      {"/two", ok + "Content-Length: 4\r\nContent-Length: 3\r\n\r\nbody"},
      {"/blank", ok + "Content-Length:\r\n\r\nbody"},
      {"/wrapped", ok + "Content-Length: 18446744073709551620\r\n\r\nbody"},
      {"/space", ok + "Content-Length : 4\r\n\r\nbody"},
      {"/unknown", ok + "Transfer-Encoding: rot13\r\n\r\nbody"},
  };
  Asking asking(impatient());
  for (const auto& [path, bytes] : answers) BOOST_TEST_CONTEXT(path) {
      asking.server.route(path, Answer::raw(bytes));
      const Reply reply = asking.get(asking.server.url(path));
      expect_one_outcome(reply);
      BOOST_TEST(reply.body.size() <= 4u);
      BOOST_TEST(!reply.hops.back().validators.etag.has_value());  // a trailer is no header
    }
}

// --- codings --------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(one_coding_is_undone_and_codings_within_codings_are_not) {
  const std::string text = "<rss/>" + std::string(3000, ' ');
  const std::string layered = "the body is coded more than once (Content-Encoding) and was not read";
  Asking asking;
  auto& server = asking.server;
  server.route("/identity", Answer(200, test::gzip(text)).header("Content-Encoding", "identity, gzip"));
  server.route("/x-gzip", Answer(200, test::gzip(text)).header("Content-Encoding", "X-GZip"));
  for (const char* path : {"/identity", "/x-gzip"}) {
    const Reply reply = asking.get(server.url(path));
    BOOST_TEST((reply.body == text), path << ": " << reply.reason);
  }
  server.route("/br-gzip", Answer(200, test::gzip(brotli(text))).header("Content-Encoding", "br, gzip"));
  server.route("/gzip-br", Answer(200, brotli(test::gzip(text))).header("Content-Encoding", "gzip, br"));
  server.route(
      "/two-fields",
      Answer(200, brotli(test::gzip(text))).header("Content-Encoding", "gzip").header("Content-Encoding", "br"));
  for (const char* path : {"/br-gzip", "/gzip-br", "/two-fields"}) BOOST_TEST_CONTEXT(path) {
      const Reply reply = asking.get(server.url(path));
      expect_failure(reply);
      BOOST_TEST(reply.reason == layered);
    }
  for (const int times : {2, 3, 6, 7, 20, 1000}) BOOST_TEST_CONTEXT(times) {
      server.route("/deep",
                   Answer(200, gzip_times(text, std::min(times, 20))).header("Content-Encoding", gzip_fields(times)));
      expect_failure(asking.get(server.url("/deep")));
    }
  server.route("/spread", [&](const Seen&) {
    Answer answer(200, gzip_times(text, 8));
    for (int i = 0; i < 8; ++i) answer.header("Content-Encoding", "gzip");
    return answer;
  });
  expect_failure(asking.get(server.url("/spread")));
}

BOOST_AUTO_TEST_CASE(codings_that_are_not_what_they_say_have_their_sentence) {
  const std::string text(3000, 'x'), packed = test::gzip(text);
  std::string damaged = packed;
  damaged[packed.size() - 6] = static_cast<char>(damaged[packed.size() - 6] ^ 0x55);  // in its checksum
  Asking asking;
  auto& server = asking.server;
  server.route("/packed-twice", Answer(200, test::gzip(packed) + packed).header("Content-Encoding", "br"));
  server.route("/checksum", Answer(200, damaged).header("Content-Encoding", "gzip"));
  server.route("/not-br", Answer(200, packed).header("Content-Encoding", "br"));
  server.route("/not-zstd", Answer(200, packed).header("Content-Encoding", "zstd"));
  server.route("/plain", Answer(200, text).header("Content-Encoding", "gzip").chunked(100));
  server.route("/plain-br", Answer(200, "<rss>" + text).header("Content-Encoding", "br"));
  server.route("/plain-zstd", Answer(200, text).header("Content-Encoding", "zstd"));
  for (const char* path : {"/packed-twice", "/checksum", "/not-br", "/not-zstd", "/plain", "/plain-br", "/plain-zstd"})
    BOOST_TEST_CONTEXT(path) {
      const Reply reply = asking.get(server.url(path));
      expect_failure(reply);
      BOOST_TEST(reply.failure == Failure::protocol);
      BOOST_TEST(reply.reason == "the compressed body is damaged");
    }
  // Nothing is nothing in any coding, and a 304 may name the coding of what it does not carry.
  server.route("/empty", Answer(200).header("Content-Encoding", "gzip"));
  server.route("/unchanged", Answer(304).header("Content-Encoding", "br"));
  expect_one_outcome(asking.get(server.url("/empty")));
  auto request = Asking::request(server.url("/unchanged"));
  request.known = {Asking::known(request.url, "\"1\"", std::nullopt)};
  BOOST_TEST((asking.get(std::move(request)).outcome == Outcome::unchanged));
}

// --- interim answers ------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(interim_answers_are_passed_over_until_they_are_a_storm) {
  const std::string body = "Content-Length: 4\r\n\r\nbody";
  std::string few, storm;
  for (int i = 0; i < 100; ++i)
    few += "HTTP/1.1 103 Early Hints\r\nETag: \"early\"\r\nRetry-After: 99999\r\nCache-Control: max-age=99999\r\n\r\n";
  for (int i = 0; i < 30000; ++i) storm += "HTTP/1.1 100 Continue\r\n\r\n";
  Asking asking(impatient());
  auto& server = asking.server;
  server.route("/few", Answer::raw(few + ok + body));
  const Reply reply = asking.get(server.url("/few"));
  BOOST_TEST(reply.body == "body");
  BOOST_TEST(!reply.hops.back().validators.etag.has_value());
  BOOST_TEST(!reply.hints.retry_after.has_value());
  BOOST_TEST(!reply.hints.max_age.has_value());
  server.route("/storm", Answer::raw(storm + ok + body));
  server.route("/storm-for-ever", Answer::raw("").endless("HTTP/1.1 102 Processing\r\n\r\n"));
  for (const char* path : {"/storm", "/storm-for-ever"}) {
    const Reply stormy = asking.get(server.url(path));
    expect_failure(stormy);
    BOOST_TEST(stormy.failure == Failure::too_large, path << ": " << stormy.reason);
  }
  server.route("/slow-storm", Answer::raw("").endless("HTTP/1.1 102 Processing\r\n\r\n", 20ms));
  const Reply slow = asking.get(server.url("/slow-storm"));
  expect_failure(slow);
  BOOST_TEST(slow.failure == Failure::timeout);
}

BOOST_AUTO_TEST_CASE(interim_answers_that_are_none_are_one_outcome) {
  const std::string body = "Content-Length: 4\r\n\r\nbody";
  const std::pair<const char*, std::string> answers[] = {
      {"/switching", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n" + ok + body},
      {"/with-body", "HTTP/1.1 100 Continue\r\n" + body + ok + body},
      {"/unknown", "HTTP/1.1 199 Miscellaneous\r\n\r\n" + ok + body},
      {"/only", "HTTP/1.1 100 Continue\r\n\r\n"},
      {"/odd", "HTTP/1.1 100\r\n\r\n" + ok + body},
  };
  Asking asking(impatient());
  for (const auto& [path, bytes] : answers) BOOST_TEST_CONTEXT(path) {
      asking.server.route(path, Answer::raw(bytes));
      const Reply reply = asking.get(asking.server.url(path));
      expect_one_outcome(reply);
      BOOST_TEST((reply.body.empty() || reply.body == "body"));
    }
}

// --- zero bytes, absurd numbers -------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(zero_bytes_anywhere_are_one_outcome_and_go_nowhere) {
  const std::string length = "Content-Length: 4\r\n\r\nbody";
  const std::pair<const char*, std::string> answers[] = {
      {"/status",
       "HTTP/1.1 2\0"
       "0 OK\r\n"s +
           length},
      {"/phrase", "HTTP/1.1 200 O\0K\r\n"s + length},
      {"/etag", ok + "ETag: \"a\0b\"\r\n"s + length},
      {"/modified", ok + "Last-Modified: Tue,\0 1 Jul 2003\r\n"s + length},
      {"/type", ok + "Content-Type: text/\0xml\r\n"s + length},
      {"/age", ok +
                   "Cache-Control: max-age=\0"
                   "600\r\n"s +
                   length},
      {"/location", "HTTP/1.1 302 Found\r\nLocation: /\0evil\r\nContent-Length: 0\r\n\r\n"s},
      {"/link", ok + "Link: <https://hub.test/\0>; rel=hub\r\n"s + length},
      {"/retry", "HTTP/1.1 503 Busy\r\nRetry-After: 60\0\r\n"s + length},
      {"/length", ok + "Content-Length: 4\0"
                       "0\r\n\r\nbody"s},
      {"/line", ok + "\0\0\0\0\r\n"s + length},
      {"/head", "\0\0\0\0"s + ok + length},
  };
  Asking asking(impatient());
  for (const auto& [path, bytes] : answers) BOOST_TEST_CONTEXT(path) {
      asking.server.route(path, Answer::raw(bytes));
      const Reply reply = asking.get(asking.server.url(path));
      expect_one_outcome(reply);
      const base::Validators& kept = reply.hops.back().validators;
      for (const std::string& text : {reply.reason, reply.content_type, reply.link, reply.final_url(),
                                      kept.etag.value_or(""), kept.last_modified.value_or("")})
        BOOST_TEST(text.find('\0') == std::string::npos);
    }
  BOOST_TEST(asking.server.count("/evil") == 0u);
  asking.server.route("/body", Answer(200, "a\0b"s));
  BOOST_TEST((asking.get(asking.server.url("/body")).body == "a\0b"s));
}

BOOST_AUTO_TEST_CASE(numbers_and_dates_beyond_all_measure_saturate) {
  constexpr auto most = std::chrono::seconds(std::int64_t{1} << 31);
  const std::string nines(4000, '9');
  Asking asking;
  for (const std::string& number :
       {"2147483648"s, "4294967296"s, "9223372036854775807"s, "9223372036854775808"s, "18446744073709551616"s, nines}) {
    BOOST_TEST_CONTEXT(number.substr(0, 30)) {
      asking.server.route("/", Answer(503).header("Retry-After", number).header("Cache-Control", "max-age=" + number));
      const Reply reply = asking.get(asking.server.url("/"));
      BOOST_TEST((reply.hints.retry_after == base::Duration(most)));
      BOOST_TEST((reply.hints.max_age == base::Duration(most)));
    }
  }
  for (const char* nonsense : {"-1", "1e9", "NaN", "inf", "0x7f", "60,60", "\xd9\xa1\xd9\xa2", "60 60", "--", "="}) {
    BOOST_TEST_CONTEXT(nonsense) {
      asking.server.route("/", Answer(503).header("Retry-After", nonsense).header("Age", nonsense));
      const Reply reply = asking.get(asking.server.url("/"));
      BOOST_TEST(!reply.hints.retry_after.has_value());
      BOOST_TEST(reply.reason == "HTTP 503 Service Unavailable");
    }
  }
  for (const char* date :
       {"Fri, 31 Dec 9999 23:59:59 GMT", "Sat, 01 Jan 99999 00:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT",
        "Mon, 01 Jan 0001 00:00:00 GMT", "Fri, 32 Foo 2026 25:61:61 GMT", "Fri, 31 Dec -999 00:00:00 GMT",
        "Sun, 06 Nov 1994 08:49:37 +9999", "292277026596"}) {
    BOOST_TEST_CONTEXT(date) {
      asking.server.route("/", Answer(200, "body").header("Expires", date).header("Date", date).header("Age", nines));
      const Reply reply = asking.get(asking.server.url("/"));
      BOOST_TEST(reply.body == "body");
      for (const auto& span : {reply.hints.expires_in, reply.hints.max_age})
        BOOST_TEST((!span || (*span >= base::Duration::zero() && *span < std::chrono::hours(24 * 366 * 9000))));
    }
  }
}

BOOST_AUTO_TEST_CASE(status_lines_beyond_http_are_one_outcome) {
  Asking asking(impatient());
  for (const char* line : {"HTTP/1.1 99999 What\r\n", "HTTP/1.1 000 Nothing\r\n", "HTTP/1.1 -20 Less\r\n",
                           "HTTP/9.9 200 OK\r\n", "HTTP/1.1\r\n", "HTTP/1.1 2000 OK\r\n", "HTTP/1.1 20x OK\r\n",
                           "http/1.1 200 ok\r\n", "ICY 200 OK\r\n", "HTTP/0.9 200 OK\r\n", "HTTP/1.1 999 Denied\r\n"}) {
    BOOST_TEST_CONTEXT(line) {
      asking.server.route("/", Answer::raw(line + "Content-Length: 4\r\n\r\nbody"s));
      const Reply reply = asking.get(asking.server.url("/"));
      BOOST_TEST(
          (reply.outcome == Outcome::fresh || reply.outcome == Outcome::failed || reply.outcome == Outcome::refused));
      BOOST_TEST((reply.outcome == Outcome::fresh) == reply.reason.empty(), reply.reason);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
