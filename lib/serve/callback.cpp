#include "serve/callback.h"

#include "serve/routes.h"

namespace rapporteur::serve {

std::optional<std::string> token_of(std::string_view target) {
  std::string room;
  const std::optional<std::string_view> path = path_of(target, room);
  if (!path || !path->starts_with(callback_prefix)) return std::nullopt;
  return std::string(path->substr(callback_prefix.size()));
}

std::string_view query_of(std::string_view target) {
  target = target.substr(0, target.find('#'));
  const std::size_t mark = target.find('?');
  return mark == target.npos ? std::string_view() : target.substr(mark + 1);
}

}  // namespace rapporteur::serve
