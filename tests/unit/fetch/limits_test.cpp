#include <brotli/encode.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>
#include <thread>

#include "fetch/client.h"
#include "unit/fetch/asking.h"

// What the client refuses to bear, and the words it has for it: sizes, times, broken answers, addresses.
using namespace rapporteur;
using namespace rapporteur::fetch;
using base::Outcome;
using test::Answer;
using test::Seen;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

constexpr std::size_t mebibyte = 1u << 20;

std::string brotli(std::string_view bytes) {
  std::string out(bytes.size() / 10 + 1000, '\0');
  auto size = out.size();
  BrotliEncoderCompress(9, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_GENERIC, bytes.size(),
                        reinterpret_cast<const std::uint8_t*>(bytes.data()), &size,
                        reinterpret_cast<std::uint8_t*>(out.data()));
  out.resize(size);
  return out;
}

// A zstd frame of `blocks` run-length blocks of 128 KiB, four bytes each (RFC 8878 3.1.1.2).
std::string zstd_bomb(std::size_t blocks) {
  std::string out("\x28\xb5\x2f\xfd\x00\x58", 6);
  for (std::size_t block = 0; block < blocks; ++block) {
    const bool is_last = block + 1 == blocks;
    const std::uint32_t header = (128u << 10 << 3) | (1u << 1) | (is_last ? 1u : 0u);
    for (int shift = 0; shift < 24; shift += 8) out += static_cast<char>(header >> shift);
    out += 'x';
  }
  return out;
}

Settings small() {
  auto settings = Asking::settings();
  settings.max_body = mebibyte;
  return settings;
}

