// How much memory reading a document takes at its peak, next to the document itself: of feeds as agencies send them, of
// one that is made of short elements, and of one that must be repaired. Each in a process of its own. No verdict.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "bench/documents.h"
#include "ops/memory.h"
#include "parse/parse.h"

namespace {

using namespace rapporteur;

std::size_t kilobytes(const char* field) {
  std::ifstream status("/proc/self/status");
  std::string word;
  std::size_t value = 0;
  while (status >> word)
    if (word == field && status >> value) return value;
  return 0;
}

struct Case {
  const char* name;
  std::string document;
};

std::vector<Case> cases() {
  constexpr int entries = 2000;
  constexpr std::size_t text = 4000;
  std::vector<Case> all;
  all.push_back({"escaped markup", bench::make_feed(bench::Shape::rss_escaped, 1, entries, text)});
  all.push_back({"CDATA", bench::make_feed(bench::Shape::rss_cdata, 1, entries, text)});
  all.push_back({"Atom", bench::make_feed(bench::Shape::atom, 1, entries, text)});
  all.push_back({"short entries (100 bytes of text)", bench::make_feed(bench::Shape::rss_escaped, 1, 20'000, 100)});
  std::string repaired = bench::make_feed(bench::Shape::rss_escaped, 1, entries, text);
  repaired.insert(repaired.find("</title>"), " & more &nbsp;");
  all.push_back({"escaped markup, repaired", repaired});
  repaired.resize(repaired.size() - repaired.size() / 10);
  all.push_back({"cut off, closed again", std::move(repaired)});
  return all;
}

// The document counts: the parser is given it and may use its room.
void measure(const Case& one) {
  ops::give_back_memory();  // what making the documents left free would hide as much
  const std::size_t before = kilobytes("VmRSS:");
  std::ofstream("/proc/self/clear_refs") << "5";  // sets VmHWM to what is resident now
  std::string bytes = one.document;
  const std::size_t size = bytes.size();
  const auto feed = parse::parse({std::move(bytes), "application/xml", "https://agency.example/feed"});
  const std::size_t peak = kilobytes("VmHWM:") - before;
  std::printf("%-36s %8.1f MB %6zu entries   peak %5.2f times the document\n", one.name,
              static_cast<double>(size) / 1e6, feed ? feed->entries.size() : 0,
              static_cast<double>(peak) * 1024 / static_cast<double>(size));
  std::fflush(stdout);
}

}  // namespace

int main() {
  ops::keep_freed_memory();  // as the program does
  for (const Case& one : cases()) {
    const pid_t child = fork();
    if (child < 0) return 1;
    if (child == 0) {
      measure(one);
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (status != 0) return 1;
  }
}
