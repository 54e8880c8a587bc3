#include "merge/order.h"

#include <algorithm>

namespace rapporteur::merge {

base::Instant order_key(std::optional<base::Instant> published, base::Instant first_seen) {
  return published ? std::min(*published, first_seen) : first_seen;
}

bool is_before(const feed::Article& a, const feed::Article& b) {
  if (a.order_key != b.order_key) return a.order_key > b.order_key;
  return base::to_number(a.row) < base::to_number(b.row);
}

bool is_before(const feed::Story& a, const feed::Story& b) {
  if (a.lead.order_key != b.lead.order_key) return a.lead.order_key > b.lead.order_key;
  return base::to_number(a.id) < base::to_number(b.id);
}

}  // namespace rapporteur::merge
