// What a target means: a page of the shelf by its path, or one of the live answers of the table here. A path is looked
// up, never opened: no target reaches a file system. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "serve/answer.h"

namespace rapporteur::serve {

enum class LiveKind { status, metrics, health, readiness };

struct LiveRoute {
  std::string_view path;
  LiveKind kind;
  std::string_view media_type;
};

const LiveRoute* find_live_route(std::string_view path);

// The path of a request target: origin form or absolute form (RFC 9112 3.2.2), without its query, with encoded
// unreserved characters decoded (RFC 3986 6.2.2.2). nullopt: neither form. `room` holds the text when something was
// decoded.
std::optional<std::string_view> path_of(std::string_view target, std::string& room);

}  // namespace rapporteur::serve
