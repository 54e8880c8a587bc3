// What comes over the control socket, put into words for the stages and back. io thread only.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/control.h"
#include "engine/rounds.h"

namespace rapporteur::engine {

// `poll [--now] [ID…]`: a line for each source as it is done, then the end.
void start_round(Rounds& rounds, const std::vector<std::string>& words, std::shared_ptr<ControlReply> reply);
// A text line by line, then the end.
void tell_text(ControlReply& reply, std::string_view text);

}  // namespace rapporteur::engine
