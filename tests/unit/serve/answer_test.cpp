#include "serve/answer.h"

#include <boost/test/unit_test.hpp>

#include "base/text.h"

namespace rapporteur::serve {

namespace {

constexpr std::string_view date = "Fri, 01 Dec 2017 09:00:00 GMT";

struct Site {
  Site() {
    auto edition = std::make_shared<publish::Edition>();
    publish::Page& feed = edition->pages["/feed.atom"];
    feed.media_type = "application/atom+xml; charset=utf-8";
    feed.body = "identity body, the longest";
    feed.gzip = "gzip body";
    feed.brotli = "br body";
    feed.etag = "\"abc\"";
    feed.last_modified = *base::from_http_date("Fri, 01 Dec 2017 08:00:00 GMT");
    feed.cache_control = "max-age=300";
    feed.csp = "default-src 'none'; sandbox";
    feed.links = {"<http://news.example.org/feed.atom>; rel=\"self\""};
    feed.allow_any_origin = true;
    publish::Page& page = edition->pages["/"];
    page.media_type = "text/html; charset=utf-8";
    page.body = "<!doctype html>";
    page.etag = "\"def\"";
    shelf = std::make_shared<const Shelf>(edition);
    live.health = [this] { return complaint; };
    live.ready = [] { return std::string(); };
  }

  HttpResponse get(HttpRequest request) const {
    const bool is_read = request.method == "GET" || request.method == "HEAD";
    if (is_read && request.target == "/status.json") return answer_written(request, "{\"version\":\"1\"}", date);
    if (is_read && request.target == "/metrics") return answer_written(request, "polls 1\n", date);
    return answer(request, shelf, live, date);
  }
  HttpResponse get(std::string_view target) const {
    HttpRequest request;
    request.target = target;
    return get(request);
  }

