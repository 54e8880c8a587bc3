// What the robots.txt of each origin said, and when it has to be read again (RFC 9309 2.3.1, 2.4). Decides, fetches
// nothing: client.cpp asks what is missing and brings the answer. In memory: a new process reads them anew. io thread.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "base/time.h"
#include "fetch/reply.h"
#include "fetch/robots.h"

namespace rapporteur::fetch {

class RobotsBook {
 public:
  // Nothing is on record, or it is older than a day. A fetch that failed is tried again after an hour.
  bool is_missing(const std::string& origin, base::Instant now) const;
  bool is_being_asked(const std::string& origin) const;
  // The request for it, with the validators it had; from here to take() it counts as being asked.
  Request ask(const std::string& origin);
  void take(const std::string& origin, Reply reply, base::Instant now);

  // nullopt: the address may be asked. Else the sentence why not.
  std::optional<std::string> objection(const std::string& origin, const std::string& url) const;
  base::Duration crawl_delay(const std::string& origin) const;  // zero: none is asked for

 private:
  struct Record {
    Robots robots = Robots::allow_all();
    std::optional<base::Instant> asked, read;  // read: the last time that it was answered for good
    std::vector<KnownUrl> known;
    bool is_being_asked = false;
    std::string trouble;  // why nothing could be learnt; "": `robots` holds
  };
  std::unordered_map<std::string, Record> records_;
};

// "https://host", with the port where it is not the usual one, by which robots.txt files are told apart.
std::string origin_of(const std::string& url);

}  // namespace rapporteur::fetch
