// What keeps an engine from starting: each a sentence and an exit status, and nothing touched.
#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "config/read.h"
#include "engine/engine.h"
#include "support/temporary_directory.h"

using namespace rapporteur;

namespace {

class FixedClock final : public base::Clock {
 public:
  explicit FixedClock(const char* rfc3339) : now_(*base::from_rfc3339(rfc3339)) {}
  base::Instant now() const override { return now_; }

 private:
  base::Instant now_;
};

config::Settings settings_with_store(const std::filesystem::path& path) {
  return *config::read_text("[store]\npath = \"" + path.string() + "\"\n", "test", ".");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(start_test)

BOOST_AUTO_TEST_CASE(a_clock_before_2020_is_refused_before_anything_is_touched) {
  const support::TemporaryDirectory folder;
  const std::filesystem::path store = folder.path() / "store.db";
  const auto refused = engine::Engine::open(settings_with_store(store), FixedClock("1970-01-01T00:03:00Z"), {});
  BOOST_REQUIRE(!refused.has_value());
  BOOST_TEST(refused.error().exit_status == 69);
  BOOST_TEST(refused.error().text.find("1970-01-01T00:03:00Z") != std::string::npos);
  BOOST_TEST(std::filesystem::is_empty(folder.path()));
  const FixedClock good("2026-11-25T00:00:00Z");
  BOOST_TEST(engine::Engine::open(settings_with_store(store), good, {}).has_value());
}

BOOST_AUTO_TEST_CASE(a_store_that_cannot_be_made_is_named) {
  const FixedClock clock("2026-11-25T00:00:00Z");
  const auto refused = engine::Engine::open(settings_with_store("/proc/no/such/store.db"), clock, {});
  BOOST_REQUIRE(!refused.has_value());
  BOOST_TEST(refused.error().exit_status == 73);
  BOOST_TEST(refused.error().text.find("/proc/no/such") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
