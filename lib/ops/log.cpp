#include "ops/log.h"

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <vector>

#include "base/guarded.h"
#include "base/text.h"
#include "base/time.h"
#include "ops/repeats.h"

namespace rapporteur::ops {

namespace {

constexpr std::size_t longest_value = 2000;  // bytes; reasons are made of what servers say

// systemd names the stream it connected stderr to. Only then the journal has our fields: sd_journal_send answers 0
// without a journal too.
bool is_journal_stream(int descriptor) {
  const char* stream = std::getenv("JOURNAL_STREAM");
  struct stat facts {};
  if (!stream || ::fstat(descriptor, &facts) != 0) return false;
  return std::to_string(facts.st_dev) + ":" + std::to_string(facts.st_ino) == stream;
}

// Started by systemd itself, not from a shell below one of its units (systemd.exec(5), SYSTEMD_EXEC_PID).
bool is_service_process() {
  const char* pid = std::getenv("SYSTEMD_EXEC_PID");
  return pid && std::to_string(::getpid()) == pid;
}

Sink sink_of(int descriptor, Sink wanted) {
  if (wanted != Sink::automatic) return wanted;
  if (is_journal_stream(descriptor)) return Sink::journal;
  return is_service_process() && ::isatty(descriptor) == 0 ? Sink::prefixed : Sink::plain;
}

struct Out {
  int descriptor = STDERR_FILENO;
  Sink sink = sink_of(STDERR_FILENO, Sink::automatic);
  Level least_urgent = Level::info;
  Repeats repeats;
};

base::Guarded<Out>& out() {
  static base::Guarded<Out> only;
  return only;
}

// Journal fields: capitals, digits and underscores, a letter first (systemd.journal-fields(7)).
std::string field_name(std::string_view key) {
  std::string name;
  for (const char c : key) {
    if (base::is_alpha(c))
      name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    else if (base::is_digit(c) && !name.empty())
      name += c;
    else if (!name.empty())
      name += '_';
  }
  return name.empty() ? "FACT" : name;
}

void send_to_journal(Level level, std::string_view sentence, const std::string& line, Facts facts) {
  std::vector<std::string> fields = {"PRIORITY=" + std::to_string(static_cast<int>(level)), "MESSAGE=" + line,
                                     "SENTENCE=" + std::string(sentence), "SYSLOG_IDENTIFIER=rapporteur"};
  for (const auto& [key, value] : facts)
    fields.push_back(field_name(key) + "=" + std::string(value.substr(0, longest_value)));
  std::vector<iovec> pieces;
  pieces.reserve(fields.size());
  for (std::string& field : fields) pieces.push_back({field.data(), field.size()});
  ::sd_journal_sendv(pieces.data(), static_cast<int>(pieces.size()));
}

const char* word_of(Level level) {
  switch (level) {
    case Level::error:
      return "error: ";
    case Level::warning:
      return "warning: ";
    case Level::debug:
      return "debug: ";
    case Level::info:
      break;
  }
  return "";
}

void write_line(const Out& to, Level level, const std::string& line) {
  std::string text;
  if (to.sink == Sink::prefixed)
    text = "<" + std::to_string(static_cast<int>(level)) + ">" + line + "\n";
  else
    text = base::to_rfc3339(base::SystemClock().now()) + " " + word_of(level) + line + "\n";
  for (std::size_t sent = 0; sent < text.size();) {
    const ssize_t count = ::write(to.descriptor, text.data() + sent, text.size() - sent);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;  // nobody reads: nothing better can be done with the line
    sent += static_cast<std::size_t>(count);
  }
}

void say(const Out& to, Level level, std::string_view sentence, const std::string& line, Facts facts) {
  if (to.sink == Sink::journal)
    send_to_journal(level, sentence, line, facts);
  else
    write_line(to, level, line);
}

}  // namespace

std::string format_line(std::string_view sentence, Facts facts) {
  std::string line(sentence);
  for (const auto& [key, whole] : facts) {
    const std::string_view value = whole.substr(0, longest_value);
    line.append(" ").append(key).append("=");
    if (value.empty() || value.find_first_of(" \"=") != std::string_view::npos)
      base::append_json_string(line, value);
    else
      line += value;
  }
  line = base::to_xml_text(line);  // control characters would move a terminal's cursor
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t' || c == '\x7F'; }, ' ');
  return line;
}

void log(Level level, std::string_view sentence, Facts facts) {
  out().with([&](Out& to) {
    if (level > to.least_urgent) return;
    const auto now = std::chrono::steady_clock::now();
    to.repeats.settle(now, [&](const std::string& line, int of_level, std::size_t count) {
      const std::string times = std::to_string(count);
      say(to, static_cast<Level>(of_level), "a line was held back",
          line + " (" + times + " more of this line within a minute)", {{"count", times}});
    });
    const std::string line = format_line(sentence, facts);
    if (to.repeats.may_say(line, static_cast<int>(level), now)) say(to, level, sentence, line, facts);
  });
}

void log_to(int descriptor, Sink sink) {
  out().with([&](Out& to) {
    to.descriptor = descriptor;
    to.sink = sink_of(descriptor, sink);
    to.repeats = {};
  });
}

void log_above(Level least_urgent) {
  out().with([&](Out& to) { to.least_urgent = least_urgent; });
}

}  // namespace rapporteur::ops
