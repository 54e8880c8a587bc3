#include "ops/metrics.h"

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cmath>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using namespace rapporteur;

BOOST_AUTO_TEST_SUITE(metrics_test)

BOOST_AUTO_TEST_CASE(families_and_samples_as_prometheus_reads_them) {
  ops::PrometheusText text;
  text.family("rapporteur_polls_total", ops::PrometheusText::Type::counter, "Polls by outcome.\nA \\ and a newline.");
  text.sample(std::uint64_t{18446744073709551615u}, {{"outcome", "fresh"}, {"host", "a\"b\\c\nd"}});
  text.sample(std::int64_t{-3});
  text.family("rapporteur_age_seconds", ops::PrometheusText::Type::gauge, "Age.");
  text.sample(0.25);
  text.sample(NAN);
  text.sample(INFINITY, {{"x", ""}});
  BOOST_TEST(text.take() ==
             "# HELP rapporteur_polls_total Polls by outcome.\\nA \\\\ and a newline.\n"
             "# TYPE rapporteur_polls_total counter\n"
             "rapporteur_polls_total{outcome=\"fresh\",host=\"a\\\"b\\\\c\\nd\"} 18446744073709551615\n"
             "rapporteur_polls_total -3\n"
             "# HELP rapporteur_age_seconds Age.\n"
             "# TYPE rapporteur_age_seconds gauge\n"
             "rapporteur_age_seconds 0.25\n"
             "rapporteur_age_seconds NaN\n"
             "rapporteur_age_seconds{x=\"\"} +Inf\n");
}

BOOST_AUTO_TEST_CASE(a_histogram_counts_upwards_and_agrees_with_itself) {
  ops::Histogram histogram;
  for (const auto duration : {500us, 1000us, 30000us, 2000000us, 90000000us}) histogram.observe(duration);
  BOOST_TEST(histogram.up_to(0) == 2u);  // a bound belongs to its bucket
  BOOST_TEST(histogram.up_to(ops::Histogram::bounds.size()) == 5u);
  ops::PrometheusText text;
  text.histogram("rapporteur_refresh_seconds", "Refreshes.", histogram);
  const std::string out = text.take();
  BOOST_TEST(out.find("rapporteur_refresh_seconds_bucket{le=\"0.001\"} 2\n") != std::string::npos);
  BOOST_TEST(out.find("rapporteur_refresh_seconds_bucket{le=\"60\"} 4\n") != std::string::npos);
  BOOST_TEST(out.find("rapporteur_refresh_seconds_bucket{le=\"+Inf\"} 5\n") != std::string::npos);
  BOOST_TEST(out.find("rapporteur_refresh_seconds_count 5\n") != std::string::npos);
  BOOST_TEST(out.find("rapporteur_refresh_seconds_sum 92.0315\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(no_count_is_lost_between_threads) {
  ops::Counter counter;
  ops::Gauge gauge;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 10000; ++n) {
        counter.add();
        gauge.add(n % 2 == 0 ? 1 : -1);
      }
    });
  for (std::thread& thread : threads) thread.join();
  BOOST_TEST(counter.value() == 40000u);
  BOOST_TEST(gauge.value() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
