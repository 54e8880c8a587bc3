#include "fetch/unpack.h"

#include <brotli/encode.h>
#include <zlib.h>
#include <zstd.h>

#include <boost/test/unit_test.hpp>
#include <string>

#include "fetch/budget.h"
#include "support/scripted_server.h"

// Content codings are undone, whole, cut, damaged, too large, and nothing in between.
using namespace rapporteur;
using namespace rapporteur::fetch;

namespace rapporteur::fetch {

std::ostream& operator<<(std::ostream& out, Unpacking how) {
  constexpr const char* words[] = {"whole", "cut", "damaged", "too_large"};
  return out << words[static_cast<int>(how)];
}

}  // namespace rapporteur::fetch

namespace {

constexpr std::size_t plenty = 1u << 20;

std::string deflated(std::string_view bytes, int window_bits) {
  z_stream stream{};
  BOOST_REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, bytes.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  BOOST_REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string brotli(std::string_view bytes) {
  std::string out(bytes.size() + 1000, '\0');
  auto size = out.size();
  BOOST_REQUIRE(BrotliEncoderCompress(5, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, bytes.size(),
                                      reinterpret_cast<const std::uint8_t*>(bytes.data()), &size,
                                      reinterpret_cast<std::uint8_t*>(out.data())));
  out.resize(size);
  return out;
}

std::string zstd(std::string_view bytes) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), 3));
  return out;
}

std::string text(std::size_t size = 300'000) {
  std::string text;
  for (unsigned i = 1; text.size() < size; i = i * 1103515245u + 12345u)
    text += "<item>" + std::to_string(i >> 16) + "</item>\n";
  text.resize(size);
  return text;
}

struct Packed {
  const char* name;
  Coding coding;
  std::string bytes;
};

std::vector<Packed> packed(std::string_view bytes) {
  return {{"gzip", Coding::gzip, deflated(bytes, 15 + 16)},
          {"deflate", Coding::deflate, deflated(bytes, 15)},
          {"bare deflate", Coding::deflate, deflated(bytes, -15)},
          {"br", Coding::br, brotli(bytes)},
          {"zstd", Coding::zstd, zstd(bytes)}};
}

