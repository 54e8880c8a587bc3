#include "publish/compress.h"

#include <brotli/encode.h>
#include <zlib.h>

#include <cassert>
#include <cstdint>
#include <limits>
#include <new>

namespace rapporteur::publish {

namespace {

constexpr int gzip_level = 6;
constexpr int gzip_window = 15 + 16;  // 32 KiB, gzip wrapper (zlib.h, deflateInit2)
constexpr int gzip_memory = 8;
constexpr int brotli_level = 5;

}  // namespace

std::string gzip(std::string_view bytes) {
  assert(bytes.size() <= std::numeric_limits<uInt>::max());
  z_stream stream{};
  if (deflateInit2(&stream, gzip_level, Z_DEFLATED, gzip_window, gzip_memory, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
  std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  // zlib reads through a pointer to non-const but never writes there.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int status = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  out.shrink_to_fit();  // it stays on the shelf
  deflateEnd(&stream);
  assert(status == Z_STREAM_END);
  static_cast<void>(status);
  return out;
}

std::string brotli(std::string_view bytes) {
  std::size_t size = BrotliEncoderMaxCompressedSize(bytes.size());
  std::string out(size, '\0');
  const auto done = BrotliEncoderCompress(brotli_level, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, bytes.size(),
                                          reinterpret_cast<const std::uint8_t*>(bytes.data()), &size,
                                          reinterpret_cast<std::uint8_t*>(out.data()));
  if (done == BROTLI_FALSE) throw std::bad_alloc();
  out.resize(size);
  out.shrink_to_fit();
  return out;
}

}  // namespace rapporteur::publish
