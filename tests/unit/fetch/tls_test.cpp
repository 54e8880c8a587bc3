// A real TLS origin on loopback with certificates of our own making: the good one is read, every other one ends as one
// failure with a sentence before a byte of the request has left.
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <thread>

#include "support/http2_origin.h"
#include "support/resolver.h"
#include "support/temporary_directory.h"
#include "support/tls_front.h"
#include "unit/fetch/asking.h"

using namespace rapporteur;
using namespace rapporteur::fetch;
using base::Outcome;
using namespace test;
using namespace std::chrono_literals;

namespace {

struct Trusting : Asking {
  Trusting() {
    configure([](Settings&) {});
  }
  template <class Change>
  void configure(Change change) {
    const std::string file = directory.file("root.pem");
    std::ofstream(file) << authority.root();
    auto with = Asking::settings();
    with.ca_file = file;
    change(with);
    client->configure(with);
  }
  // The one outcome of a connection that must not come about.
  void expect_refused(const TlsFront& front, const std::string& words, const std::string& host = "127.0.0.1") {
    const Reply reply = get(front.url("/feed", host));
    BOOST_TEST((reply.outcome == Outcome::failed));
    BOOST_TEST(reply.failure == Failure::tls);
    BOOST_TEST(reply.reason.starts_with("no TLS connection to " + host + ": "), reply.reason);
    BOOST_TEST(reply.reason.find(words) != std::string::npos, reply.reason);
    BOOST_TEST(reply.body.empty());
    BOOST_TEST(server.seen().empty());
  }

