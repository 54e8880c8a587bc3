// Two thousand sources on fifty hosts, polled for ten hours that are compressed into minutes, with every fault an
// origin can commit: the descriptors and the memory of the daemon, hour by hour. Flat is good. Give it the program of a
// sanitizer build and it also ends with what that found. Prints numbers; fails only when the daemon does.
//
//   soak [SECONDS_PER_HOUR]
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "support/http.h"
#include "support/program.h"
#include "support/scripted_server.h"
#include "support/setting.h"

namespace {

using namespace rapporteur::test;
using std::chrono::milliseconds;

constexpr int hosts = 50, sources = 2000, hours = 10;

// Which fault a source commits this time: by its number and by how often it was asked, so that each meets all.
Answer answer_to(const Seen& seen, int source, int round) {
  const std::string etag = "\"" + std::to_string(source) + "-" + std::to_string(round / 3) + "\"";
  switch ((source * 7 + round) % 24) {
    case 0:
      return Answer(500, "broken");
    case 1:
      return Answer::raw("", End::reset);
    case 2:
      return Answer::raw("HTTP/1.1 200 OK\r\nContent-Le");
    case 3:
      return Answer(200, "half of it").length(1000).then(End::close);
    case 4:
      return Answer(200, "no gzip").header("Content-Encoding", "gzip");
    case 5:
      return Answer(200, gzip(std::string(8u << 20, '\0'))).header("Content-Encoding", "gzip");
    case 6:
      return Answer(200, "<!doctype html><title>Access denied</title>", "text/html");
    case 7:
      return Answer(404);
    case 8:
      return Answer::redirect(302, "/moved" + seen.path());
    case 9:
      return Answer::redirect(302, seen.path());
    case 10:
      return Answer(429).header("Retry-After", "1");
    case 11:
      return Answer::raw("", End::hang);
    case 12:
      return Answer(200).endless_headers("X-Noise: noise\r\n");
    case 13:
      return Answer(200, rss_document("s" + std::to_string(source), round, 20)).drip(200, milliseconds(2));
    default:
      if (seen.header("If-None-Match") == etag) return Answer(304).header("ETag", etag);
      return Answer(200, rss_document("s" + std::to_string(source), round / 3, 20)).header("ETag", etag);
  }
}

std::size_t count_descriptors(pid_t pid) {
  std::error_code gone;
  std::size_t count = 0;
  for (std::filesystem::directory_iterator at("/proc/" + std::to_string(pid) + "/fd", gone), end; at != end; ++at)
    ++count;
  return count;
}

double megabytes(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  std::string word;
  double kilobytes = 0;
  while (status >> word)
    if (word == "VmRSS:" && status >> kilobytes) break;
  return kilobytes / 1024;
}

std::string number_at(const std::string& metrics, const std::string& line) {
  const std::size_t at = metrics.find("\n" + line + " ");
  if (at == std::string::npos) return "?";
  const std::size_t start = at + line.size() + 2;
  return metrics.substr(start, metrics.find('\n', start) - start);
}

std::string configuration(const TemporaryFolder& home, const ScriptedServer& origin, int seconds_per_hour) {
  const std::string hour = "\"" + std::to_string(seconds_per_hour) + "s\"";
  std::string text = test_settings(home, "timeout = \"2s\"\nconnections = 64\nmax_body = \"1MiB\"\n");
  for (const char* key : {"interval", "min_interval", "no_validator_interval"}) {
    const std::size_t at = text.find("\n" + std::string(key) + " = ");
    const std::string line = std::string(key) + " = " + hour;
    if (at == std::string::npos)
      text.insert(text.find("[fetch]\n") + 8, line + "\n");
    else
      text.replace(at + 1, text.find('\n', at + 1) - at - 1, line);
  }
  for (int i = 0; i < sources; ++i) {
    const std::string host = "127.0.1." + std::to_string(1 + i % hosts);
    text += source_table("s" + std::to_string(i), origin.url("/" + std::to_string(i), host));
  }
  return text;
}

}  // namespace

int main(int count, char** words) {
  const int seconds_per_hour = count > 1 ? std::max(1, std::atoi(words[1])) : 12;
  ScriptedServer origin;
  for (int i = 1; i <= hosts; ++i) origin.listen("127.0.1." + std::to_string(i));
  std::vector<int> rounds(sources, 0);
  origin.otherwise([&rounds](const Seen& seen) {
    const std::string path = seen.path();
    const bool is_moved = path.starts_with("/moved/");
    const int source = std::atoi(path.c_str() + (is_moved ? 7 : 1)) % sources;
    if (is_moved) return Answer(200, rss_document("s" + std::to_string(source), 1, 20));
    return answer_to(seen, source, rounds[static_cast<std::size_t>(source)]++);
  });
  const TemporaryFolder home;
  const std::string file = home.write("conf.toml", configuration(home, origin, seconds_per_hour));
  Program daemon(home, {"-c", file, "run"}, {"ASAN_OPTIONS=detect_leaks=1"});
  const std::string url = wait_for_url(daemon);
  if (url.empty()) {
    std::fprintf(stderr, "the daemon did not start:\n%s", daemon.errors().c_str());
    return 1;
  }
  std::printf("%5s %10s %10s %12s %10s %14s\n", "hour", "answers", "entries", "descriptors", "RSS MB", "held > 20 ms");
  for (int hour = 1; hour <= hours; ++hour) {
    std::this_thread::sleep_for(std::chrono::seconds(seconds_per_hour));
    const std::string metrics = ask(url + "/metrics").body;
    unsigned long answers = 0;
    for (const char* outcome : {"fresh", "unchanged", "gone", "refused", "failed"})
      answers += std::strtoul(
          number_at(metrics, "rapporteur_polls_total{outcome=\"" + std::string(outcome) + "\"}").c_str(), nullptr, 10);
    const unsigned long turns =
        std::strtoul(number_at(metrics, "rapporteur_loop_held_seconds_count").c_str(), nullptr, 10);
    const unsigned long short_turns =
        std::strtoul(number_at(metrics, "rapporteur_loop_held_seconds_bucket{le=\"0.02\"}").c_str(), nullptr, 10);
    std::printf("%5d %10lu %10s %12zu %10.1f %7lu of %lu\n", hour, answers,
                number_at(metrics, "rapporteur_entries").c_str(), count_descriptors(daemon.pid()),
                megabytes(daemon.pid()), turns - short_turns, turns);
    std::fflush(stdout);
    if (!daemon.is_running()) break;
  }
  daemon.signal(SIGTERM);
  const int status = daemon.wait(std::chrono::seconds(60));
  const std::string errors = daemon.errors();
  const std::size_t report = errors.find("Sanitizer");
  std::printf("ended with status %d%s\n", status, report == std::string::npos ? "" : ", and a sanitizer's report:");
  if (report != std::string::npos) std::printf("%s\n", errors.substr(report).c_str());
  return status == 0 && report == std::string::npos ? 0 : 1;
}
