#include "fetch/head.h"

#include <boost/test/unit_test.hpp>

using rapporteur::fetch::Coding;
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

BOOST_AUTO_TEST_CASE(all_codings_are_counted_however_they_are_written_and_the_last_is_named) {
  const struct {
    std::initializer_list<std::string_view> lines;
    unsigned codings;
    Coding coding;
    bool is_chunked, is_transfer_coded;
  } rows[] = {
      {{"Content-Encoding: gzip\r\n"}, 1, Coding::gzip, false, false},
      {{"content-encoding: Identity\r\n", "TRANSFER-ENCODING: Chunked\r\n"}, 0, Coding::none, true, false},
      {{"Content-Encoding: gzip,br ,\t, x-gzip;q=1\r\n"}, 3, Coding::gzip, false, false},
      {{"Content-Encoding: gzip\r\n", "Content-Encoding: gzip\r\n"}, 2, Coding::gzip, false, false},
      {{"Content-Encoding: BR\r\n", "Transfer-Encoding: gzip, chunked\r\n"}, 1, Coding::br, true, true},
      {{"Transfer-Encoding: deflate\r\n"}, 0, Coding::none, false, true},
      {{"Content-Encoding: rot13\r\n", "Content-Encoding: identity\r\n"}, 1, Coding::unknown, false, false},
      {{"Content-Encoding: chunked\r\n"}, 1, Coding::unknown, false, false},
      {{"Content-Encoding: gzip,gzip\x0b\r\n"}, 2, Coding::unknown, false, false},
      {{"Content-Encoding: gzip\r\n", "Content-Encoding: gzip\r\n", "HTTP/1.1 200 OK\r\n"},
       2,
       Coding::gzip,
       false,
       false},
      {{"Content-Encoding:\r\n", "X: gzip, gzip\r\n"}, 0, Coding::none, false, false},
  };
  for (const auto& row : rows) {
    ResponseHead head;
    head.read_line("HTTP/1.1 200 OK\r\n");
    for (const auto line : row.lines) head.read_line(line);
    head.read_line("\r\n");
    BOOST_TEST(head.codings == row.codings, *row.lines.begin());
    BOOST_TEST((head.coding == row.coding), *row.lines.begin());
    BOOST_TEST(head.is_chunked == row.is_chunked, *row.lines.begin());
    BOOST_TEST(head.is_transfer_coded == row.is_transfer_coded, *row.lines.begin());
    BOOST_TEST(head.status == 200);
  }
}

BOOST_AUTO_TEST_CASE(a_line_says_whether_it_ended_the_header) {
  ResponseHead head;
  BOOST_TEST(!head.read_line("HTTP/1.1 103 Early Hints\r\n"));
  BOOST_TEST(!head.read_line("Content-Encoding: gzip\r\n"));
  BOOST_TEST(!head.read_line("\r\n"));
  BOOST_TEST(!head.read_line("HTTP/1.1 200 OK\r\n"));
  BOOST_TEST(!head.read_line("HTTP/1.1 103 In the middle\r\n"));
  BOOST_TEST(head.status == 200);
  BOOST_TEST(head.read_line("\r\n"));
  BOOST_TEST(head.codings == 0u);
  BOOST_TEST(!head.read_line("\r\n"));
  ResponseHead odd;
  odd.read_line("http/1.1 200 ok\r\n");
  BOOST_TEST(odd.read_line("\r\n"));  // libcurl goes on to the body
  BOOST_TEST(!odd.is_complete);
}

BOOST_AUTO_TEST_CASE(broken_lines_are_passed_over) {
  const auto head = head_of({" folded before anything\r\n", "HTTP/1.1 200 OK\r\n", "no colon\r\n", ": no name\r\n",
                             "Content-Length: -5\r\n", "Content-Encoding: gzip\r\n", "\r\n"});
  BOOST_TEST(head.status == 200);
  BOOST_TEST(!head.content_length.has_value());
  BOOST_TEST(head.codings == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
