// Bad files and what is said of them: tests/fixtures/config/NAME.toml and NAME.faults, exactly the lines that
// `rapporteur check` prints. RAPPORTEUR_BLESS=1 writes them anew; look at the difference.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "config/read.h"

using namespace rapporteur;

namespace {

const std::string fixtures = RAPPORTEUR_SOURCE_DIR "/tests/fixtures/config/";

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The lines of `check`, with the folder of the fixtures cut off.
std::string faults_of(const std::string& name) {
  const auto settings = config::read(fixtures + name);
  std::string text;
  if (settings) return text;
  for (const config::Fault& fault : settings.error().list) text += config::to_string(fault) + "\n";
  for (std::size_t at = 0; (at = text.find(fixtures, at)) != std::string::npos;) text.erase(at, fixtures.size());
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(check_test)

BOOST_AUTO_TEST_CASE(every_fault_of_a_bad_file_is_named_at_its_place) {
  std::size_t cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(fixtures)) {
    if (entry.path().extension() != ".toml") continue;
    ++cases;
    const std::string name = entry.path().filename();
    std::filesystem::path expected = entry.path();
    expected.replace_extension(".faults");
    const std::string faults = faults_of(name);
    BOOST_TEST(!faults.empty(), name << " has no fault");
    if (std::getenv("RAPPORTEUR_BLESS")) std::ofstream(expected, std::ios::binary) << faults;
    BOOST_TEST(faults == text_of(expected), name << " gives\n" << faults);
  }
  BOOST_TEST(cases >= 10u);
}

BOOST_AUTO_TEST_CASE(no_fault_repeats_a_password) {
  for (const auto& entry : std::filesystem::directory_iterator(fixtures))
    if (entry.path().extension() == ".toml")
      BOOST_TEST(faults_of(entry.path().filename()).find("hunter2") == std::string::npos, entry.path());
}

BOOST_AUTO_TEST_SUITE_END()