Reply reply_with(std::string body, Coding coding, base::Outcome outcome = base::Outcome::fresh) {
  Reply reply;
  reply.outcome = outcome;
  reply.status = outcome == base::Outcome::fresh ? 200 : 403;
  reply.hops.emplace_back();
  reply.hops.back().status = reply.status;
  reply.hops.back().validators.etag = "\"1\"";
  reply.body = std::move(body);
  reply.coding = coding;
  reply.most_body = plenty;
  reply.is_delimited = true;
  return reply;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(unpack_test)

BOOST_AUTO_TEST_CASE(each_coding_is_undone) {
  for (const std::size_t size : {std::size_t{1}, std::size_t{70}, std::size_t{300'000}, plenty}) {
    const std::string all = text(size);
    for (const auto& [name, coding, bytes] : packed(all)) BOOST_TEST_CONTEXT(name << " of " << size) {
        std::string out;
        BOOST_TEST(unpack(bytes, coding, plenty, out) == Unpacking::whole);
        BOOST_TEST((out == all));
      }
  }
}

BOOST_AUTO_TEST_CASE(nothing_packed_is_nothing) {
  for (const auto& [name, coding, bytes] : packed("")) BOOST_TEST_CONTEXT(name) {
      std::string out;
      BOOST_TEST(unpack(bytes, coding, plenty, out) == Unpacking::whole);
      BOOST_TEST(out == "");
    }
}

// The limit is a limit: what is one byte longer is not read, whatever the room that was guessed.
BOOST_AUTO_TEST_CASE(p36_just_the_limit_is_whole_and_one_byte_more_is_too_large) {
  const std::string all = text();
  for (const auto& [name, coding, bytes] : packed(all))
    for (const std::size_t most : {all.size() - 1, std::size_t{1000}, std::size_t{1}}) BOOST_TEST_CONTEXT(name) {
        std::string out;
        BOOST_TEST(unpack(bytes, coding, all.size(), out) == Unpacking::whole);
        BOOST_TEST((out == all));
        std::string less;
        BOOST_TEST(unpack(bytes, coding, most, less) == Unpacking::too_large);
        BOOST_TEST(less.size() <= most);
      }
}

BOOST_AUTO_TEST_CASE(what_is_cut_anywhere_is_cut_and_its_beginning_is_there) {
  const std::string all = text();
  for (const auto& [name, coding, bytes] : packed(all)) BOOST_TEST_CONTEXT(name) {
      std::size_t longest = 0;
      for (std::size_t length = 1; length < bytes.size(); length += 1 + length / 20) {
        std::string out;
        BOOST_TEST_REQUIRE(unpack(std::string_view(bytes).substr(0, length), coding, plenty, out) == Unpacking::cut,
                           length << " of " << bytes.size());
        BOOST_TEST_REQUIRE((all.compare(0, out.size(), out) == 0), length);
        longest = std::max(longest, out.size());
      }
      BOOST_TEST(longest > all.size() / 4);
    }
}

// A checksum that is wrong is no end that was cut off.
BOOST_AUTO_TEST_CASE(what_is_damaged_is_damaged) {
  const std::string all = text(20'000);
  for (const auto& [name, coding, bytes] : packed(all)) BOOST_TEST_CONTEXT(name) {
      std::string broken = bytes, out;
      broken[0] = static_cast<char>(broken[0] ^ 0x5a);
      broken[broken.size() / 2] = static_cast<char>(broken[broken.size() / 2] ^ 0x5a);
      const Unpacking how = unpack(broken, coding, plenty, out);
      BOOST_TEST((how == Unpacking::damaged || how == Unpacking::cut || out != all), how);
    }
  std::string sum = deflated(all, 15 + 16), adler = deflated(all, 15), out;
  sum[sum.size() - 6] = static_cast<char>(sum[sum.size() - 6] ^ 1);
  adler[adler.size() - 1] = static_cast<char>(adler[adler.size() - 1] ^ 1);
  BOOST_TEST(unpack(sum, Coding::gzip, plenty, out) == Unpacking::damaged);
  BOOST_TEST(unpack(adler, Coding::deflate, plenty, out) == Unpacking::damaged);
  for (const Coding coding : {Coding::gzip, Coding::br, Coding::zstd})
    BOOST_TEST(unpack("<rss version='2.0'><channel/></rss>", coding, plenty, out) == Unpacking::damaged);
  BOOST_TEST(unpack(all, Coding::unknown, plenty, out) == Unpacking::damaged);
}

BOOST_AUTO_TEST_CASE(members_and_frames_follow_each_other_and_garbage_behind_them_is_ignored) {
  const std::string first = text(5'000), second = text(100'000), empty = deflated("", 15 + 16);
  const std::string members = deflated(first, 15 + 16) + empty + deflated(second, 15 + 16) + empty;
  const std::string frames = zstd(first) + std::string("\x50\x2a\x4d\x18\x03\0\0\0abc", 11) + zstd(second);
  for (const std::string& behind : {std::string(), std::string(512, '\0'), std::string("\n<!-- cached -->")}) {
    std::string out;
    BOOST_TEST(unpack(members + behind, Coding::gzip, plenty, out) == Unpacking::whole);
    BOOST_TEST((out == first + second));
    out.clear();
    BOOST_TEST(unpack(frames + behind, Coding::zstd, plenty, out) == Unpacking::whole);
    BOOST_TEST((out == first + second));
    for (const auto& [name, coding, bytes] : packed(first)) BOOST_TEST_CONTEXT(name) {
        out.clear();
        BOOST_TEST(unpack(bytes + behind, coding, plenty, out) == Unpacking::whole);
        BOOST_TEST((out == first));
      }
  }
  std::string out;
  BOOST_TEST(unpack(members.substr(0, members.size() - 5), Coding::gzip, plenty, out) == Unpacking::cut);
  BOOST_TEST((out == first + second));
}

// Each costs what it is long: when room was made anew for each, these took three seconds.
BOOST_AUTO_TEST_CASE(members_and_frames_may_be_many_and_empty) {
  const std::string all = text(1000), empty = deflated("", 15 + 16), skippable("\x50\x2a\x4d\x18\0\0\0\0", 8);
  std::string members, frames;
  for (int i = 0; i < 100'000; ++i) members += empty, frames += skippable;
  std::string out;
  BOOST_TEST(unpack(members + deflated(all, 15 + 16), Coding::gzip, 16 * plenty, out) == Unpacking::whole);
  BOOST_TEST((out == all));
  out.clear();
  BOOST_TEST(unpack(members + empty.substr(0, 9), Coding::gzip, 16 * plenty, out) == Unpacking::cut);
  BOOST_TEST(out == "");
  BOOST_TEST(unpack(frames + zstd(all), Coding::zstd, 16 * plenty, out) == Unpacking::whole);
  BOOST_TEST((out == all));
}

// The trailer of gzip states a size, which is anybody's word.
BOOST_AUTO_TEST_CASE(a_stated_size_that_lies_is_damage_and_costs_no_memory) {
  const std::string all = text(50'000), honest = deflated(all, 15 + 16);
  for (const std::string_view size : {std::string_view("\0\0\0\0", 4), std::string_view("\xff\xff\xff\xff", 4),
                                      std::string_view("\xff\xff\xff\x7f", 4), std::string_view("\1\0\0\0", 4)}) {
    std::string lying = honest.substr(0, honest.size() - 4), out;
    lying += size;
    BOOST_TEST(unpack(lying, Coding::gzip, std::size_t{1} << 40, out) == Unpacking::damaged);
    BOOST_TEST(out.capacity() < 100 * all.size());
  }
}

// RFC 8878 3.1.1.1.2: who needs a larger window than 8 MiB asks for too much memory.
BOOST_AUTO_TEST_CASE(a_window_of_more_than_eight_mebibytes_is_refused) {
  const std::string block("\x1b\0\0x", 4);  // the last one: 'x' three times
  std::string out;
  BOOST_TEST(unpack("\x28\xb5\x2f\xfd" + std::string("\0\x68", 2) + block, Coding::zstd, plenty, out) ==
             Unpacking::whole);
  BOOST_TEST(out == "xxx");
  BOOST_TEST(unpack("\x28\xb5\x2f\xfd" + std::string("\0\x70", 2) + block, Coding::zstd, plenty, out) ==
             Unpacking::damaged);
}

BOOST_AUTO_TEST_CASE(a_reply_is_unpacked_once_and_its_bytes_are_counted) {
  const std::string all = text();
  BodyBudget budget(plenty);
  for (const auto& [name, coding, bytes] : packed(all)) BOOST_TEST_CONTEXT(name) {
      Reply reply = reply_with(bytes, coding);
      reply.lease = budget.open();
      reply.lease->add(bytes.size());
      unpack(reply);
      BOOST_TEST((reply.body == all));
      BOOST_TEST((reply.coding == Coding::none));
      BOOST_TEST(reply.is_delimited);
      BOOST_TEST(budget.used() == all.size());
      unpack(reply);
      BOOST_TEST((reply.body == all));
      budget.close(*reply.lease);
    }
  BOOST_TEST(budget.used() == 0u);
}

BOOST_AUTO_TEST_CASE(a_reply_that_cannot_be_unpacked_is_as_if_none_had_come) {
  BodyBudget budget(plenty);
  const struct {
    std::string body, reason;
    Failure failure;
  } rows[] = {
      {"<rss/>", "the compressed body is damaged", Failure::protocol},
      {deflated(text(plenty + 1), 15 + 16), "the body is larger than 1 MiB", Failure::too_large},
  };
  for (const auto& row : rows) {
    Reply reply = reply_with(row.body, Coding::gzip);
    reply.lease = budget.open();
    reply.hints.max_age = std::chrono::hours(9);
    reply.hints.retry_after = std::chrono::minutes(9);
    unpack(reply);
    BOOST_TEST((reply.outcome == base::Outcome::failed));
    BOOST_TEST((reply.failure == row.failure));
    BOOST_TEST(reply.reason == row.reason);
    BOOST_TEST(reply.body == "");
    BOOST_TEST(reply.status == 0);
    BOOST_TEST(reply.hops.back().validators.empty());
    BOOST_TEST(!reply.hints.max_age);
    BOOST_TEST((reply.hints.retry_after == std::chrono::minutes(9)));
    BOOST_TEST(!reply.lease);
  }
  Reply dense = reply_with(deflated(std::string(3 * plenty, ' '), 15 + 16), Coding::gzip);
  dense.most_body = 16 * plenty;
  unpack(dense);
  BOOST_TEST(dense.reason == "the body unpacks to more than 200 times what was sent");
}

BOOST_AUTO_TEST_CASE(p6_a_reply_that_was_cut_is_not_delimited) {
  const std::string all = text(), bytes = deflated(all, 15 + 16);
  Reply reply = reply_with(bytes.substr(0, bytes.size() / 2), Coding::gzip);
  unpack(reply);
  BOOST_TEST((reply.outcome == base::Outcome::fresh));
  BOOST_TEST(reply.body.size() > all.size() / 4);
  BOOST_TEST(!reply.is_delimited);
}

// It may have been cut by us, and who refuses says so at the beginning.
BOOST_AUTO_TEST_CASE(of_a_refusal_the_beginning_is_read) {
  const std::string all = text(), bytes = brotli(all);
  Reply reply = reply_with(bytes.substr(0, bytes.size() / 2), Coding::br, base::Outcome::refused);
  unpack(reply);
  BOOST_TEST((reply.outcome == base::Outcome::refused));
  BOOST_TEST(reply.status == 403);
  BOOST_TEST(reply.body.size() > 10'000u);
  BOOST_TEST((all.compare(0, reply.body.size(), reply.body) == 0));
  Reply damaged = reply_with("<html>Forbidden", Coding::gzip, base::Outcome::refused);
  unpack(damaged);
  BOOST_TEST((damaged.outcome == base::Outcome::refused));
}

BOOST_AUTO_TEST_SUITE_END()
