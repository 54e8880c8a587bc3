#include "fetch/head.h"

#include <boost/test/unit_test.hpp>

using rapporteur::fetch::ResponseHead;

namespace {

ResponseHead head_of(std::initializer_list<std::string_view> lines) {
  ResponseHead head;
  for (const auto line : lines) head.read_line(line);
  return head;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(head_test)

BOOST_AUTO_TEST_CASE(validators_are_kept_byte_for_byte) {
  const auto head = head_of(
      {"HTTP/1.1 200 OK\r\n", "eTaG:   W/\"a,  b\"  \r\n", "Last-Modified: Tue,  1 Jul 2003 nonsense\r\n", "\r\n"});
  BOOST_TEST(head.validators.etag.value() == "W/\"a,  b\"");
  BOOST_TEST(head.validators.last_modified.value() == "Tue,  1 Jul 2003 nonsense");
}

BOOST_AUTO_TEST_CASE(an_empty_or_unsendable_value_is_absent) {
  const auto head = head_of({"HTTP/1.1 200 OK\r\n", "ETag: \r\n", "Last-Modified: a\rX-Evil: b\r\n", "\r\n"});
  BOOST_TEST(!head.validators.etag.has_value());
  BOOST_TEST(!head.validators.last_modified.has_value());
}

BOOST_AUTO_TEST_CASE(the_first_of_two_lines_counts) {
  const auto head = head_of({"HTTP/1.1 200 OK\r\n", "ETag: \"1\"\r\n", "ETag: \"2\"\r\n", "\r\n"});
  BOOST_TEST(head.validators.etag.value() == "\"1\"");
}

BOOST_AUTO_TEST_CASE(an_interim_answer_leaves_nothing_behind) {
  const auto head = head_of({"HTTP/1.1 103 Early Hints\r\n", "ETag: \"early\"\r\n", "\r\n", "HTTP/2 200 \r\n",
                             "content-type: text/xml\r\n", "\r\n"});
  BOOST_TEST(head.status == 200);
  BOOST_TEST(head.is_complete);
  BOOST_TEST(!head.validators.etag.has_value());
  BOOST_TEST(head.content_type == "text/xml");
}

BOOST_AUTO_TEST_CASE(trailers_change_nothing) {
  const auto head = head_of(
      {"HTTP/1.1 200 OK\r\n", "ETag: \"1\"\r\n", "\r\n", "ETag: \"2\"\r\n", "Cache-Control: max-age=1\r\n", "\r\n"});
  BOOST_TEST(head.validators.etag.value() == "\"1\"");
  BOOST_TEST(!head.cache_control.has_value());
}

BOOST_AUTO_TEST_CASE(a_folded_line_is_one_line) {
  const auto head = head_of(
      {"HTTP/1.1 200 OK\r\n", "Cache-Control: public,\r\n", "\t max-age=60\r\n", "X: y\r\n", " no-cache\r\n", "\r\n"});
  BOOST_TEST(head.cache_control.value() == "public, max-age=60");
}

BOOST_AUTO_TEST_CASE(broken_lines_are_passed_over) {
  const auto head = head_of({" folded before anything\r\n", "HTTP/1.1 200 OK\r\n", "no colon\r\n", ": no name\r\n",
                             "Content-Length: -5\r\n", "Content-Encoding: gzip\r\n", "\r\n"});
  BOOST_TEST(head.status == 200);
  BOOST_TEST(!head.content_length.has_value());
  BOOST_TEST(head.is_encoded);
}

BOOST_AUTO_TEST_SUITE_END()
