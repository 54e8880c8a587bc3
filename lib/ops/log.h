// What the operator reads: one sentence and its facts by key. On a terminal plain lines; under systemd the journal with
// fields (SOURCE=, REASON=), so that `journalctl SOURCE=who` works; else lines with <N> prefixes or with the time, as
// fits. Any thread; the sink is the only lock of this module, and nobody waits below it: a line that its reader does
// not take is dropped and counted. Lines that repeat are throttled (ops/repeats.h). Secrets never come here: callers
// pass addresses through base::without_userinfo.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace rapporteur::ops {

enum class Level { error = 3, warning = 4, info = 6, debug = 7 };  // syslog's numbers

using Facts = std::initializer_list<std::pair<std::string_view, std::string_view>>;

void log(Level level, std::string_view sentence, Facts facts = {});
inline void log_error(std::string_view sentence, Facts facts = {}) { log(Level::error, sentence, facts); }
inline void log_warning(std::string_view sentence, Facts facts = {}) { log(Level::warning, sentence, facts); }
inline void log_info(std::string_view sentence, Facts facts = {}) { log(Level::info, sentence, facts); }
inline void log_debug(std::string_view sentence, Facts facts = {}) { log(Level::debug, sentence, facts); }

// plain: "2026-11-25T04:00:00Z warning: sentence key=value". prefixed: "<4>sentence key=value", for a service manager
// that reads stderr. automatic: journal, prefixed or plain, by what the descriptor is (see sink_of in log.cpp).
enum class Sink { automatic, plain, prefixed, journal };
// Default: stderr, automatic. Decided here, once; the environment is not read again.
void log_to(int descriptor, Sink sink);
void log_above(Level least_urgent);  // lines less urgent than this are dropped; default info

// One line without its end: no control characters, valid UTF-8; values with blanks or quotes in quotes.
std::string format_line(std::string_view sentence, Facts facts);

}  // namespace rapporteur::ops
