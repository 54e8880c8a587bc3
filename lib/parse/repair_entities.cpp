#include "parse/repair_entities.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace rapporteur::parse {

namespace {

struct Row {
  std::string_view name;
  char32_t first = 0;
  char32_t second = 0;  // 0: one character
};

constexpr Row rows[] = {
#include "parse/repair_entities.def"
};

}  // namespace

bool append_html_entity(std::string& out, std::string_view name) {
  const Row* row = std::lower_bound(std::begin(rows), std::end(rows), name,
                                    [](const Row& r, std::string_view n) { return r.name < n; });
  if (row == std::end(rows) || row->name != name) return false;
  base::append_utf8(out, row->first);
  if (row->second != 0) base::append_utf8(out, row->second);
  return true;
}

}  // namespace rapporteur::parse
