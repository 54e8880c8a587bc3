#include "serve/delta.h"

#include <boost/test/unit_test.hpp>

#include "base/hash.h"
#include "serve/answer.h"

namespace rapporteur::serve {

namespace {

publish::Page page_of(std::initializer_list<const char*> entries, const std::string& tag) {
  publish::Page page;
  page.media_type = "application/atom+xml";
  page.etag = '"' + tag + '"';
  page.body = "<feed>";
  for (const std::string entry : entries) {
    page.parts.push_back({base::change_hash(entry), page.body.size(), page.body.size() + entry.size()});
    page.body += entry;
  }
  page.body += "</feed>";
  page.gzip = "packed whole";
  return page;
}

std::shared_ptr<const Shelf> shelf_of(publish::Page page, const std::shared_ptr<const Shelf>& before = nullptr) {
  auto edition = std::make_shared<publish::Edition>();
  edition->pages.emplace("/feed.atom", std::move(page));
  return std::make_shared<const Shelf>(std::move(edition), before.get());
}

HttpResponse ask(const std::shared_ptr<const Shelf>& shelf, std::string_view tag, std::string_view a_im,
                 std::string_view codings = {}) {
  HttpRequest request;
  request.target = "/feed.atom";
  request.if_none_match = tag;
  request.a_im = a_im;
  request.accept_encoding = codings;
  return answer(request, shelf, {}, "Fri, 01 Dec 2017 09:00:00 GMT");
}

bool has(const HttpResponse& response, std::string_view field) {
  return response.head.find(field) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(delta_test)

BOOST_AUTO_TEST_CASE(who_holds_an_earlier_edition_gets_what_is_new_and_what_has_changed) {
  const auto first = shelf_of(page_of({"<a/>", "<b/>", "<c/>"}, "one"));
  const auto second = shelf_of(page_of({"<new/>", "<a/>", "<b changed/>"}, "two"), first);
  const HttpResponse delta = ask(second, "\"one\"", "feed");
  BOOST_TEST(delta.status == 226);
  BOOST_TEST(delta.body() == "<feed><new/><b changed/></feed>");
  for (const char* field : {"226 IM Used\r\n", "\r\nIM: feed\r\n", "\r\nETag: \"two\"\r\n",
                            "\r\nCache-Control: no-store, im\r\n", "\r\nVary: A-IM, If-None-Match\r\n"})
    BOOST_TEST(has(delta, field), field);
  const HttpResponse packed = ask(second, "W/\"one-g\"", "vcdiff, feed", "gzip");
  BOOST_TEST(packed.status == 226);
  BOOST_TEST(has(packed, "Content-Encoding: gzip"));
  BOOST_TEST(has(packed, "ETag: \"two-g\""));
  BOOST_TEST(packed.body().substr(0, 2) == "\x1F\x8B");
}

BOOST_AUTO_TEST_CASE(all_others_get_the_whole_or_nothing) {
  const auto first = shelf_of(page_of({"<a/>"}, "one"));
  const auto second = shelf_of(page_of({"<b/>", "<a/>"}, "two"), first);
  BOOST_TEST(ask(second, "\"one\"", "").status == 200);          // did not ask for it
  BOOST_TEST(ask(second, "\"one\"", "feed;q=0").status == 200);  // refused it
  BOOST_TEST(ask(second, "\"one\"", "vcdiff").status == 200);    // asked for another
  BOOST_TEST(ask(second, "\"unknown\"", "feed").status == 200);
  BOOST_TEST(ask(second, "", "feed").status == 200);
  BOOST_TEST(ask(second, "\"two\"", "feed").status == 304);
  BOOST_TEST(ask(second, "*", "feed").status == 304);
}

BOOST_AUTO_TEST_CASE(the_newest_edition_that_is_named_counts_and_old_ones_are_forgotten) {
  auto shelf = shelf_of(page_of({"<e0/>"}, "0"));
  for (int i = 1; i <= 60; ++i) {
    const std::string entry = "<e" + std::to_string(i) + "/>";
    shelf = shelf_of(page_of({entry.c_str()}, std::to_string(i)), shelf);
  }
  BOOST_TEST(ask(shelf, "\"0\"", "feed").status == 200);
  BOOST_TEST(ask(shelf, "\"20\"", "feed").status == 226);
  BOOST_TEST(ask(shelf, "\"20\", \"59\"", "feed").body() == "<feed><e60/></feed>");
}

BOOST_AUTO_TEST_CASE(the_field_is_read_as_a_list_with_weights) {
  for (const char* yes : {"feed", "FEED", "vcdiff, feed", "feed;q=0.5", "feed ; q = 1", "gzip;q=0,feed"})
    BOOST_TEST(accepts_delta(yes), yes);
  for (const char* no : {"", "feeds", "feed;q=0", "feed; q=0.000", "vcdiff", ","}) BOOST_TEST(!accepts_delta(no), no);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rapporteur::serve
