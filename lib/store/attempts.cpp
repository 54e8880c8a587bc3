#include "store/attempts.h"

#include <array>
#include <charconv>
#include <string>
#include <string_view>

#include "store/database.h"

namespace rapporteur::store {

namespace {

std::int64_t ticks(base::Instant instant) { return instant.time_since_epoch().count(); }

// "row started next_poll", each a number and a blank behind it.
void put(std::string& text, std::int64_t number) {
  std::array<char, 24> digits;
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size() - 1, number);
  *end = ' ';
  text.append(digits.data(), end + 1);
}

bool take(std::string_view& text, std::int64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  text.remove_prefix(text.empty() ? 0 : 1);
  return true;
}

}  // namespace

AttemptTable::AttemptTable(Database& database)
    : database_(database),
      insert_(database, "insert into attempt (asked) values (?)"),
      delete_(database, "delete from attempt where id = ?"),
      clear_(database, "delete from attempt") {}

void AttemptTable::note(const std::vector<Attempt>& attempts) {
  for (const std::int64_t group : over_) Query(delete_).bind(group).run();
  over_.clear();
  if (attempts.empty()) return;
  std::string asked;
  for (const Attempt& attempt : attempts) {
    put(asked, base::to_number(attempt.row));
    put(asked, ticks(attempt.started));
    put(asked, ticks(attempt.next_poll));
  }
  {
    Query query(insert_);
    query.bind(std::string_view(asked)).run();
  }
  const std::int64_t group = database_.last_row();
  for (const Attempt& attempt : attempts) {
    answered(attempt.row);  // or it never will
    asked_[attempt.row] = group;
  }
  unanswered_[group] = attempts.size();
}

void AttemptTable::answered(base::SourceId source) {
  const auto found = asked_.find(source);
  if (found == asked_.end()) return;
  settle(found->second);
  asked_.erase(found);
}

void AttemptTable::settle(std::int64_t group) {
  const auto found = unanswered_.find(group);
  if (found == unanswered_.end() || --found->second > 0) return;
  unanswered_.erase(found);
  over_.push_back(group);
}

void AttemptTable::clear() {
  Query(clear_).run();
  forget();
}

void AttemptTable::forget() {
  asked_.clear();
  unanswered_.clear();
  over_.clear();
}

std::unordered_map<base::SourceId, Attempt> read_attempts(Database& database) {
  std::unordered_map<base::SourceId, Attempt> latest;
  Statement statement(database, "select asked from attempt order by id");
  for (Query row(statement); row.step();) {
    std::string_view text = row.text();
    for (std::int64_t source = 0, started = 0, next = 0; take(text, source) && take(text, started) && take(text, next);)
      latest[base::SourceId{source}] = {base::SourceId{source}, base::Instant(base::Duration(started)),
                                        base::Instant(base::Duration(next))};
  }
  return latest;
}

}  // namespace rapporteur::store
