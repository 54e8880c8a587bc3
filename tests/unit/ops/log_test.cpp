#include "ops/log.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <climits>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

using namespace rapporteur;

namespace {

// A pipe in the place of stderr; gives the log back its old place at the end.
class Captured {
 public:
  explicit Captured(ops::Sink sink) {
    BOOST_TEST_REQUIRE(pipe(ends_) == 0);
    ops::log_to(ends_[1], sink);
  }
  ~Captured() {
    close(ends_[0]);
    if (ends_[1] >= 0) close(ends_[1]);
  }
  int writing_end() const { return ends_[1]; }
  // What lies in the pipe, without waiting for more.
  std::string so_far() const {
    int size = 0;
    ioctl(ends_[0], FIONREAD, &size);
    std::string text(static_cast<std::size_t>(size), '\0');
    const ssize_t got = read(ends_[0], text.data(), text.size());
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
  }
  std::string text() {
    ops::log_to(STDERR_FILENO, ops::Sink::automatic);
    close(ends_[1]);
    ends_[1] = -1;
    std::string text;
    char buffer[4096];
    for (ssize_t got = 0; (got = read(ends_[0], buffer, sizeof buffer)) > 0;)
      text.append(buffer, static_cast<std::size_t>(got));
    return text;
  }

 private:
  int ends_[2] = {-1, -1};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(log_test)

BOOST_AUTO_TEST_CASE(facts_follow_the_sentence) {
  BOOST_TEST(ops::format_line("news", {{"source", "who"}, {"added", "3"}}) == "news source=who added=3");
  BOOST_TEST(ops::format_line("a source fails", {{"reason", "HTTP 503, next try 14:20"}}) ==
             "a source fails reason=\"HTTP 503, next try 14:20\"");
  BOOST_TEST(ops::format_line("x", {{"empty", ""}, {"quote", "a\"b"}}) == "x empty=\"\" quote=\"a\\\"b\"");
}

BOOST_AUTO_TEST_CASE(a_line_is_one_line_and_cannot_steer_a_terminal) {
  const std::string line = ops::format_line("bad\nnews", {{"reason", "\x1B[2Jgone\r\n<3>forged \x01\xFF"}});
  BOOST_TEST(line.find('\n') == std::string::npos);
  BOOST_TEST(line.find('\x1B') == std::string::npos);
  BOOST_TEST(line.find('\xFF') == std::string::npos);
  BOOST_TEST(line.starts_with("bad news reason="));
}

BOOST_AUTO_TEST_CASE(a_plain_line_begins_with_the_time_and_the_level) {
  Captured captured(ops::Sink::plain);
  ops::log_warning("the clock was set back", {{"by", "3 h"}});
  ops::log_info("well");
  const std::string text = captured.text();
  BOOST_TEST(text.substr(4, 1) == "-");
  BOOST_TEST(text.substr(19, 50) ==
             "Z warning: the clock was set back by=\"3 h\"\n" + text.substr(text.find('\n') + 1, 7));
  BOOST_TEST(text.ends_with("Z well\n"));
}

BOOST_AUTO_TEST_CASE(a_prefixed_line_begins_with_the_priority) {
  Captured captured(ops::Sink::prefixed);
  ops::log_error("no space left", {{"path", "/var/lib"}});
  ops::log_info("well");
  BOOST_TEST(captured.text() == "<3>no space left path=/var/lib\n<6>well\n");
}

BOOST_AUTO_TEST_CASE(debug_lines_are_dropped_unless_asked_for) {
  Captured captured(ops::Sink::prefixed);
  ops::log_debug("one");
  ops::log_above(ops::Level::debug);
  ops::log_debug("two");
  ops::log_above(ops::Level::info);
  ops::log_debug("three");
  BOOST_TEST(captured.text() == "<7>two\n");
}

BOOST_AUTO_TEST_CASE(prefixes_only_when_systemd_itself_started_us) {
  const std::string pid = std::to_string(getpid());
  setenv("SYSTEMD_EXEC_PID", pid.c_str(), 1);
  Captured service(ops::Sink::automatic);
  ops::log_info("well");
  BOOST_TEST(service.text() == "<6>well\n");
  setenv("SYSTEMD_EXEC_PID", "1", 1);
  Captured below_a_unit(ops::Sink::automatic);
  ops::log_info("well");
  BOOST_TEST(below_a_unit.text().ends_with("Z well\n"));
  unsetenv("SYSTEMD_EXEC_PID");
}

BOOST_AUTO_TEST_CASE(the_journal_is_used_only_for_its_own_stream) {
  struct stat facts {};
  Captured captured(ops::Sink::plain);
  BOOST_TEST_REQUIRE(fstat(captured.writing_end(), &facts) == 0);
  setenv("JOURNAL_STREAM", (std::to_string(facts.st_dev) + ":" + std::to_string(facts.st_ino)).c_str(), 1);
  ops::log_to(captured.writing_end(), ops::Sink::automatic);
  ops::log_info("goes to the journal, or nowhere on a machine without one");
  setenv("JOURNAL_STREAM", "1:1", 1);
  ops::log_to(captured.writing_end(), ops::Sink::automatic);
  ops::log_info("another stream");
  unsetenv("JOURNAL_STREAM");
  BOOST_TEST(captured.text().ends_with("Z another stream\n"));
}

BOOST_AUTO_TEST_CASE(lines_of_many_threads_stay_whole) {
  Captured captured(ops::Sink::prefixed);
  std::vector<std::thread> threads;
  for (int number = 0; number < 4; ++number)
    threads.emplace_back([number] {
      for (int i = 0; i < 50; ++i)
        ops::log_info("line", {{"from", std::to_string(number)}, {"number", std::to_string(i)}});
    });
  for (std::thread& thread : threads) thread.join();
  const std::string text = captured.text();
  std::size_t lines = 0;
  for (std::size_t at = 0, end = 0; (end = text.find('\n', at)) != std::string::npos; at = end + 1, ++lines)
    BOOST_TEST(text.substr(at, 14) == "<6>line from=" + text.substr(at + 13, 1));
  BOOST_TEST(lines == 200u);
}

BOOST_AUTO_TEST_CASE(a_line_that_repeats_is_held_back) {
  Captured captured(ops::Sink::prefixed);
  for (int i = 0; i < 1000; ++i) {
    ops::log_error("no descriptors left");
    ops::log_warning("a peer went away", {{"host", "192.0.2.1"}});
  }
  const std::string text = captured.text();
  BOOST_TEST(text.size() < 1000u);
  BOOST_TEST(text.find("<4>a peer went away") != std::string::npos);
}

// A pager that nobody scrolls: whoever logs goes on.
BOOST_AUTO_TEST_CASE(a_full_pipe_holds_nobody_up_and_what_was_dropped_is_counted) {
  Captured captured(ops::Sink::prefixed);
  constexpr std::size_t lines = 3000;
  const std::string filler(100, 'x');
  for (std::size_t i = 0; i < lines; ++i) ops::log_info("line", {{"number", std::to_string(i)}, {"filler", filler}});
  const std::string kept = captured.so_far();
  BOOST_TEST(kept.ends_with(filler + "\n"));
  const auto count = static_cast<std::size_t>(std::count(kept.begin(), kept.end(), '\n'));
  BOOST_TEST_REQUIRE(count < lines);
  BOOST_TEST(count > 100u);
  for (std::size_t i = 0, at = 0; i < count; ++i, at = kept.find('\n', at) + 1)
    BOOST_TEST_REQUIRE(kept.substr(at, 25).starts_with("<6>line number=" + std::to_string(i) + " "));
  ops::log_info("read again");
  BOOST_TEST(captured.text() == "<4>lines of the log were dropped, because nobody took them count=" +
                                    std::to_string(lines - count) + "\n<6>read again\n");
}

// A terminal whose window stands still takes a part of a line and waits with the rest.
BOOST_AUTO_TEST_CASE(a_terminal_that_stands_still_holds_nobody_up) {
  const int window = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
  BOOST_TEST_REQUIRE(window >= 0);
  BOOST_TEST_REQUIRE(grantpt(window) == 0);
  BOOST_TEST_REQUIRE(unlockpt(window) == 0);
  const int terminal = open(ptsname(window), O_RDWR | O_NOCTTY);
  BOOST_TEST_REQUIRE(terminal >= 0);
  const auto shown = [&] {
    std::string text;
    char buffer[4096];
    for (ssize_t got = 0; (got = read(window, buffer, sizeof buffer)) > 0;)
      text.append(buffer, static_cast<std::size_t>(got));
    return text;
  };
  ops::log_to(terminal, ops::Sink::prefixed);
  const std::string filler(150, 'x');
  for (int i = 0; i < 3000; ++i) ops::log_info("line", {{"number", std::to_string(i)}, {"filler", filler}});
  BOOST_TEST(shown().size() > 1000u);
  ops::log_info("seen again");
  const std::string text = shown();
  ops::log_to(STDERR_FILENO, ops::Sink::automatic);
  BOOST_TEST(text.find("\n<4>lines of the log were dropped") != std::string::npos, text);
  BOOST_TEST(text.ends_with("\r\n<6>seen again\r\n"), text);
  BOOST_TEST((fcntl(terminal, F_GETFL) & O_NONBLOCK) == 0);  // others share it
  close(terminal);
  close(window);
}

BOOST_AUTO_TEST_CASE(a_line_is_as_long_as_a_pipe_takes_it_whole) {
  Captured captured(ops::Sink::prefixed);
  std::string character = "\xC3\xA9", words;
  for (int i = 0; i < 5000; ++i) words += character;
  ops::log_info(words);
  ops::log_info("x" + words);
  const std::string text = captured.text();
  const std::string first = text.substr(0, text.find('\n') + 1);
  for (const std::string& line : {first, text.substr(first.size())}) {
    BOOST_TEST(line.size() <= std::size_t{PIPE_BUF});
    BOOST_TEST(line.size() > std::size_t{PIPE_BUF} - 4);
    BOOST_TEST(line.ends_with(character + " (cut)\n"));
  }
}

BOOST_AUTO_TEST_SUITE_END()
