#include "engine/status.h"

#include <boost/test/unit_test.hpp>

using namespace rapporteur;

BOOST_AUTO_TEST_SUITE(status_test)

namespace {

engine::Status sample() {
  engine::Status status;
  status.now = base::Instant(std::chrono::hours(24 * 20780));
  auto settings = std::make_shared<feed::SourceSettings>();
  settings->id = "a";
  settings->url = "https://user:secret@a.example/feed";
  settings->labels.edit().agency = "Agency \"A\"";
  feed::SourceState state;
  state.state = feed::State::failing;
  state.reason = "HTTP 500\nInternal";
  state.last_attempt = status.now;
  status.sources.push_back({{settings, feed::PackedState(state, settings->url)}, {}});
  status.views.push_back({"", 3, status.now});
  return status;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_json_has_every_key_of_the_contract_in_order_and_no_password) {
  const std::string json = engine::to_json(sample());
  std::size_t at = 0;
  for (const char* key :
       {"version", "started", "now",         "store",        "ok",      "reason",        "entries",
        "stories", "bytes",   "sources",     "id",           "url",     "effective_url", "agency",
        "state",   "reason",  "http_status", "last_attempt", "last_ok", "next_poll",     "next_poll_reason",
        "entries", "newest",  "polls",       "not_modified", "bytes",   "notes",         "views",
        "name",    "stories", "updated"}) {
    const std::size_t found = json.find("\"" + std::string(key) + "\": ", at);
    BOOST_TEST_REQUIRE(found != std::string::npos, key);
    at = found + 1;
  }
  BOOST_TEST(json.find("secret") == std::string::npos);
  BOOST_TEST(json.find("\"failing\"") != std::string::npos);
  BOOST_TEST(json.find("\"last_ok\": null") != std::string::npos);
  BOOST_TEST(json.find("Agency \\\"A\\\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_table_has_a_line_per_source) {
  const std::string table = engine::to_table(sample());
  BOOST_TEST(table.find("failing") != std::string::npos);
  BOOST_TEST(table.find("1 sources") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(p46_the_table_says_of_a_failing_source_what_is_wrong_and_what_it_waits_for) {
  engine::Status status = sample();
  feed::SourceState state = status.sources[0].unpacked().state;
  state.next_poll = status.now + std::chrono::hours(4);
  state.next_poll_reason = "waits 4 h after HTTP 500";
  status.sources[0].source.state = feed::PackedState(state, status.sources[0].source.settings->url);
  BOOST_TEST(engine::to_table(status).find("HTTP 500 Internal; waits 4 h after HTTP 500\n") != std::string::npos,
             engine::to_table(status));
  status.sources[0].outlook.next_poll = status.now + std::chrono::hours(9);
  status.sources[0].outlook.reason = "its host asked for a pause";
  BOOST_TEST(engine::to_table(status).find("HTTP 500 Internal; its host asked for a pause\n") != std::string::npos,
             engine::to_table(status));
}

BOOST_AUTO_TEST_SUITE_END()
