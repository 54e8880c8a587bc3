// Links, categories, enclosures, media: the small lists an entry carries. Addresses are absolute once parsed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace rapporteur::feed {

// atom:link (RFC 4287 4.2.7); RSS link becomes rel "alternate".
struct Link {
  std::string href;
  std::string rel;  // "alternate" when the document gave none
  std::string type;
  std::string hreflang;
  std::string title;
  std::optional<std::uint64_t> length;  // bytes
  bool operator==(const Link&) const = default;
};

// atom:category, RSS category (domain is the scheme), dc:subject, JSON tags.
struct Category {
  std::string term;
  std::string scheme;
  std::string label;
  bool operator==(const Category&) const = default;
};

// RSS enclosure, atom link rel=enclosure, JSON attachments.
struct Enclosure {
  std::string url;
  std::string type;
  std::optional<std::uint64_t> length;  // bytes
  bool operator==(const Enclosure&) const = default;
};

// media:content (Media RSS), with the thumbnail that belongs to it; media:thumbnail alone has an empty url.
struct Media {
  std::string url;
  std::string type;
  std::string medium;
  std::optional<std::uint32_t> width;
  std::optional<std::uint32_t> height;
  std::string thumbnail;
  bool operator==(const Media&) const = default;
};

// georss:point, geo:lat/long, gml:pos. Degrees, WGS 84.
struct Location {
  double lat = 0;
  double lon = 0;
  bool operator==(const Location&) const = default;
};

struct Image {  // RSS image
  std::string url;
  std::string title;
  std::string link;
};

}  // namespace rapporteur::feed
