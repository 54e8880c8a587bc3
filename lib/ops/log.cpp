#include "ops/log.h"

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "base/text.h"
#include "base/time.h"
#include "base/guarded.h"

namespace rapporteur::ops {

namespace {

constexpr int same_lines_kept = 3;  // of one sentence in a row; then only the count, when another one comes
constexpr std::chrono::seconds same_lines_forgotten{60};

struct Out {
  int descriptor = STDERR_FILENO;
  Sink sink = Sink::automatic;
  Level least_urgent = Level::info;
  std::string last_line;
  int repeats = 0;
  std::chrono::steady_clock::time_point last_time{};
};

base::Guarded<Out>& out() {
  static base::Guarded<Out> only;
  return only;
}

// systemd names the stream it connected stderr to; only then fields arrive (sd_journal_send answers 0 without a journal too).
bool is_journal(int descriptor) {
  const char* stream = std::getenv("JOURNAL_STREAM");
  struct stat facts {};
  if (!stream || ::fstat(descriptor, &facts) != 0) return false;
  return std::to_string(facts.st_dev) + ":" + std::to_string(facts.st_ino) == stream;
}

std::string with_facts(std::string_view sentence, Facts facts) {
  std::string line(sentence);
  for (const auto& [key, value] : facts) {
    line += ' ';
    line += key;
    line += '=';
    const bool needs_quotes = value.empty() || value.find_first_of(" \"=\n") != std::string_view::npos;
    if (needs_quotes)
      base::append_json_string(line, value);
    else
      line += value;
  }
  for (char& c : line)
    if (c == '\n' || c == '\r') c = ' ';
  return line;
}

void send_to_journal(Level level, std::string_view sentence, const std::string& line, Facts facts) {
  std::vector<std::string> fields = {"PRIORITY=" + std::to_string(static_cast<int>(level)), "MESSAGE=" + line,
                                     "SENTENCE=" + std::string(sentence), "SYSLOG_IDENTIFIER=rapporteur"};
  for (const auto& [key, value] : facts) {
    std::string field(key);
    for (char& c : field) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    fields.push_back(field + "=" + std::string(value));
  }
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
    default:
      return "";
  }
}

void write_line(const Out& to, Level level, const std::string& line) {
  std::string text;
  const bool is_prefixed = to.sink == Sink::prefixed || (to.sink == Sink::automatic && std::getenv("INVOCATION_ID"));
  if (is_prefixed) {
    text = "<" + std::to_string(static_cast<int>(level)) + ">" + line + "\n";
  } else {
    const std::string now = base::to_rfc3339(base::SystemClock().now());
    text = now + " " + word_of(level) + line + "\n";
  }
  for (std::size_t sent = 0; sent < text.size();) {
    const ssize_t count = ::write(to.descriptor, text.data() + sent, text.size() - sent);
    if (count <= 0) return;  // nobody reads: nothing better can be done with the line
    sent += static_cast<std::size_t>(count);
  }
}

// A line that repeats is said a few times, then counted.
bool is_one_too_many(Out& to, Level level, const std::string& line) {
  const auto now = std::chrono::steady_clock::now();
  const bool is_same = line == to.last_line && now - to.last_time < same_lines_forgotten;
  if (!is_same) {
    if (to.repeats > same_lines_kept)
      write_line(to, level, "the last line came " + std::to_string(to.repeats - same_lines_kept) + " more times");
    to.last_line = line;
    to.repeats = 0;
  }
  to.last_time = now;
  return ++to.repeats > same_lines_kept;
}

}  // namespace

void log(Level level, std::string_view sentence, Facts facts) {
  out().with([&](Out& to) {
    if (level > to.least_urgent) return;
    const std::string line = with_facts(sentence, facts);
    if (is_one_too_many(to, level, line)) return;
    if (to.sink == Sink::automatic && is_journal(to.descriptor)) return send_to_journal(level, sentence, line, facts);
    write_line(to, level, line);
  });
}

void log_to(int descriptor, Sink sink) {
  out().with([&](Out& to) {
    to.descriptor = descriptor;
    to.sink = sink;
    to.last_line.clear();
    to.repeats = 0;
  });
}

void log_above(Level least_urgent) {
  out().with([&](Out& to) { to.least_urgent = least_urgent; });
}

}  // namespace rapporteur::ops
