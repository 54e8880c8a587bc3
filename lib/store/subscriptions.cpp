#include "store/subscriptions.h"

#include <array>
#include <string_view>

#include "store/database.h"

namespace rapporteur::store {

namespace {

using feed::Agreement;
using feed::Subscription;

constexpr std::array<std::string_view, 5> words{"requested", "verified", "denied", "leaving",
                                                "ended"};               // in the order of Agreement
constexpr base::Duration longest_memory = std::chrono::hours(24 * 30);  // of what is over

// A word of a newer program counts as a request that nobody answered.
Agreement to_agreement(std::string_view word) {
  for (std::size_t i = 0; i < words.size(); ++i)
    if (words[i] == word) return static_cast<Agreement>(i);
  return Agreement::requested;
}

}  // namespace

SubscriptionTable::SubscriptionTable(Database& database)
    : read_(database,
            "select source, hub, topic, base_url, token, secret, agreement, reason, requested_at, failures, "
            "hold_until, covered_from, granted_at, lease_end from subscription order by source, requested_at"),
      forget_(database,
              "delete from subscription where agreement in ('leaving', 'ended') and "
              "max(requested_at, coalesce(lease_end, requested_at)) < ?"),
      write_(database,
             "insert into subscription (source, hub, topic, base_url, token, secret, agreement, reason, "
             "requested_at, failures, hold_until, covered_from, granted_at, lease_end) "
             "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (token) do update set "
             "agreement = excluded.agreement, reason = excluded.reason, "
             "requested_at = excluded.requested_at, failures = excluded.failures, hold_until = excluded.hold_until, "
             "covered_from = excluded.covered_from, granted_at = excluded.granted_at, "
             "lease_end = excluded.lease_end where source = excluded.source") {}

void SubscriptionTable::forget(base::Instant now) { Query(forget_).bind(now - longest_memory).run(); }

std::vector<Subscription> SubscriptionTable::read() {
  std::vector<Subscription> list;
  for (Query row(read_); row.step();) {
    Subscription& one = list.emplace_back();
    one.source = base::SourceId{row.integer()};
    one.hub = row.text();
    one.topic = row.text();
    one.base_url = row.text();
    one.token = row.text();
    one.secret = row.text();
    one.agreement = to_agreement(row.text());
    one.reason = row.text();
    one.requested_at = row.instant();
    one.failures = static_cast<int>(row.integer());
    one.hold_until = row.maybe_instant();
    one.covered_from = row.maybe_instant();
    one.granted_at = row.maybe_instant();
    one.lease_end = row.maybe_instant();
  }
  return list;
}

void SubscriptionTable::write(const Subscription& one) {
  Query query(write_);
  query.bind(base::to_number(one.source)).bind(one.hub).bind(one.topic).bind(one.base_url).bind(one.token);
  query.bind(one.secret).bind(words[static_cast<std::size_t>(one.agreement)]).bind(one.reason).bind(one.requested_at);
  query.bind(one.failures).bind(one.hold_until).bind(one.covered_from).bind(one.granted_at).bind(one.lease_end);
  query.run();
}

}  // namespace rapporteur::store
