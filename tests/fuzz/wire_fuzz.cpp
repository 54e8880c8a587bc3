// What servers say around a document: the header of an answer with its hints, links and redirect, and robots.txt. Times
// are spans that can be added to a moment, an address that is followed is one, and nothing holds more than it may.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/url.h"
#include "fetch/head.h"
#include "fetch/hints.h"
#include "fetch/link_field.h"
#include "fetch/redirects.h"
#include "fetch/robots.h"
#include "require.h"

namespace {

using namespace rapporteur;

constexpr base::Duration believed = std::chrono::hours(24 * 7);

fetch::ResponseHead read_head(std::string_view text) {
  fetch::ResponseHead head;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find('\n'), text.size() - 1) + 1;
    head.read_line(text.substr(0, size));
    text.remove_prefix(size);
  }
  return head;
}

void check_head(const fetch::ResponseHead& head) {
  const base::Instant now = base::Instant(std::chrono::hours(24 * 20780));
  const base::Hints hints = fetch::read_hints(head, now, believed);
  REQUIRE(!hints.max_age || *hints.max_age > base::Duration::zero());
  REQUIRE(!hints.expires_in || *hints.expires_in > base::Duration::zero());
  REQUIRE(!hints.retry_after || (*hints.retry_after >= base::Duration::zero() && *hints.retry_after <= believed));
  if (head.link)
    for (const std::string& link : fetch::links_of(*head.link, "hub")) REQUIRE(link.size() <= head.link->size());
  const std::string from = "https://example.org/feed";
  if (const auto next = fetch::next_hop({from}, head.location.value_or(""), 5)) {
    REQUIRE(base::is_http_url(*next));
    REQUIRE(base::without_userinfo(*next) == *next);
    REQUIRE(*next != from);
  } else {
    REQUIRE(!next.error().sentence.empty());
  }
}

void check_robots(std::string_view text) {
  const fetch::Robots rules = fetch::Robots::parse(text, "rapporteur");
  for (const std::string_view target : {"/", "/private/news", "/a/b.pdf?c=d", "/%7Ea/b/c"}) rules.judge(target);
  rules.judge(text.substr(0, 8192));
  const auto delay = rules.crawl_delay();
  REQUIRE(!delay || (*delay >= base::Duration::zero() && *delay <= std::chrono::minutes(1)));
  REQUIRE(rules.bytes() <= 64 * text.size() + 64);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_head(read_head(text));
  check_robots(text);
  fetch::read_certificate_date(text);
  return 0;
}
