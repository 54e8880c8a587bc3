// Collects every fault and warning of one reading, and the names of the files that were read. Used inside config only.
#pragma once

#include <string>
#include <vector>

#include "config/document.h"
#include "config/fault.h"

namespace rapporteur::config {

class FaultList {
 public:
  struct File {
    std::string name;       // as faults print it
    std::string directory;  // relative names inside the file start here
  };

  std::uint32_t add_file(std::string name, std::string directory);
  const File& file(std::uint32_t index) const { return files_[index]; }

  void add(Place place, std::string what) { faults_.push_back({place, std::move(what)}); }
  // Allowed, but probably not meant.
  void warn(Place place, std::string what) { warnings_.push_back({place, std::move(what)}); }
  bool empty() const { return faults_.empty(); }

  // Part of the configuration could not be read: names that seem unknown may stand there.
  void mark_incomplete() { is_incomplete_ = true; }
  bool is_incomplete() const { return is_incomplete_; }

  // "file:line" of another place, for "already used at …".
  std::string name_of(Place place) const;
  // In the order of the files and their lines.
  std::vector<Fault> faults() const { return in_order(faults_); }
  std::vector<Fault> warnings() const { return in_order(warnings_); }

 private:
  struct Placed {
    Place place;
    std::string what;
  };
  std::vector<Fault> in_order(std::vector<Placed> list) const;

  std::vector<File> files_;
  std::vector<Placed> faults_, warnings_;
  bool is_incomplete_ = false;
};

}  // namespace rapporteur::config
