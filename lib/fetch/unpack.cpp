#include "fetch/unpack.h"

#include <brotli/decode.h>
#include <libdeflate.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include "base/text.h"
#include "fetch/budget.h"

namespace rapporteur::fetch {

namespace {

constexpr std::size_t usual_ratio = 4;       // of text
constexpr std::size_t most_deflated = 1032;  // bytes out of one: what deflate can do at most
constexpr std::size_t piece = std::size_t{64} << 10;
constexpr int window_log = 23;  // RFC 8878 3.1.1.1.2, RFC 9659: 8 MiB is what a client has to bear
constexpr std::size_t most_of_refusal = std::size_t{64} << 10;

template <auto free>
struct Freeing {
  template <class Handle>
  void operator()(Handle* handle) const {
    free(handle);
  }
};
template <class Handle, auto free>
using Owned = std::unique_ptr<Handle, Freeing<free>>;
using Deflate = Owned<libdeflate_decompressor, libdeflate_free_decompressor>;
using Brotli = Owned<BrotliDecoderState, BrotliDecoderDestroyInstance>;
using Zstd = Owned<ZSTD_DCtx, ZSTD_freeDCtx>;

bool begins_gzip(std::string_view bytes) { return bytes.starts_with("\x1f\x8b"); }

// CMF and FLG of RFC 1950 2.2; a raw stream that looks like it is one in a thousand, and damaged then.
bool begins_zlib(std::string_view bytes) {
  if (bytes.size() < 2) return false;
  const auto first = static_cast<unsigned char>(bytes[0]), second = static_cast<unsigned char>(bytes[1]);
  return (first & 0x0f) == 8 && (first * 256u + second) % 31 == 0;
}

// RFC 8878 3.1.1, 3.1.2, or as much of it as there is. The library reads older formats too, which nobody sends but
// garbage may look like.
bool begins_frame(std::string_view bytes) {
  if (bytes.empty()) return false;
  const std::string_view first = bytes.substr(0, 4);
  const bool is_skippable = (static_cast<unsigned char>(first[0]) & 0xf0) == 0x50 &&
                            std::string_view("\x2a\x4d\x18").starts_with(first.substr(1));
  return is_skippable || std::string_view("\x28\xb5\x2f\xfd").starts_with(first);
}

// The last four bytes say how long the last member is (RFC 1952 2.3.1): a hint, and anybody's word.
std::size_t stated_size(std::string_view packed, Coding coding) {
  const std::size_t usual = packed.size() * usual_ratio;
  if (coding != Coding::gzip || packed.size() < 18) return usual;
  std::size_t stated = 0;
  for (std::size_t i = 1; i <= 4; ++i) stated = stated << 8 | static_cast<unsigned char>(packed[packed.size() - i]);
  return stated <= packed.size() * most_deflated ? std::max<std::size_t>(stated, 1) : usual;
}

libdeflate_result read_member(libdeflate_decompressor* reader, std::string_view packed, Coding coding, char* to,
                              std::size_t room, std::size_t& read, std::size_t& written) {
  if (coding == Coding::gzip)
    return libdeflate_gzip_decompress_ex(reader, packed.data(), packed.size(), to, room, &read, &written);
  if (begins_zlib(packed))
    return libdeflate_zlib_decompress_ex(reader, packed.data(), packed.size(), to, room, &read, &written);
  return libdeflate_deflate_decompress_ex(reader, packed.data(), packed.size(), to, room, &read, &written);
}

// Two to three times as fast as zlib, but for whole and sound streams only; nothing for all others. Begins a member
// anew when it is longer than thought: twice the room each time, so at most twice the work.
std::optional<Unpacking> inflate_whole(std::string_view packed, Coding coding, std::size_t most, std::string& out) {
  const Deflate reader(libdeflate_alloc_decompressor());
  if (!reader) throw std::bad_alloc();
  std::size_t have = out.size(), room = std::min(most - have, stated_size(packed, coding));
  do {
    out.resize(have + room);
    std::size_t read = 0, written = 0;
    const auto result = read_member(reader.get(), packed, coding, out.data() + have, room, read, written);
    if (result == LIBDEFLATE_INSUFFICIENT_SPACE) {
      if (have + room == most) return Unpacking::too_large;
      room = std::min(most - have, std::max(2 * room, piece));
      continue;
    }
    if (result != LIBDEFLATE_SUCCESS) return std::nullopt;
    have += written;
    packed.remove_prefix(read);
    room = std::min(most - have, std::max(room - written, packed.size() * usual_ratio));
    if (coding != Coding::gzip || !begins_gzip(packed)) break;
  } while (true);
  out.resize(have);
  return Unpacking::whole;
}

int window_bits(std::string_view packed, Coding coding) {
  if (coding == Coding::gzip) return 15 + 16;
  return begins_zlib(packed) ? 15 : -15;
}

// For what is cut, which has to be told from what is damaged, and whose beginning is wanted.
Unpacking inflate_beginning(std::string_view packed, Coding coding, std::size_t most, std::string& out) {
  z_stream stream{};
  if (inflateInit2(&stream, window_bits(packed, coding)) != Z_OK) throw std::bad_alloc();
  const Owned<z_stream, inflateEnd> ending(&stream);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::size_t have = out.size();
  const auto ended = [&](Unpacking how) {
    out.resize(have);
    return how;
  };
  for (;;) {
    if (have == out.size()) out.resize(std::min(most, have + piece));  // only then: members may be many and empty
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + have);
    stream.avail_out = static_cast<uInt>(out.size() - have);
    const int result = inflate(&stream, Z_NO_FLUSH);
    have = out.size() - stream.avail_out;
    if (result == Z_STREAM_END) {
      const std::string_view rest = packed.substr(packed.size() - stream.avail_in);
      if (coding != Coding::gzip || !begins_gzip(rest)) return ended(Unpacking::whole);
      inflateReset(&stream);
    } else if (result == Z_BUF_ERROR || (result == Z_OK && stream.avail_in == 0 && stream.avail_out > 0)) {
      return ended(have == most && stream.avail_in > 0 ? Unpacking::too_large : Unpacking::cut);
    } else if (result != Z_OK) {
      return ended(Unpacking::damaged);
    }
  }
}

Unpacking inflate(std::string_view packed, Coding coding, std::size_t most, std::string& out) {
  const std::size_t before = out.size();
  if (const auto done = inflate_whole(packed, coding, most, out)) return *done;
  out.resize(before);
  return inflate_beginning(packed, coding, most, out);
}

Unpacking unpack_brotli(std::string_view packed, std::size_t most, std::string& out) {
  const Brotli reader(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr));
  if (!reader) throw std::bad_alloc();
  const auto* next = reinterpret_cast<const std::uint8_t*>(packed.data());
  std::size_t left = packed.size();
  for (;;) {
    const std::size_t before = out.size();
    std::size_t room = std::min(most - before, std::max(piece, packed.size() * usual_ratio));
    out.resize(before + room);
    auto* to = reinterpret_cast<std::uint8_t*>(out.data() + before);
    const auto result = BrotliDecoderDecompressStream(reader.get(), &left, &next, &room, &to, nullptr);
    out.resize(out.size() - room);
    if (result == BROTLI_DECODER_RESULT_SUCCESS) return Unpacking::whole;
    if (result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT) return Unpacking::cut;
    if (result == BROTLI_DECODER_RESULT_ERROR) return Unpacking::damaged;
    if (out.size() == most) return Unpacking::too_large;
  }
}