  std::shared_ptr<const Shelf> shelf;
  Live live;
  std::string complaint;
};

// The value of the field, "" when absent; fails the test when it stands twice.
std::string field(const HttpResponse& response, std::string_view name) {
  std::string value;
  int found = 0;
  for (const std::string_view line : base::split(response.head, '\n'))
    if (line.starts_with(name) && line.substr(name.size()).starts_with(": ")) {
      value = base::trim(line.substr(name.size() + 2));
      ++found;
    }
  BOOST_TEST(found <= 1, std::string(name) << " stands " << found << " times");
  return value;
}

HttpRequest request_for(std::string_view target) {
  HttpRequest request;
  request.target = target;
  return request;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(answer_test, Site)

BOOST_AUTO_TEST_CASE(a_page_comes_with_everything_a_cache_needs) {
  const HttpResponse response = get("/feed.atom");
  BOOST_TEST(response.head.starts_with("HTTP/1.1 200 OK\r\n"));
  BOOST_TEST(response.head.ends_with("\r\n\r\n"));
  BOOST_TEST(response.body() == "identity body, the longest");
  BOOST_TEST(field(response, "Content-Length") == "26");
  BOOST_TEST(field(response, "Date") == date);
  BOOST_TEST(field(response, "ETag") == "\"abc\"");
  BOOST_TEST(field(response, "Last-Modified") == "Fri, 01 Dec 2017 08:00:00 GMT");
  BOOST_TEST(field(response, "Cache-Control") == "max-age=300");
  BOOST_TEST(field(response, "Vary") == "Accept-Encoding");
  BOOST_TEST(field(response, "X-Content-Type-Options") == "nosniff");
  BOOST_TEST(field(response, "Content-Security-Policy") == "default-src 'none'; sandbox");
  BOOST_TEST(field(response, "Access-Control-Allow-Origin") == "*");
  BOOST_TEST(field(response, "Access-Control-Expose-Headers") == "ETag, Link, Last-Modified");
  BOOST_TEST(field(response, "Link") == "<http://news.example.org/feed.atom>; rel=\"self\"");
  BOOST_TEST(field(response, "Connection") == "");
  BOOST_TEST(field(response, "Content-Encoding") == "");
}

BOOST_AUTO_TEST_CASE(each_coding_has_its_own_tag_length_and_body) {
  HttpRequest request = request_for("/feed.atom");
  request.accept_encoding = "gzip";
  const HttpResponse gzip = get(request);
  BOOST_TEST(gzip.body() == "gzip body");
  BOOST_TEST(field(gzip, "ETag") == "\"abc-g\"");
  BOOST_TEST(field(gzip, "Content-Encoding") == "gzip");
  BOOST_TEST(field(gzip, "Content-Length") == "9");
  request.accept_encoding = "gzip, br";
  const HttpResponse brotli = get(request);
  BOOST_TEST(brotli.body() == "br body");
  BOOST_TEST(field(brotli, "ETag") == "\"abc-b\"");
  BOOST_TEST(field(brotli, "Content-Encoding") == "br");
}

BOOST_AUTO_TEST_CASE(who_holds_the_page_gets_304_without_body) {
  for (const char* tag : {"\"abc\"", "W/\"abc\"", "\"abc-g\"", "\"x\", \"abc-b\"", "*"}) {
    HttpRequest request = request_for("/feed.atom");
    request.if_none_match = tag;
    request.accept_encoding = "gzip";
    const HttpResponse response = get(request);
    BOOST_TEST(response.status == 304, tag);
    BOOST_TEST(response.body().empty());
    BOOST_TEST(field(response, "ETag") == "\"abc-g\"");
    BOOST_TEST(field(response, "Cache-Control") == "max-age=300");
    BOOST_TEST(field(response, "Vary") == "Accept-Encoding");
    BOOST_TEST(field(response, "Last-Modified") == "Fri, 01 Dec 2017 08:00:00 GMT");
    BOOST_TEST(field(response, "Date") == date);
    BOOST_TEST(field(response, "Content-Length") == "");
    BOOST_TEST(field(response, "Content-Type") == "");
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_tag_beats_a_fresh_date) {
  HttpRequest request = request_for("/feed.atom");
  request.if_none_match = "\"old\"";
  request.if_modified_since = "Fri, 01 Dec 2017 08:00:00 GMT";
  BOOST_TEST(get(request).status == 200);
  request.if_none_match = "";
  BOOST_TEST(get(request).status == 304);
}

BOOST_AUTO_TEST_CASE(head_is_get_without_its_body) {
  for (const char* target : {"/feed.atom", "/", "/status.json", "/nothing"}) {
    HttpRequest request = request_for(target);
    const HttpResponse full = get(request);
    request.method = "HEAD";
    const HttpResponse head = get(request);
    BOOST_TEST(head.head == full.head, target);
    BOOST_TEST(head.body().empty());
    BOOST_TEST(!full.body().empty());
    BOOST_TEST(field(head, "Content-Length") == std::to_string(full.body().size()));
  }
}

BOOST_AUTO_TEST_CASE(other_methods_are_told_what_is_allowed) {
  for (const char* method : {"POST", "PUT", "DELETE", "TRACE", "CONNECT", "PATCH", "get", "SPLICE"}) {
    HttpRequest request = request_for("/feed.atom");
    request.method = method;
    const HttpResponse response = get(request);
    BOOST_TEST(response.status == 405, method);
    BOOST_TEST(field(response, "Allow") == "GET, HEAD, OPTIONS");
    BOOST_TEST(field(response, "Cache-Control") == "no-store");
  }
}

BOOST_AUTO_TEST_CASE(a_preflight_for_a_feed_allows_conditional_requests) {
  HttpRequest request = request_for("/feed.atom");
  request.method = "OPTIONS";
  const HttpResponse response = get(request);
  BOOST_TEST(response.status == 204);
  BOOST_TEST(field(response, "Allow") == "GET, HEAD, OPTIONS");
  BOOST_TEST(field(response, "Access-Control-Allow-Origin") == "*");
  BOOST_TEST(field(response, "Access-Control-Allow-Headers") == "If-None-Match, If-Modified-Since, A-IM");
  BOOST_TEST(field(response, "Content-Length") == "");
  request.target = "*";
  BOOST_TEST(get(request).status == 204);
  request.target = "/";
  BOOST_TEST(field(get(request), "Access-Control-Allow-Origin") == "");
}

BOOST_AUTO_TEST_CASE(queries_and_ranges_change_nothing_on_a_page) {
  BOOST_TEST(get("/feed.atom?x=1").status == 200);
  BOOST_TEST(get("http://elsewhere.example/feed.atom").status == 200);
  BOOST_TEST(field(get("/feed.atom"), "Accept-Ranges") == "");
}

BOOST_AUTO_TEST_CASE(errors_are_safe_and_never_repeat_the_path) {
  for (const char* target :
       {"/<script>alert(1)</script>", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "nonsense"})
    for (const char* accept : {"", "*/*", "text/html,application/xhtml+xml"}) {
      HttpRequest request = request_for(target);
      request.accept = accept;
      const HttpResponse response = get(request);
      const bool is_html = std::string_view(accept).find("html") != std::string_view::npos;
      BOOST_TEST((response.status == 404 || response.status == 400));
      BOOST_TEST(response.body().find("script") == std::string_view::npos);
      BOOST_TEST(response.body().find("passwd") == std::string_view::npos);
      BOOST_TEST(field(response, "Content-Type") ==
                 (is_html ? "text/html; charset=utf-8" : "application/problem+json"));
      BOOST_TEST(field(response, "Content-Security-Policy").starts_with("default-src 'none'"));
      BOOST_TEST(field(response, "X-Content-Type-Options") == "nosniff");
      BOOST_TEST(field(response, "Cache-Control") == "no-store");
      BOOST_TEST(field(response, "Vary") == "Accept-Encoding");
      BOOST_TEST(field(response, "ETag") == "");
    }
}

BOOST_AUTO_TEST_CASE(live_answers_are_never_stored) {
  for (const char* target : {"/status.json", "/metrics", "/healthz", "/readyz"}) {
    const HttpResponse response = get(target);
    BOOST_TEST(response.status == 200, target);
    BOOST_TEST(field(response, "Cache-Control") == "no-store");
    BOOST_TEST(field(response, "ETag") == "");
    BOOST_TEST(field(response, "X-Content-Type-Options") == "nosniff");
    BOOST_TEST(!field(response, "Content-Security-Policy").empty());
  }
  BOOST_TEST(get("/status.json").body() == "{\"version\":\"1\"}");
  BOOST_TEST(field(get("/status.json"), "Access-Control-Allow-Origin") == "*");
}

BOOST_AUTO_TEST_CASE(a_complaint_makes_health_503) {
  complaint = "the store takes no entries: disk full";
  const HttpResponse response = get("/healthz");
  BOOST_TEST(response.status == 503);
  BOOST_TEST(response.body() == "the store takes no entries: disk full\n");
  BOOST_TEST(get("/readyz").status == 200);
}

BOOST_AUTO_TEST_CASE(before_the_first_edition_pages_are_promised_and_health_is_told) {
  shelf = nullptr;
  const HttpResponse response = get("/feed.atom");
  BOOST_TEST(response.status == 503);
  BOOST_TEST(field(response, "Retry-After") == "5");
  BOOST_TEST(get("/healthz").status == 200);
}

BOOST_AUTO_TEST_CASE(the_connection_field_follows_version_and_wish) {
  HttpRequest request = request_for("/feed.atom");
  request.keep_alive = false;
  BOOST_TEST(field(get(request), "Connection") == "close");
  request.keep_alive = true;
  request.version = 10;
  BOOST_TEST(field(get(request), "Connection") == "keep-alive");
}

BOOST_AUTO_TEST_CASE(a_refusal_ends_the_connection) {
  for (const int status : {400, 408, 413, 414, 417, 431, 500, 503, 505}) {
    const HttpResponse response = refuse(status, "A sentence.", date);
    BOOST_TEST(response.head.starts_with("HTTP/1.1 " + std::to_string(status) + ' '));
    BOOST_TEST(response.head.find(std::to_string(status) + " Error\r\n") == std::string::npos);
    BOOST_TEST(!response.keep_alive);
    BOOST_TEST(field(response, "Connection") == "close");
    BOOST_TEST(field(response, "Cache-Control") == "no-store");
    BOOST_TEST(response.body().find("A sentence.") != std::string_view::npos);
  }
}

BOOST_AUTO_TEST_CASE(an_answer_keeps_its_edition_alive) {
  HttpResponse response = get("/feed.atom");
  shelf = nullptr;
  HttpResponse moved = std::move(response);
  BOOST_TEST(moved.body() == "identity body, the longest");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rapporteur::serve
