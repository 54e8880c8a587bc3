// The whole poll with sanitising left out, as a program: `poll_without_cleaning CONFIG [DATABASE]` polls every source
// once. For harnesses that run whole processes side by side, against pollers that store what they got as it is.
#include <cstdio>

#include "config/read.h"
#include "engine/engine.h"
#include "ops/memory.h"

using namespace rapporteur;

int main(int count, char** words) {
  ops::keep_freed_memory();  // as the program does
  if (count < 2) return 64;
  std::vector<std::pair<std::string, std::string>> overrides;
  if (count > 2) overrides.emplace_back("store.path", '"' + std::string(words[2]) + '"');
  auto settings = config::read(words[1], overrides);
  if (!settings) {
    for (const config::Fault& fault : settings.error().list)
      std::fprintf(stderr, "%s\n", config::to_string(fault).c_str());
    return 78;
  }
  settings->sanitises = false;
  const base::SystemClock clock;
  auto engine = engine::Engine::open(std::move(*settings), clock, {});
  if (!engine) {
    std::fprintf(stderr, "%s\n", engine.error().text.c_str());
    return engine.error().exit_status;
  }
  std::size_t good = 0, bad = 0;
  (*engine)->poll(
      {true, {}}, [](std::size_t) {}, [&](const engine::PollLine& line) { ++(line.is_good ? good : bad); });
  std::printf("%zu good, %zu without a usable answer\n", good, bad);
  return bad == 0 ? 0 : 1;
}
