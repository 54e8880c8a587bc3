// Finished documents: what the press makes and the server hands out, immutable once built.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"

namespace rapporteur::publish {

// One representation in its codings; each coding has an ETag of its own (RFC 9110 8.8.3.3).
struct Page {
  std::string media_type;  // with charset
  std::string body;        // identity
  std::string gzip;        // "": not worth it
  std::string brotli;      // "": not worth it
  std::string etag;  // of the identity coding, strong, with quotes; codings add -g and -b before the closing quote
  base::Instant last_modified{};
  std::string cache_control;
  std::string csp;
  std::vector<std::string> links;  // Link field values
  bool allow_any_origin = false;   // Access-Control-Allow-Origin: *
  // Where the entries of a feed stand in `body`, one behind the other; empty: it has none that could be sent alone.
  struct Part {
    std::uint64_t hash = 0;  // of what it says itself
    std::size_t begin = 0, end = 0;
  };
  std::vector<Part> parts;
};

// All pages of one moment, by path ("/feed.atom"). Never changes; shared by reference.
struct Edition {
  std::map<std::string, Page, std::less<>> pages;
};

}  // namespace rapporteur::publish
