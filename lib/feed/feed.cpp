#include "feed/feed.h"

namespace rapporteur::feed {

const char* to_string(Format format) {
  switch (format) {
    case Format::unknown:
      return "unknown";
    case Format::rss090:
      return "rss090";
    case Format::rss091:
      return "rss091";
    case Format::rss092:
      return "rss092";
    case Format::rss093:
      return "rss093";
    case Format::rss094:
      return "rss094";
    case Format::rss10:
      return "rss10";
    case Format::rss20:
      return "rss20";
    case Format::atom03:
      return "atom03";
    case Format::atom10:
      return "atom10";
    case Format::json10:
      return "json10";
    case Format::json11:
      return "json11";
    case Format::cdf:
      return "cdf";
  }
  return "unknown";
}

}  // namespace rapporteur::feed
