// Our ground gives way: disk full, I/O error, damage. Thrown by everything in store once it is open; caught by the
// spine, by a session and by main, nowhere else. what() names the file, the operation and SQLite's own words.
#pragma once

#include <stdexcept>
#include <string>

namespace rapporteur::store {

class Failure : public std::runtime_error {
 public:
  // `extended_code` is SQLite's extended result code.
  Failure(const std::string& text, int extended_code) : std::runtime_error(text), extended_code_(extended_code) {}

  int extended_code() const { return extended_code_; }
  bool is_disk_full() const;  // no room, no quota: writing works again once somebody makes room
  bool is_damage() const;     // the file is not what SQLite wrote: only a backup helps
  bool is_busy() const;       // another program holds the file for longer than we waited

 private:
  int extended_code_;
};

}  // namespace rapporteur::store
