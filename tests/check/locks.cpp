#include <algorithm>
#include <map>
#include <set>

#include "check/rules.h"
#include "check/source.h"

namespace check {

namespace {

// The family that a name of the standard library, or of ours, belongs to; "" for any other name.
std::string family_of(std::string_view name) {
  static const std::map<std::string_view, std::string> families{{"mutex", "mutex"},
                                                                {"shared_mutex", "mutex"},
                                                                {"recursive_mutex", "mutex"},
                                                                {"timed_mutex", "mutex"},
                                                                {"lock_guard", "mutex"},
                                                                {"unique_lock", "mutex"},
                                                                {"scoped_lock", "mutex"},
                                                                {"shared_lock", "mutex"},
                                                                {"call_once", "mutex"},
                                                                {"once_flag", "mutex"},
                                                                {"pthread_mutex_t", "mutex"},
                                                                {"condition_variable", "condition_variable"},
                                                                {"condition_variable_any", "condition_variable"},
                                                                {"counting_semaphore", "condition_variable"},
                                                                {"binary_semaphore", "condition_variable"},
                                                                {"latch", "condition_variable"},
                                                                {"barrier", "condition_variable"},
                                                                {"atomic", "atomic"},
                                                                {"atomic_flag", "atomic"},
                                                                {"atomic_ref", "atomic"},
                                                                {"atomic_bool", "atomic"},
                                                                {"atomic_int", "atomic"},
                                                                {"volatile", "atomic"},
                                                                {"thread_local", "thread_local"},
                                                                {"Guarded", "Guarded"}};
  const auto found = families.find(name);
  return found == families.end() ? std::string() : found->second;
}

struct Permit {
  std::size_t line = 0;
  std::string path, family;
  bool is_used = false;
};

}  // namespace

// A row is "path: family, and a sentence why".
Violations check_locks(const std::filesystem::path& root) {
  const std::string table = "tests/check/locks.txt";
  Violations found;
  std::vector<Permit> permits;
  for (const Row& row : read_table(root / table)) {
    const std::vector<std::string> value = words(row.value);
    if (value.size() < 4)
      found.push_back({table, row.line, "no reason; write \"path: family, and a sentence why\""});
    else
      permits.push_back({row.line, row.key, value.front().substr(0, value.front().find(','))});
  }
  for (const Source& source : read_sources(root, {"lib", "daemon"})) {
    std::set<std::string> said;
    for (const Token& token : source.tokens) {
      const std::string family = token.kind == Kind::name ? family_of(token.text) : std::string();
      if (family.empty()) continue;
      const auto permit = std::find_if(permits.begin(), permits.end(),
                                       [&](const Permit& p) { return p.path == source.path && p.family == family; });
      if (permit != permits.end())
        permit->is_used = true;
      else if (said.insert(family).second)
        found.push_back({source.path, token.line,
                         "says " + token.text + "; cross threads by run_on with values, or give " + family +
                             " a row with its reason in locks.txt"});
    }
  }
  for (const Permit& permit : permits)
    if (!permit.is_used)
      found.push_back(
          {table, permit.line, permit.path + " does not say " + permit.family + " any more; take the row out"});
  return found;
}

}  // namespace check
