// An origin of many hosts on loopback on which sources play their parts, and the log of what they were asked, as the
// judges want it.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "support/judges.h"
#include "support/scripted_server.h"

namespace rapporteur::test {

// One answer of a source.
struct Step {
  int status = 200;  // 0: cut off; 304: in any case, also with validators that are newer than those asked about
  std::string etag = {}, last_modified = {};
  int max_age = 0, retry_after = 0, expires = 0;  // seconds; 0: not said
  std::string leads_to = {};                      // host and target, for Location
  milliseconds delay{0};
  std::string channel = {};  // more elements of the channel: "<ttl>5</ttl>"
  milliseconds stated{0};    // what they ask for as an interval
  milliseconds skipped{0};   // how long the hours they skip go on
  bool is_readable = true;   // the body is a feed
  bool demands_https = false;
};

// Plays the steps of each source, the last one for ever, and answers 304 to the validators of the step that is on.
class Stage {
 public:
  void play(const std::string& host, const std::string& target, std::vector<Step> steps);
  // The same, and the [[source]] table for it.
  std::string source(const std::string& host, const std::string& target, std::vector<Step> steps);
  // The process that asks is being ended: from a moment before on its answers may not be put on record any more.
  void asker_goes() { leaving_ = since_start(); }
  // It has ended: nobody waits for the answers that are still on their way.
  void asker_is_gone();
  // A process begins, or somebody polls beside it.
  void note_start() { manners.starts.push_back(since_start()); }
  void note_other() { manners.others.push_back(since_start()); }
  Log log();

  ScriptedServer origin;
  Manners manners;

 private:
  milliseconds since_start() const;
  Answer answer(const Seen& seen, const std::string& target, const Step& step);
  Answer in_words(const Step& step, const Exchange& one, const std::string& name) const;

  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  milliseconds leaving_{0}, last_gone_{0};
  std::mutex guard_;
  Log log_;
  std::map<std::string, bool> hosts_;
};

}  // namespace rapporteur::test