void expect_failure(const Reply& reply, Failure failure, const std::string& reason) {
  BOOST_TEST(base::to_string(reply.outcome) == base::to_string(Outcome::failed));
  BOOST_TEST(reply.failure == failure);
  BOOST_TEST(reply.reason == reason);
  BOOST_TEST(reply.body.empty());
  BOOST_TEST((reply.lease == nullptr));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(limits_test)

BOOST_AUTO_TEST_CASE(a_body_above_the_limit_is_given_up) {
  Asking asking(small());
  const std::string more(mebibyte + 1, 'x');
  asking.server.route("/length", Answer(200, more));
  asking.server.route("/chunked", Answer(200, more).chunked(5000));
  asking.server.route("/bare", Answer(200, more).no_length());
  asking.server.route("/endless", Answer(200).endless(std::string(10000, 'x')));
  asking.server.route("/claim", Answer(200).length(std::uint64_t{1} << 40));
  asking.server.route("/overflow", Answer::raw("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n"));
  for (const auto* path : {"/length", "/chunked", "/bare", "/endless", "/claim", "/overflow"}) BOOST_TEST_CONTEXT(path)
  expect_failure(asking.get(asking.server.url(path)), Failure::too_large, "the body is larger than 1 MiB");
}

BOOST_AUTO_TEST_CASE(a_body_of_just_the_limit_is_kept) {
  Asking asking(small());
  const std::string just(mebibyte, 'x');
  asking.server.route("/length", Answer(200, just));
  asking.server.route("/chunked", Answer(200, just).chunked(5000));
  asking.server.route("/gzip", Answer(200, test::gzip(just)).header("Content-Encoding", "gzip"));
  for (const auto* path : {"/length", "/chunked", "/gzip"})
    BOOST_TEST((asking.get(asking.server.url(path)).body == just), path);
}

BOOST_AUTO_TEST_CASE(bombs_end_at_the_limit_of_decoded_bytes) {
  Asking asking(small());
  const std::string zeros(64 * mebibyte, '\0');
  asking.server.route("/gzip", Answer(200, test::gzip(zeros)).header("Content-Encoding", "gzip"));
  asking.server.route("/br", Answer(200, brotli(zeros)).header("Content-Encoding", "br"));
  asking.server.route("/zstd", Answer(200, zstd_bomb(100000)).header("Content-Encoding", "zstd"));
  for (const auto* path : {"/gzip", "/br", "/zstd"}) BOOST_TEST_CONTEXT(path)
  expect_failure(asking.get(asking.server.url(path)), Failure::too_large, "the body is larger than 1 MiB");
}

// The innermost stream of each never ends and never brings a byte.
BOOST_AUTO_TEST_CASE(a_body_that_is_coded_more_than_once_ends_with_its_header) {
  Asking asking;
  const std::string bomb = test::gzip(test::gzip(std::string(64 * mebibyte, '\0')));
  const auto coded = [&](int status, const char* name, const char* value) {
    return Answer(status, bomb).header("Content-Encoding", "gzip").header(name, value);
  };
  auto& server = asking.server;
  server.route("/list", Answer(200, bomb).header("Content-Encoding", "gzip, GZIP"));
  server.route("/fields", coded(200, "Content-Encoding", "gzip"));
  server.route("/odd", coded(200, "Content-Encoding", "gzip\x0b"));
  for (const auto* path : {"/list", "/fields", "/odd"}) BOOST_TEST_CONTEXT(path) {
      const auto reply = asking.get(server.url(path));
      expect_failure(reply, Failure::protocol, "the body is coded more than once (Content-Encoding) and was not read");
      BOOST_TEST(reply.wire_bytes == 0u);
    }
  server.route("/transfer", Answer(200, bomb).header("Transfer-Encoding", "gzip, chunked"));
  const auto transfer = asking.get(server.url("/transfer"));
  expect_failure(transfer, Failure::protocol,
                 "the transfer of the body is coded (Transfer-Encoding), which nobody asked for; it was not read");
  BOOST_TEST(transfer.wire_bytes == 0u);
  server.route("/refused-so", Answer(503, bomb).header("Transfer-Encoding", "gzip").header("Retry-After", "60"));
  BOOST_TEST((asking.get(server.url("/refused-so")).hints.retry_after == 60s));
  server.route("/refused", coded(503, "Content-Encoding", "gzip").header("Retry-After", "60"));
  server.route("/moved", coded(302, "Content-Encoding", "gzip").header("Location", "/fine"));
  server.route("/fine", Answer(200, test::gzip("fine")).header("Content-Encoding", "identity, gzip"));
  const auto refused = asking.get(server.url("/refused"));
  BOOST_TEST(refused.reason == "HTTP 503 Service Unavailable");
  BOOST_TEST((refused.hints.retry_after == 60s));
  BOOST_TEST(refused.body.empty());
  BOOST_TEST(asking.get(server.url("/moved")).body == "fine");
}

BOOST_AUTO_TEST_CASE(p36_what_unpacks_to_far_more_than_was_sent_is_given_up) {
  Asking asking;
  asking.server.route("/read",
                      Answer(200, test::gzip(std::string(12 * mebibyte, '\0'))).header("Content-Encoding", "gzip"));
  asking.server.route("/zstd", Answer(200, zstd_bomb(100)).header("Content-Encoding", "zstd"));
  std::string dense = test::gzip(std::string(3 * mebibyte, '\0'));
  asking.server.route("/ratio", Answer(200, dense).header("Content-Encoding", "gzip"));
  asking.server.route("/chunks", Answer(200, dense).header("Content-Encoding", "gzip").chunked(100));
  asking.server.route(
      "/slowly", Answer(200, brotli(std::string(12 * mebibyte, '\0'))).header("Content-Encoding", "br").drip(1, 1ms));
  for (const auto* path : {"/read", "/zstd", "/ratio", "/chunks", "/slowly"}) BOOST_TEST_CONTEXT(path)
  expect_failure(asking.get(asking.server.url(path)), Failure::too_large,
                 "the body unpacks to more than 200 times what was sent");
  std::string text;
  for (int i = 0; text.size() < 8 * mebibyte; ++i) text += "<item>" + std::string(300, ' ') + std::to_string(i * 7919);
  const std::string packed = test::gzip(text);
  BOOST_TEST(text.size() / packed.size() > 20u);
  asking.server.route("/honest", Answer(200, packed).header("Content-Encoding", "gzip"));
  BOOST_TEST((asking.get(asking.server.url("/honest")).body == text));
}

BOOST_AUTO_TEST_CASE(what_is_sent_for_ever_and_unpacks_to_nothing_is_given_up) {
  Asking asking(small());
  auto& server = asking.server;
  const std::string gzip_begin("\x1f\x8b\x08\x08\0\0\0\0\0\x03", 10), plain_begin("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
  std::string blocks, frames;
  for (int i = 0; i < 2000; ++i) blocks += std::string("\0\0\0\xff\xff", 5);
  for (int i = 0; i < 100; ++i) frames += std::string("\x50\x2a\x4d\x18\x64\0\0\0", 8) + std::string(100, 's');
  server.route("/name", Answer(200, gzip_begin).header("Content-Encoding", "gzip").endless(std::string(10000, 'n')));
  server.route("/blocks", Answer(200, plain_begin).header("Content-Encoding", "gzip").endless(blocks));
  server.route("/frames", Answer(200, "").header("Content-Encoding", "zstd").endless(frames));
  for (const auto* path : {"/name", "/blocks", "/frames"}) BOOST_TEST_CONTEXT(path) {
      const auto reply = asking.get(server.url(path));
      expect_failure(reply, Failure::too_large, "more than 2 MiB were sent for a body of at most 1 MiB");
      BOOST_TEST(reply.wire_bytes < 4 * mebibyte);  // curl reads up to 1.6 MiB in a row
    }
  server.route("/extension",
               Answer::raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;").endless(std::string(10000, 'x')));
  server.route("/extensions", Answer::raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                                  .endless("1;" + std::string(10000, 'x') + "\r\nb\r\n"));
  for (const auto* path : {"/extension", "/extensions"}) BOOST_TEST_CONTEXT(path)
  expect_failure(asking.get(server.url(path)), Failure::too_large,
                 "more than 2 MiB were sent for a body of at most 1 MiB");
}

BOOST_AUTO_TEST_CASE(a_refusal_counts_without_reading_its_body) {
  Asking asking(small());
  asking.server.route("/endless", Answer(503).endless(std::string(10000, 'x')).header("Retry-After", "60"));
  asking.server.route("/claim", Answer(404).length(std::uint64_t{1} << 40));
  asking.server.route("/cut", Answer(500, "half").length(100).then(test::End::close));
  asking.server.route("/moved", Answer::redirect(302, "/fine").endless(std::string(10000, 'x')));
  asking.server.route("/fine", Answer(200, "x"));
  const auto endless = asking.get(asking.server.url("/endless"));
  BOOST_TEST(endless.reason == "HTTP 503 Service Unavailable");
  BOOST_TEST((endless.hints.retry_after == 60s));
  BOOST_TEST(asking.get(asking.server.url("/claim")).reason == "HTTP 404 Not Found");
  BOOST_TEST(asking.get(asking.server.url("/cut")).reason == "HTTP 500 Internal Server Error");
  BOOST_TEST(asking.get(asking.server.url("/moved")).body == "x");
}

BOOST_AUTO_TEST_CASE(a_flood_of_headers_is_cut) {
  Asking asking;
  const std::string reason = "the header of the answer is larger than 256 KiB";
  asking.server.route("/lines", Answer(200).endless_headers("X-Noise: " + std::string(50, 'n') + "\r\n"));
  std::string interim;
  for (int i = 0; i < 20000; ++i) interim += "HTTP/1.1 103 Early Hints\r\n\r\n";
  asking.server.route("/interim", Answer::raw(interim));
  asking.server.route("/refused", Answer(503).endless_headers("X-Noise: n\r\n"));
  for (const auto* path : {"/lines", "/interim", "/refused"})
    BOOST_TEST_CONTEXT(path) expect_failure(asking.get(asking.server.url(path)), Failure::too_large, reason);
  asking.server.route("/line", Answer(200).header("X-Noise", std::string(300000, 'n')));
  expect_failure(asking.get(asking.server.url("/line")), Failure::too_large,
                 "a line of the answer's header is longer than 100 KiB");
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n";
  asking.server.route("/trailer", Answer::raw(chunked + "0\r\nX: " + std::string(5000, 'x') + "\r\n\r\n"));
  asking.server.route("/trailers", Answer::raw(chunked + "0\r\n").endless("X-Noise: n\r\n"));
  asking.server.route("/no-chunk", Answer::raw(chunked + "what\r\n"));
  expect_failure(asking.get(asking.server.url("/trailer")), Failure::too_large,
                 "a line behind the body is longer than 4 KiB");
  expect_failure(asking.get(asking.server.url("/trailers")), Failure::too_large, reason);
  expect_failure(asking.get(asking.server.url("/no-chunk")), Failure::protocol, "the chunks of the body are damaged");
}

BOOST_AUTO_TEST_CASE(broken_answers_have_their_sentence) {
  Asking asking;
  auto& server = asking.server;
  server.route("/reset", Answer::raw("", test::End::reset));
  server.route("/close", Answer::raw(""));
  server.route("/half-head", Answer::raw("HTTP/1.1 200 OK\r\nContent-Le"));
  server.route("/cut", Answer(200, "half").length(10).then(test::End::close));
  server.route("/cut-chunk", Answer(200, std::string(3000, 'x')).chunked(1000).unfinished());
  server.route("/bad-chunk", Answer::raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nhello"));
  server.route("/reset-body", Answer(200, "half").length(10).then(test::End::reset));
  server.route("/ssh", Answer::raw("SSH-2.0-OpenSSH_9.2p1\r\n"));
  server.route("/old", Answer::raw("<rss/>"));
  server.route("/gzip", Answer(200, "not gzip at all").header("Content-Encoding", "gzip"));
  for (const auto* path :
       {"/reset", "/close", "/half-head", "/cut", "/cut-chunk", "/bad-chunk", "/reset-body", "/ssh", "/old", "/gzip"}) {
    BOOST_TEST_CONTEXT(path) {
      const auto reply = asking.get(server.url(path));
      BOOST_TEST((reply.outcome == Outcome::failed));
      BOOST_TEST(reply.failure == Failure::protocol, reply.reason);
      BOOST_TEST(!reply.reason.empty());
      BOOST_TEST(reply.reason.find("callback") == std::string::npos);
      BOOST_TEST(reply.body.empty());
    }
  }
  BOOST_TEST(asking.get(server.url("/cut")).reason == "the body ended early");
  BOOST_TEST(asking.get(server.url("/close")).reason == "127.0.0.1 closed the connection without an answer");
}

// Wherever a header says nonsense, what is sound in the answer counts or it fails with a sentence: never both.
BOOST_AUTO_TEST_CASE(nonsense_in_a_header_is_one_outcome_with_a_sentence) {
  Asking asking(small());
  auto& server = asking.server;
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  server.route("/two-lengths", Answer::raw(ok + "Content-Length: 4\r\nContent-Length: 40\r\n\r\nbody"));
  server.route("/negative-length", Answer::raw(ok + "Content-Length: -4\r\n\r\nbody"));
  server.route("/length-of-words", Answer::raw(ok + "Content-Length: four\r\n\r\nbody"));
  server.route("/nul", Answer::raw(ok + "ETag: \"a\0b\"\r\nContent-Length: 4\r\n\r\nbody"s));
  server.route("/nul-in-name", Answer::raw(ok + "E\0Tag: x\r\nContent-Length: 4\r\n\r\nbody"s));
  server.route("/unknown-coding", Answer(200, "body").header("Content-Encoding", "rot13"));
  server.route("/seven-codings",
               Answer(200, "body").header("Content-Encoding", "gzip, gzip, gzip, gzip, gzip, gzip, gzip"));
  for (const auto* path : {"/two-lengths", "/negative-length", "/length-of-words", "/nul", "/nul-in-name",
                           "/unknown-coding", "/seven-codings"}) {
    BOOST_TEST_CONTEXT(path) {
      const auto reply = asking.get(server.url(path));
      const bool is_read = reply.outcome == Outcome::fresh && reply.body == "body";
      const bool is_failure = reply.outcome == Outcome::failed && !reply.reason.empty() && reply.body.empty();
      BOOST_TEST((is_read || is_failure), reply.reason << " / " << reply.body);
      BOOST_TEST(reply.reason.find('\0') == std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(many_and_large_but_honest_headers_are_borne) {
  Asking asking;
  Answer cookies(200, "body");
  for (int i = 0; i < 3000; ++i) cookies.header("Set-Cookie", "c" + std::to_string(i) + "=" + std::string(40, 'v'));
  asking.server.route("/cookies", cookies);
  asking.server.route("/far", Answer::redirect(302, "/" + std::string(100'000, 'l')));
  BOOST_TEST(asking.get(asking.server.url("/cookies")).body == "body");
  BOOST_TEST(!asking.server.seen("/cookies").at(0).has("Cookie"));
  const auto far = asking.get(asking.server.url("/far"));
  BOOST_TEST((far.outcome == Outcome::failed || far.outcome == Outcome::refused));
  BOOST_TEST(!far.reason.empty());
  BOOST_TEST(far.reason.find("leads to an address of more than 8 KiB") != std::string::npos, far.reason);
  BOOST_TEST(far.reason.size() < 1000u);
}

BOOST_AUTO_TEST_CASE(names_and_ports_that_are_not_there_are_named) {
  Asking asking;
  expect_failure(asking.get("http://no-such-host.invalid/"), Failure::resolve,
                 "the name no-such-host.invalid could not be resolved");
  const auto port = std::to_string(asking.server.port());
  asking.server.shut();
  expect_failure(asking.get(asking.server.url("/")), Failure::connect,
                 "no connection to 127.0.0.1 port " + port + ": Connection refused");
  expect_failure(asking.get("ftp://me:hush@127.0.0.1/"), Failure::protocol,
                 "the address is not http or https: ftp://127.0.0.1/");
  BOOST_TEST(asking.get("https://127.0.0.1:" + port + "/").failure == Failure::connect);
}

// The scripted origin waits for a request; this one speaks first, and plainly.
BOOST_AUTO_TEST_CASE(an_answer_without_tls_is_a_tls_failure) {
  Asking asking;
  namespace asio = boost::asio;
  asio::io_context other;
  asio::ip::tcp::acceptor acceptor(other, {asio::ip::make_address("127.0.0.1"), 0});
  std::thread plain([&acceptor] {
    auto socket = acceptor.accept();
    boost::system::error_code ignored;
    asio::write(socket, asio::buffer(std::string_view("HTTP/1.1 400 Bad Request\r\n\r\n")), ignored);
    char byte[1000];
    while (!ignored) socket.read_some(asio::buffer(byte), ignored);
  });
  const auto reply = asking.get("https://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port()) + "/");
  plain.join();
  BOOST_TEST(reply.failure == Failure::tls);
  BOOST_TEST(reply.reason.starts_with("no TLS connection to 127.0.0.1: "));
}

// The time is far below what each answer would take, and far above what a busy machine needs to get there.
BOOST_AUTO_TEST_CASE(the_whole_time_is_limited) {
  auto settings = Asking::settings();
  settings.timeout = 600ms;
  Asking asking(settings);
  auto& server = asking.server;
  server.route("/silent", Answer::raw("", test::End::hang));
  server.route("/drip", Answer(200, std::string(100000, 'x')).drip(100, 20ms));
  server.route("/endless", Answer(200).endless("x", 10ms));
  server.otherwise([](const Seen& seen) { return Answer::redirect(302, seen.target + "x").delay(250ms); });
  settings.max_redirects = 100;
  asking.client->configure(settings);
  const auto started = std::chrono::steady_clock::now();
  expect_failure(asking.get(server.url("/silent")), Failure::timeout, "no answer within 0.6 s");
  for (const auto* path : {"/drip", "/endless"})
    expect_failure(asking.get(server.url(path)), Failure::timeout, "the body was not complete within 0.6 s");
  const auto hops = asking.get(server.url("/hop"));
  BOOST_TEST(hops.failure == Failure::timeout);
  BOOST_TEST(hops.hops.size() <= 4);
  BOOST_TEST((std::chrono::steady_clock::now() - started < 10s));
}

// A listener whose queue is full lets further connections wait in silence.
BOOST_AUTO_TEST_CASE(the_time_to_connect_is_limited) {
  auto settings = Asking::settings();
  settings.connect_timeout = 300ms;
  Asking asking(settings);
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  BOOST_TEST_REQUIRE(bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0);
  BOOST_TEST_REQUIRE(listen(listener, 0) == 0);
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  std::vector<int> fillers;
  for (int i = 0; i < 4; ++i) {
    fillers.push_back(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    [[maybe_unused]] const int started = connect(fillers.back(), reinterpret_cast<sockaddr*>(&address), size);
  }
  std::this_thread::sleep_for(50ms);  // until the fillers sit in the queue
  expect_failure(asking.get("http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/"), Failure::connect,
                 "no connection to 127.0.0.1 within 0.3 s");
  for (const int filler : fillers) close(filler);
  close(listener);
}

BOOST_AUTO_TEST_CASE(no_spelling_of_a_local_address_gets_through) {
  Asking asking;
  asking.server.listen("::1");
  auto settings = Asking::settings();
  settings.allow_networks.clear();
  asking.client->configure(settings);
  asking.server.otherwise([](const Seen&) { return Answer(200, "secret"); });
  const auto port = ":" + std::to_string(asking.server.port()) + "/";
  for (const auto* host : {"127.0.0.1",
                           "127.1",
                           "0x7f.1",
                           "2130706433",
                           "0x7f000001",
                           "017700000001",
                           "0177.0.0.1",
                           "0",
                           "0.0.0.0",
                           "localhost",
                           "LOCALHOST",

                           "[::1]",
                           "[::]",
                           "[::ffff:127.0.0.1]",
                           "[0:0:0:0:0:0:0:1]",
                           "[::ffff:7f00:1]",
                           "[64:ff9b::7f00:1]",
                           "[2002:7f00:1::]",
                           "[::127.0.0.1]",
                           "%31%32%37.0.0.1",
                           "10.0.0.1",
                           "169.254.169.254",
                           "192.168.1.1",
                           "224.0.0.1",
                           "255.255.255.255",
                           "[fe80::1]",
                           "[fc00::1]",
                           "[ff02::1]"}) {
    BOOST_TEST_CONTEXT(host) {
      const auto reply = asking.get(std::string("http://") + host + port);
      BOOST_TEST((reply.outcome == Outcome::failed));
      BOOST_TEST(reply.failure == Failure::guard, reply.reason);
      BOOST_TEST(reply.reason.starts_with("the address "));
    }
  }
  BOOST_TEST(asking.server.seen().empty());
  BOOST_TEST(asking.server.connections() == 0);
}

BOOST_AUTO_TEST_CASE(p32_a_redirect_is_judged_like_a_first_request) {
  Asking asking;
  asking.server.listen("127.0.0.2");
  auto settings = Asking::settings();
  settings.allow_networks = {"127.0.0.1"};
  asking.client->configure(settings);
  for (const int status : {301, 302, 303, 307, 308}) {
    asking.server.route("/out", Answer::redirect(status, asking.server.url("/in", "127.0.0.2")));
    const auto reply = asking.get(asking.server.url("/out"));
    expect_failure(reply, Failure::guard,
                   "the address 127.0.0.2 is not public (loopback); allow it with fetch.allow_networks");
    BOOST_TEST(reply.hops.size() == 2);
  }
  BOOST_TEST(asking.server.count("/in") == 0);
}

// Whatever a spelling resolves to here, the origin at 127.0.0.2 must not hear of it, directly or by a redirect.
BOOST_AUTO_TEST_CASE(p32_no_spelling_gets_through_directly_or_by_any_redirect) {
  Asking asking;
  asking.server.listen("127.0.0.2");
  auto settings = Asking::settings();
  settings.allow_networks = {"127.0.0.1"};
  asking.client->configure(settings);
  asking.server.route("/in", Answer(200, "secret"));
  const auto port = ":" + std::to_string(asking.server.port()) + "/in";
  for (const auto* host : {"127.0.0.2",
                           "127.0.2",
                           "127.2",
                           "0x7f.2",
                           "0X7F.0.0.2",
                           "0x7f000002",
                           "2130706434",
                           "017700000002",
                           "0177.0.0.2",
                           "0177.0.0.02",
                           "127.0.0.2.",
                           "[::ffff:127.0.0.2]",
                           "[::FFFF:7F00:2]",
                           "[0:0:0:0:0:ffff:127.0.0.2]",
                           "[::127.0.0.2]",
                           "[64:ff9b::7f00:2]",
                           "[64:ff9b:1::7f00:2]",
                           "[2002:7f00:2::]",
                           "[fe80::1%25lo]",
                           "%31%32%37.0.0.2",
                           "127.0.0.1@127.0.0.2",
                           "a:b@127.0.0.2",
                           "\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.0.0.2",
                           "127\xe3\x80\x82"
                           "0.0.2"}) {
    BOOST_TEST_CONTEXT(host) {
      const auto target = std::string("http://") + host + port;
      const auto direct = asking.get(target);
      BOOST_TEST((direct.outcome == Outcome::failed), direct.reason);
      BOOST_TEST(!direct.reason.empty());
      for (const int status : {301, 302, 303, 307, 308}) {
        asking.server.route("/out", Answer::redirect(status, target));
        const auto moved = asking.get(asking.server.url("/out"));
        BOOST_TEST((moved.outcome == Outcome::failed), moved.reason);
        BOOST_TEST(!moved.reason.empty());
      }
    }
  }
  BOOST_TEST(asking.server.count("/in") == 0);
}

BOOST_AUTO_TEST_CASE(a_kept_connection_is_judged_again) {
  Asking asking;
  asking.server.route("/", Answer(200, "x"));
  BOOST_TEST((asking.get(asking.server.url("/")).outcome == Outcome::fresh));
  auto settings = Asking::settings();
  settings.allow_networks.clear();
  asking.client->configure(settings);
  expect_failure(asking.get(asking.server.url("/")), Failure::guard,
                 "the address 127.0.0.1 is not public (loopback); allow it with fetch.allow_networks");
  BOOST_TEST(asking.server.seen().size() == 1);
  settings.allow_private = true;
  asking.client->configure(settings);
  BOOST_TEST((asking.get(asking.server.url("/")).outcome == Outcome::fresh));
}

BOOST_AUTO_TEST_SUITE_END()