Unpacking unpack_zstd(std::string_view packed, std::size_t most, std::string& out) {
  const Zstd reader(ZSTD_createDCtx());
  if (!reader) throw std::bad_alloc();
  ZSTD_DCtx_setParameter(reader.get(), ZSTD_d_windowLogMax, window_log);
  ZSTD_inBuffer from{packed.data(), packed.size(), 0};
  if (!begins_frame(packed)) return Unpacking::damaged;
  std::size_t have = out.size();
  const auto ended = [&](Unpacking how) {
    out.resize(have);
    return how;
  };
  for (;;) {
    if (have == out.size())  // only then: frames may be many and empty
      out.resize(std::min(most, have + std::max(piece, packed.size() * usual_ratio)));
    ZSTD_outBuffer to{out.data(), out.size(), have};
    const std::size_t wanted = ZSTD_decompressStream(reader.get(), &to, &from);
    have = to.pos;
    if (ZSTD_isError(wanted)) return ended(Unpacking::damaged);
    if (wanted == 0 && !begins_frame(packed.substr(from.pos))) return ended(Unpacking::whole);
    const bool is_full = have == out.size();
    if (!is_full && from.pos == from.size) return ended(Unpacking::cut);
    if (is_full && have == most) return ended(Unpacking::too_large);
  }
}

void fail(Reply& reply, Failure failure, std::string reason) {
  reply.outcome = base::Outcome::failed;
  reply.failure = failure;
  reply.reason = std::move(reason);
  reply.status = reply.hops.back().status = 0;
  reply.hops.back().validators = {};
  const auto wish = reply.hints.retry_after;
  reply.hints = {};
  reply.hints.retry_after = wish;
  reply.body = std::string();
  reply.lease.reset();
}

void judge(Reply& reply, Unpacking how, std::size_t most) {
  switch (how) {
    case Unpacking::whole:
      return;
    case Unpacking::cut:
      reply.is_delimited = false;
      return;
    case Unpacking::damaged:
      return fail(reply, Failure::protocol, "the compressed body is damaged");
    case Unpacking::too_large:
      if (most == reply.most_body)
        return fail(reply, Failure::too_large, "the body is larger than " + base::describe_bytes(reply.most_body));
      return fail(reply, Failure::too_large,
                  "the body unpacks to more than " + std::to_string(most_ratio) + " times what was sent");
  }
}

}  // namespace

Unpacking unpack(std::string_view packed, Coding coding, std::size_t most, std::string& out) {
  switch (coding) {
    case Coding::gzip:
    case Coding::deflate:
      return inflate(packed, coding, most, out);
    case Coding::br:
      return unpack_brotli(packed, most, out);
    case Coding::zstd:
      return unpack_zstd(packed, most, out);
    case Coding::none:
    case Coding::unknown:
      break;
  }
  return Unpacking::damaged;
}

void unpack(Reply& reply) {
  const Coding coding = std::exchange(reply.coding, Coding::none);
  if (coding == Coding::none || reply.body.empty()) return;
  const std::string packed = std::exchange(reply.body, {});
  if (reply.outcome != base::Outcome::fresh) {
    unpack(packed, coding, most_of_refusal, reply.body);
    return;
  }
  const auto bearable = std::max<std::uint64_t>(least_judged, packed.size() * most_ratio);
  const auto most = static_cast<std::size_t>(std::min(reply.most_body, bearable));
  judge(reply, unpack(packed, coding, most, reply.body), most);
  if (reply.lease && reply.body.size() > packed.size()) reply.lease->add(reply.body.size() - packed.size());
}

}  // namespace rapporteur::fetch
