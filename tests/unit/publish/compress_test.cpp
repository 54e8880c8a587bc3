#include "publish/compress.h"

#include <zlib.h>

#include <boost/test/unit_test.hpp>

namespace rapporteur::publish {

namespace {

std::string gunzip(std::string_view packed) {
  z_stream stream{};
  BOOST_REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
  std::string out(1 << 20, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int status = inflate(&stream, Z_FINISH);
  BOOST_TEST(status == Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(compress_test)

BOOST_AUTO_TEST_CASE(gzip_comes_back_byte_for_byte) {
  std::string mixed;
  for (int i = 0; i < 50000; ++i) mixed += static_cast<char>(i * 7919 >> 3);
  for (const std::string& bytes : {std::string(), std::string("a"), std::string(300000, 'x'), mixed})
    BOOST_TEST((gunzip(gzip(bytes)) == bytes), bytes.size());
}

BOOST_AUTO_TEST_CASE(gzip_carries_neither_time_nor_name) {
  const std::string packed = gzip("some text");
  BOOST_TEST(packed.substr(0, 4) == std::string("\x1f\x8b\x08\x00", 4));
  BOOST_TEST(packed.substr(4, 4) == std::string(4, '\0'));  // MTIME, RFC 1952 2.3
}

BOOST_AUTO_TEST_CASE(the_same_bytes_give_the_same_bytes) {
  const std::string bytes = std::string(1000, 'a') + std::string(1000, 'b');
  BOOST_TEST((gzip(bytes) == gzip(bytes)));
  BOOST_TEST((brotli(bytes) == brotli(bytes)));
  BOOST_TEST(brotli(bytes).size() < 60u);
  BOOST_TEST(gzip(bytes).size() < 60u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rapporteur::publish