  support::TemporaryDirectory directory;
  Authority authority;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(tls_test)

BOOST_AUTO_TEST_CASE(a_good_certificate_is_read_and_its_end_is_known) {
  Trusting asking;
  asking.server.route("/feed", Answer(200, "body").header("ETag", "\"1\""));
  const TlsFront front(asking.server.port(), asking.authority.make({}));
  const Reply reply = asking.get(front.url("/feed"));
  BOOST_TEST(reply.body == "body", reply.reason);
  BOOST_TEST_REQUIRE(reply.certificate_until.has_value());
  const auto left =
      *reply.certificate_until - std::chrono::time_point_cast<base::Duration>(std::chrono::system_clock::now());
  BOOST_TEST((left > 29 * 24h && left < 31 * 24h));
  BOOST_TEST(asking.get(front.url("/feed")).body == "body");  // on the kept connection
}

BOOST_AUTO_TEST_CASE(certificates_that_prove_nothing_end_before_the_request) {
  Trusting asking;
  const std::uint16_t origin = asking.server.port();
  const auto made = [&](const CertificateWish& wish) { return asking.authority.make(wish); };
  const TlsFront self_signed(origin, made({"IP:127.0.0.1", -24h, 24h, true}));
  const TlsFront unknown(origin, Authority().make({}));
  const TlsFront expired(origin, made({"IP:127.0.0.1", -48h, -1h}));
  const TlsFront not_yet(origin, made({"IP:127.0.0.1", 24h, 48h}));
  const TlsFront other_address(origin, made({"IP:127.0.0.2"}));
  const TlsFront other_name(origin, made({"DNS:feeds.example.org,DNS:*.example.net"}));
  asking.expect_refused(self_signed, "self-signed certificate");
  asking.expect_refused(unknown, "unable to get local issuer certificate");
  asking.expect_refused(expired, "certificate has expired");
  asking.expect_refused(not_yet, "certificate is not yet valid");
  asking.expect_refused(other_address, "no alternative certificate subject name matches target host name '127.0.0.1'");
  asking.expect_refused(other_name, "no alternative certificate subject name matches target host name '127.0.0.1'");
}

BOOST_AUTO_TEST_CASE(a_name_has_to_be_in_the_certificate_as_a_whole) {
  Trusting asking;
  const ResolvedName right("feeds.example.test", std::vector<std::string>{"127.0.0.1"});
  const ResolvedName deeper("a.feeds.example.test", std::vector<std::string>{"127.0.0.1"});
  const ResolvedName longer("feeds.example.test.evil.test", std::vector<std::string>{"127.0.0.1"});
  const ResolvedName beside("other.example.test", std::vector<std::string>{"127.0.0.1"});
  const TlsFront exact(asking.server.port(), asking.authority.make({"DNS:feeds.example.test"}));
  const TlsFront wide(asking.server.port(), asking.authority.make({"DNS:*.example.test"}));
  for (const char* host : {"a.feeds.example.test", "feeds.example.test.evil.test", "other.example.test"})
    asking.expect_refused(exact, "no alternative certificate subject name matches target host name", host);
  asking.expect_refused(wide, "no alternative certificate subject name matches target host name",
                        "a.feeds.example.test");
  asking.server.route("/feed", Answer(200, "body"));
  BOOST_TEST(asking.get(exact.url("/feed", "feeds.example.test")).body == "body");
  BOOST_TEST(asking.get(wide.url("/feed", "other.example.test")).body == "body");
}

BOOST_AUTO_TEST_CASE(a_redirect_to_a_certificate_that_proves_nothing_is_refused) {
  Trusting asking;
  const TlsFront expired(asking.server.port(), asking.authority.make({"IP:127.0.0.1", -48h, -1h}));
  asking.server.route("/out", Answer::redirect(301, expired.url("/feed")));
  const Reply reply = asking.get(asking.server.url("/out"));
  BOOST_TEST(reply.failure == Failure::tls);
  BOOST_TEST(reply.reason.find("certificate has expired") != std::string::npos, reply.reason);
  BOOST_TEST(asking.server.count("/feed") == 0u);
}

BOOST_AUTO_TEST_CASE(a_handshake_that_breaks_or_is_too_old_has_its_sentence) {
  Trusting asking;
  const Certificate good = asking.authority.make({});
  const TlsFront cut(asking.server.port(), good, Handshake::cut), old(asking.server.port(), good, Handshake::old);
  asking.expect_refused(cut, "");
  asking.expect_refused(old, "");
}

BOOST_AUTO_TEST_CASE(a_handshake_that_never_goes_on_ends_with_the_time_to_connect) {
  Trusting asking;
  asking.configure([](Settings& settings) { settings.connect_timeout = 400ms; });
  const TlsFront silent(asking.server.port(), asking.authority.make({}), Handshake::silent);
  const Reply reply = asking.get(silent.url("/feed"));
  BOOST_TEST(reply.failure == Failure::connect);
  BOOST_TEST(reply.reason == "no connection to 127.0.0.1 within 0.4 s");
}

// Somebody on the way cuts the connection. Where the length is known that is seen; where the end of the connection is
// the end of the body, servers forget their goodbye so often that browsers, and libcurl, take it for whole.
BOOST_AUTO_TEST_CASE(a_connection_that_is_cut_is_a_body_cut_short_where_its_length_is_known) {
  Trusting asking;
  asking.server.route("/length", Answer(200, "half").length(10).then(End::close));
  asking.server.route("/chunked", Answer(200, std::string(3000, 'x')).chunked(1000).unfinished());
  asking.server.route(
      "/packed",
      Answer(200, gzip("all of it").substr(0, 15)).header("Content-Encoding", "gzip").length(100).then(End::close));
  asking.server.route("/bare", Answer(200, "all of it").no_length());
  const Certificate good = asking.authority.make({});
  const TlsFront polite(asking.server.port(), good);
  const TlsFront cut(asking.server.port(), good, Handshake::good, Farewell::dropped);
  for (const TlsFront* front : {&polite, &cut}) {
    for (const char* path : {"/length", "/chunked", "/packed"}) BOOST_TEST_CONTEXT(path) {
        const Reply reply = asking.get(front->url(path));
        BOOST_TEST((reply.outcome == Outcome::failed));
        BOOST_TEST(reply.failure == Failure::protocol, reply.reason);
        BOOST_TEST(!reply.reason.empty());
        BOOST_TEST(reply.body.empty());
      }
    BOOST_TEST(asking.get(front->url("/bare")).body == "all of it");
  }
}

BOOST_AUTO_TEST_CASE(a_redirect_from_https_to_http_is_not_followed) {
  Trusting asking;
  const TlsFront front(asking.server.port(), asking.authority.make({}));
  asking.server.route("/down", Answer::redirect(301, asking.server.url("/plain")));
  const Reply reply = asking.get(front.url("/down"));
  BOOST_TEST(reply.failure == Failure::redirect);
  BOOST_TEST(asking.server.count("/plain") == 0u);
}

// In HTTP/2 each piece of an answer names its request: what nobody has read yet cannot be taken for another's answer.
BOOST_AUTO_TEST_CASE(a_connection_of_http_2_is_kept_though_it_holds_unread_bytes) {
  Trusting asking;
  const Http2Origin origin(asking.authority.make({}), {{"etag", "\"1\""}}, "body");
  for (unsigned i = 1; i <= 3; ++i) {
    const Reply reply = asking.get(origin.url());
    BOOST_TEST(reply.body == "body", reply.reason);
    BOOST_TEST(reply.is_delimited);
    BOOST_TEST(reply.hops.back().validators.etag.value_or("") == "\"1\"");
    while (origin.pings() < i) std::this_thread::sleep_for(5ms);
    std::this_thread::sleep_for(100ms);  // for it to arrive; later is as right
  }
  BOOST_TEST(origin.answers() == 3u);
  BOOST_TEST(origin.connections() == 1u);
}

BOOST_AUTO_TEST_CASE(bodies_in_http_2_wait_for_the_budget_and_arrive_whole) {
  Trusting asking;
  asking.configure([](Settings& settings) { settings.body_budget = 50000; });
  std::string text;
  for (int i = 0; text.size() < 900'000; ++i) text += std::to_string(i * 7919) + "\n";
  const Certificate certificate = asking.authority.make({});
  const Http2Origin plain(certificate, {}, text);
  const Http2Origin coded(certificate, {{"content-encoding", "gzip"}}, gzip(text));
  std::vector<Request> requests;
  for (int i = 0; i < 10; ++i) requests.push_back(Asking::request(i % 2 == 0 ? plain.url() : coded.url()));
  for (const Reply& reply : asking.get_all(std::move(requests))) BOOST_TEST((reply.body == text), reply.reason);
}

BOOST_AUTO_TEST_SUITE_END()
