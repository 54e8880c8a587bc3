// Publishing times to replay: generated ones, the same in every run, and those that feeds in files state.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/time.h"

namespace rapporteur::bench {

constexpr base::Duration day = std::chrono::hours(24);

struct Course {  // of one source
  std::vector<base::Instant> published;
  // In the settling days each rule polls already, uncounted, so that where its first poll fell no longer matters.
  base::Instant polled_from{}, measured_from{}, end{};
  bool is_dated = true;  // false: its stories do not say when they came out
};
struct Sample {
  std::string name;
  std::vector<Course> sources;
  std::function<double(std::int64_t minute)> rate;  // stories a minute, where they come by chance
  bool is_by_source = false;                        // a story of a source with few counts for more
  bool is_mix = false;
};

std::vector<Sample> generated();

// The last two fifths of what each feed shows are measured; a feed with fewer than ten dated stories says too little.
Sample from_files(int count, char** names);

}  // namespace rapporteur::bench
