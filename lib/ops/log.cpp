#include "ops/log.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstdlib>

#include "base/guarded.h"
#include "base/text.h"
#include "base/time.h"
#include "ops/journal.h"
#include "ops/repeats.h"

namespace rapporteur::ops {

namespace {

constexpr std::size_t longest_value = 2000;  // bytes; reasons are made of what servers say

// systemd names the stream it connected stderr to. Only then the journal gets our fields.
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

// A terminal that has some room takes a part of a line and waits with the rest, so it is opened once more: a
// description of our own may be told not to wait. -1: it is none, or another user's.
int opened_again(int descriptor) {
  if (::isatty(descriptor) == 0) return -1;
  const std::string path = "/proc/self/fd/" + std::to_string(descriptor);
  return ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

struct Out {
  int descriptor = STDERR_FILENO;
  int terminal = opened_again(STDERR_FILENO);  // the same, if it is one
  Sink sink = sink_of(STDERR_FILENO, Sink::automatic);
  Level least_urgent = Level::info;
  Repeats repeats;
  Journal journal;
  std::size_t dropped = 0;  // lines that nobody took, not told yet
  bool is_cut = false;      // a part of the last one was taken
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

bool send_to_journal(Journal& journal, Level level, std::string_view sentence, const std::string& line, Facts facts) {
  JournalFields fields = {{"PRIORITY", std::to_string(static_cast<int>(level))},
                          {"MESSAGE", line},
                          {"SENTENCE", std::string(sentence)},
                          {"SYSLOG_IDENTIFIER", "rapporteur"}};
  for (const auto& [key, value] : facts) fields.emplace_back(field_name(key), value.substr(0, longest_value));
  return journal.send(fields);
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

// Whoever reads us may not read: the thread that logs would wait with it, and everything it serves. A pipe that can be
// written to takes PIPE_BUF bytes at once and whole (pipe(7)), and a socket says so with more room than that. The
// descriptor itself stays as it is: O_NONBLOCK would hold for all that share it.
bool takes_a_line(int descriptor) {
  pollfd wanted{descriptor, POLLOUT, 0};
  return ::poll(&wanted, 1, 0) == 1 && wanted.revents == POLLOUT;
}

// To what a pipe takes whole, its end of line included; not within a character.
void cut(std::string& text) {
  static constexpr std::string_view mark = " (cut)";
  std::size_t size = PIPE_BUF - mark.size() - 1;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  text.resize(size);
  text += mark;
}

bool write_line(Out& to, Level level, const std::string& line) {
  if (!takes_a_line(to.descriptor)) return false;
  std::string text = to.is_cut ? "\n" : "";
  if (to.sink == Sink::prefixed)
    text += "<" + std::to_string(static_cast<int>(level)) + ">" + line;
  else
    text += base::to_rfc3339(base::SystemClock().now()) + " " + word_of(level) + line;
  if (text.size() >= PIPE_BUF) cut(text);
  text += '\n';
  ssize_t count = -1;
  do {
    count = ::write(to.terminal >= 0 ? to.terminal : to.descriptor, text.data(), text.size());
  } while (count < 0 && errno == EINTR);
  if (count > 0) to.is_cut = static_cast<std::size_t>(count) < text.size();
  return count > 0 && !to.is_cut;
}

bool put(Out& to, Level level, std::string_view sentence, const std::string& line, Facts facts) {
  return to.sink == Sink::journal ? send_to_journal(to.journal, level, sentence, line, facts)
                                  : write_line(to, level, line);
}

void say(Out& to, Level level, std::string_view sentence, const std::string& line, Facts facts) {
  static constexpr std::string_view loss = "lines of the log were dropped, because nobody took them";
  if (to.dropped > 0) {
    const std::string count = std::to_string(to.dropped);
    const Facts how_many = {{"count", count}};
    if (put(to, Level::warning, loss, format_line(loss, how_many), how_many)) to.dropped = 0;
  }
  if (to.dropped > 0 || !put(to, level, sentence, line, facts)) ++to.dropped;
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
    if (to.terminal >= 0) ::close(to.terminal);
    to.descriptor = descriptor;
    to.terminal = opened_again(descriptor);
    to.sink = sink_of(descriptor, sink);
    to.repeats = {};
    to.dropped = 0;
    to.is_cut = false;
  });
}

void log_above(Level least_urgent) {
  out().with([&](Out& to) { to.least_urgent = least_urgent; });
}

}  // namespace rapporteur::ops
