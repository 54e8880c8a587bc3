// What the robots.txt of each origin said, and when it has to be read again (RFC 9309 2.3.1, 2.4). Decides, fetches
// nothing: client.cpp asks what is missing and brings the answer. In memory, at most 16 MiB: a new process reads them
// anew, and those of origins that were not asked about for longest are forgotten when there are more. io thread.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "base/time.h"
#include "fetch/gate.h"
#include "fetch/reply.h"
#include "fetch/robots.h"

namespace rapporteur::fetch {

// A robots.txt that answered 429 or 503.
struct Plea {
  int status = 0;
  base::Hints hints;
  std::string reason;
};

class RobotsBook {
 public:
  // Nothing is on record, or it is older than a day. A fetch that failed is tried again after an hour, or when its
  // answer asked for it if that is later, and within a day.
  bool is_missing(const std::string& origin, base::Instant now) const;
  bool is_being_asked(const std::string& origin) const;
  // The request for it, with the validators it had; from here to take() it counts as being asked.
  Request ask(const std::string& origin);
  void take(const std::string& origin, Reply reply, base::Instant now);
  // The asking came to nothing that says anything of the origin.
  void give_up(const std::string& origin);
  // It leads to a host that cannot be asked now: until then nothing can be learnt, and nobody tries.
  void hold(const std::string& origin, Postponement held);
  const Postponement* held(const std::string& origin, base::Instant now) const;  // nullptr: not any more

  // nullopt: the address may be asked. Else the sentence why not.
  std::optional<std::string> objection(const std::string& origin, const std::string& url);
  // nullptr, unless its last answer asked to be left alone.
  const Plea* plea(const std::string& origin) const;
  base::Duration crawl_delay(const std::string& origin) const;  // zero: none is asked for

 private:
  struct Record {
    Robots robots = Robots::allow_all();
    std::optional<base::Instant> asked, read;  // read: the last time that it was answered for good
    std::vector<KnownUrl> known;
    bool is_being_asked = false;
    std::string trouble;           // why nothing could be learnt; "": `robots` holds
    base::Duration retry_after{};  // after `asked`; zero: as usual
    std::optional<Plea> plea;
    std::optional<Postponement> held;
    std::uint64_t last_use = 0;
    std::size_t bytes = 0;  // as counted in bytes_
  };
  Record& use(const std::string& origin);
  void count(const std::string& origin, Record& record);
  void forget_least_used();

  std::unordered_map<std::string, Record> records_;
  std::uint64_t uses_ = 0;
  std::size_t bytes_ = 0;
};

// "https://host", with the port where it is not the usual one, by which robots.txt files are told apart.
std::string origin_of(const std::string& url);

}  // namespace rapporteur::fetch
