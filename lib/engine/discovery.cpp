#include "engine/discovery.h"

#include <algorithm>
#include <vector>

#include "base/url.h"
#include "fetch/link_field.h"

namespace rapporteur::engine {

namespace {

using List = std::vector<std::string>;

// What can be asked, made absolute. A password in a document is nobody's secret, and no business of ours.
List usable(const List& addresses, const std::string& base) {
  List good;
  for (const std::string& address : addresses)
    if (const auto absolute = base::resolve_url(base, address); absolute && base::is_http_url(*absolute))
      good.push_back(base::without_userinfo(*absolute));
  return good;
}

std::string choose(const List& hubs, const std::string& known) {
  const auto is_private = [](const std::string& hub) { return base::scheme_of(hub) == "https"; };
  const auto found = std::find_if(hubs.begin(), hubs.end(), is_private);
  const bool is_known = std::find(hubs.begin(), hubs.end(), known) != hubs.end();
  if (is_known && (is_private(known) || found == hubs.end())) return known;
  return found != hubs.end() ? *found : hubs.front();
}

}  // namespace

Discovered discover(const feed::Head& head, const fetch::Reply& reply, const std::string& known,
                    const std::string& polled) {
  const std::string& address = reply.final_url();
  List hubs = usable(fetch::links_of(reply.link, "hub"), address);
  List selves = usable(fetch::links_of(reply.link, "self"), address);
  if (hubs.empty()) hubs = usable(head.hubs, address);
  if (hubs.empty()) return {};
  if (selves.empty() && !head.self.empty()) selves = usable({head.self}, address);
  return {choose(hubs, known), selves.empty() ? base::without_userinfo(polled) : selves.front()};
}

}  // namespace rapporteur::engine
