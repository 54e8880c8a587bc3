// What the operator reads: one sentence and its facts by key. On a terminal plain lines; under systemd the journal with fields
// (SOURCE=, REASON=), so that `journalctl SOURCE=who` works. Any thread; the sink is the only lock of this module.
// Secrets never come here: callers pass addresses through base::without_userinfo.
#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>

namespace rapporteur::ops {

enum class Level { error = 3, warning = 4, info = 6, debug = 7 };  // syslog's numbers

using Facts = std::initializer_list<std::pair<std::string_view, std::string_view>>;

void log(Level level, std::string_view sentence, Facts facts);
inline void log_error(std::string_view sentence, Facts facts) { log(Level::error, sentence, facts); }
inline void log_warning(std::string_view sentence, Facts facts) { log(Level::warning, sentence, facts); }
inline void log_info(std::string_view sentence, Facts facts) { log(Level::info, sentence, facts); }

// Where lines go; tests take them with a descriptor of their own. Journal: only when stderr is the journal's stream.
enum class Sink { automatic, plain, prefixed };  // prefixed: "<4>…" for systemd without JOURNAL_STREAM
void log_to(int descriptor, Sink sink);
void log_above(Level least_urgent);  // lines less urgent than this are dropped; default info

}  // namespace rapporteur::ops
