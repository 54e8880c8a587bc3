// The journal's own protocol (systemd.io, "Native Journal Protocol"): one datagram of fields for each entry. Spoken
// here because sd_journal_sendv waits without an end when journald reads no more, and whoever logs may be the io
// thread. Owned by log.cpp, under its lock.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rapporteur::ops {

using JournalFields = std::vector<std::pair<std::string, std::string>>;

class Journal {
 public:
  explicit Journal(std::string path = "/run/systemd/journal/socket");
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // Never waits. False: there is no journal, or it does not take the entry now.
  bool send(const JournalFields& fields);

 private:
  std::string path_;
  int descriptor_ = -1;  // our own, opened with the first entry
};

// A value with a line break goes with its length, others as NAME=value.
std::string to_datagram(const JournalFields& fields);

}  // namespace rapporteur::ops
