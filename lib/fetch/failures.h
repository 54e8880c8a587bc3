// Why a transfer brought no usable answer, in words for a person. Called by client.cpp. io thread only. Inside fetch
// only.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "fetch/easy.h"
#include "fetch/reply.h"

namespace rapporteur::fetch {

struct Explanation {
  Failure failure = Failure::other;
  std::string sentence;
};

// For a run that ended with an error of curl, or without one but with half a header. `url` is that of the hop; nothing
// secret of it is repeated.
Explanation explain_failure(const Transfer& transfer, std::string_view url);
// "no answer within 60 s".
Explanation explain_timeout(base::Duration limit);

}  // namespace rapporteur::fetch
