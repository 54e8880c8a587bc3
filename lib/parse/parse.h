// Bytes to Feed: detect, decode, repair as far as needed, read. Pure, any thread, linear time, bounded depth.
// Says what the document says: markup is not sanitised here (html::clean_entry), identity is not decided here (merge).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "feed/feed.h"
#include "feed/source.h"

namespace rapporteur::parse {

struct Document {
  std::string bytes;
  std::string content_type;  // as the server sent it, with charset; "" unknown
  std::string url;           // where it came from; "" unknown; base of relative addresses
};

struct Options {
  feed::DateOrder date_order = feed::DateOrder::unstated;
  std::string timezone;  // IANA name for dates without a zone; "": UTC
  // Whether an entry with this feed::Entry::markup_hash is on record and need not be read: then it is passed over.
  std::function<bool(std::uint64_t)> is_known{};
};

enum class ErrorCode { empty, html_page, json_without_feed, xml_without_feed, binary, too_deep, unreadable };

struct Error {
  ErrorCode code = ErrorCode::unreadable;
  std::string text;      // one sentence: what it is instead
  std::size_t line = 0;  // 0: no particular line
  std::string page{};    // of an HTML page its beginning, as UTF-8: there it says what it is
};

// The bytes are consumed: parsing happens in place.
[[nodiscard]] Result<feed::Feed, Error> parse(Document document, const Options& options = {});

}  // namespace rapporteur::parse
