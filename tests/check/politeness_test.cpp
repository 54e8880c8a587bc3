// tests/integration/politeness.tsv names a test case for each rule of politeness: the cases exist, no rule is missing.
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <set>
#include <sstream>

#include "check/source.h"

namespace fs = std::filesystem;

namespace {

constexpr int rules = 46;

std::set<std::string> cases_of(const fs::path& folder) {
  static const std::string mark = "BOOST_AUTO_TEST_CASE(";
  std::set<std::string> names;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator{folder}) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string text = check::read_file(entry.path());
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
      at += mark.size();
      names.insert(text.substr(at, text.find_first_of(",)", at) - at));
    }
  }
  return names;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(politeness_test)

BOOST_AUTO_TEST_CASE(each_rule_names_a_case_that_exists_or_says_that_none_does) {
  const fs::path root = RAPPORTEUR_SOURCE_DIR;
  std::set<std::string> cases = cases_of(root / "tests/unit");
  cases.merge(cases_of(root / "tests/integration"));
  std::istringstream table(check::read_file(root / "tests/integration/politeness.tsv"));
  int rule = 0;
  for (std::string line; std::getline(table, line);) {
    if (line.starts_with("#")) continue;
    std::istringstream fields(line);
    std::string number, statement, shown;
    std::getline(std::getline(std::getline(fields, number, '\t'), statement, '\t'), shown);
    BOOST_TEST(number == "P" + std::to_string(++rule));
    BOOST_TEST(!statement.empty(), number);
    if (shown.starts_with("open: ")) continue;
    BOOST_TEST(cases.contains(shown), number << ": no case is named " << shown);
    const std::string prefix = "p" + std::to_string(rule) + "_";
    BOOST_TEST(("_" + shown).find("_" + prefix) != std::string::npos, shown << " is not named after " << number);
  }
  BOOST_TEST(rule == rules);
}

BOOST_AUTO_TEST_SUITE_END()
