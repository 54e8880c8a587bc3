// Undoes the content coding of a reply's body (RFC 9110 8.4). The client hands bodies on as they came, so that this
// runs where it holds up nobody: an answer of a few KiB may unpack to all of fetch.max_body.
// Pure; any thread, one at a time for a reply. Called by engine (digest, on a worker) and by client.cpp (robots.txt).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "fetch/reply.h"

namespace rapporteur::fetch {

// What a body may unpack to, as a multiple of what was sent (P36), once it is larger than the second.
inline constexpr std::uint64_t most_ratio = 200, least_judged = 1u << 20;

enum class Unpacking {
  whole,
  cut,  // the stream ends before its end; what came until then is there
  damaged,
  too_large,
};

// Appends to `out`, which is at most `most` bytes long afterwards. Of what is damaged or too large, `out` may hold the
// beginning. What stands behind the end of a stream is ignored, but for further members of gzip (RFC 1952 2.2) and
// frames of zstd (RFC 8878 3). `deflate`: as the RFC has it, or without its wrapper, as some servers send it.
Unpacking unpack(std::string_view packed, Coding coding, std::size_t most, std::string& out);

// Replaces the body by what it holds; nothing to do when it is not coded. A `fresh` reply whose body is damaged, larger
// than `most_body` or beyond most_ratio becomes `failed`, with a sentence, as if no answer had come. One that was cut
// is not delimited. Of a refusal the beginning is kept, as far as it can be read.
void unpack(Reply& reply);

}  // namespace rapporteur::fetch
