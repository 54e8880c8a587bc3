#include "fetch/link_field.h"

#include <algorithm>

#include "base/text.h"

namespace rapporteur::fetch {

namespace {

struct Parameter {
  std::string_view name;
  std::string value;
};

// Reads on from `at`; every step moves forward, so nonsense ends too.
class Reader {
 public:
  explicit Reader(std::string_view field) : field_(field) {}

  bool is_at_end() const { return at_ >= field_.size(); }

  // True when the next thing is "<target>". What stands before it is skipped.
  bool read_target(std::string_view& target) {
    const std::size_t open = field_.find('<', at_);
    const std::size_t close = open == field_.npos ? field_.npos : field_.find('>', open);
    at_ = close == field_.npos ? field_.size() : close + 1;
    if (close == field_.npos) return false;
    target = base::trim(field_.substr(open + 1, close - open - 1));
    return true;
  }

  // False at the end of the link; the comma behind it is taken.
  bool read_parameter(Parameter& parameter) {
    while (!is_at_end() && (field_[at_] == ';' || base::is_space(field_[at_]))) ++at_;
    if (is_at_end()) return false;
    if (field_[at_] == ',') {
      ++at_;
      return false;
    }
    const std::size_t end = std::min(field_.find_first_of("=;,", at_), field_.size());
    parameter.name = base::trim(field_.substr(at_, end - at_));
    parameter.value.clear();
    at_ = end;
    if (!is_at_end() && field_[at_] == '=') read_value(parameter.value);
    return true;
  }

 private:
  void read_value(std::string& value) {
    ++at_;
    while (!is_at_end() && base::is_space(field_[at_])) ++at_;
    if (is_at_end() || field_[at_] != '"') {
      const std::size_t end = std::min(field_.find_first_of(";,", at_), field_.size());
      value = base::trim(field_.substr(at_, end - at_));
      at_ = end;
      return;
    }
    for (++at_; !is_at_end() && field_[at_] != '"'; ++at_) {
      if (field_[at_] == '\\' && at_ + 1 < field_.size()) ++at_;
      value += field_[at_];
    }
    ++at_;
  }

  std::string_view field_;
  std::size_t at_ = 0;
};

bool holds(std::string_view relations, std::string_view wanted) {
  for (const std::string_view one : base::split(relations, ' '))
    if (base::equals_ignoring_case(base::trim(one), wanted)) return true;
  return false;
}

}  // namespace

std::vector<std::string> links_of(std::string_view field, std::string_view relation) {
  std::vector<std::string> targets;
  Reader reader(field);
  while (!reader.is_at_end()) {
    std::string_view target;
    if (!reader.read_target(target)) break;
    bool is_wanted = false, has_rel = false, has_anchor = false;
    for (Parameter parameter; reader.read_parameter(parameter);) {
      if (base::equals_ignoring_case(parameter.name, "anchor")) has_anchor = true;
      if (!base::equals_ignoring_case(parameter.name, "rel") || has_rel) continue;  // section 3.3: the first one counts
      has_rel = true;
      is_wanted = holds(parameter.value, relation);
    }
    if (is_wanted && !has_anchor && !target.empty()) targets.emplace_back(target);
  }
  return targets;
}

}  // namespace rapporteur::fetch
