// Golden files: each document under tests/fixtures/{rss,atom,rdf,json,odd} has beside it exactly what `rapporteur
// parse` prints for it. RAPPORTEUR_BLESS=1 in the environment rewrites them; the difference is then reviewed. INDEX.tsv
// says why each exists.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "html/clean.h"
#include "parse/parse.h"
#include "parse/print.h"

namespace {

namespace fs = std::filesystem;
using namespace rapporteur;

const fs::path fixtures = fs::path{RAPPORTEUR_SOURCE_DIR} / "tests/fixtures";
constexpr const char* folders[] = {"rss", "atom", "rdf", "json", "odd"};

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

bool is_input(const fs::path& path) {
  const std::string name = path.filename().string();
  return path.extension() != ".json" || name.ends_with(".input.json");
}

fs::path expectation_of(fs::path input) {
  if (input.filename().string().ends_with(".input.json")) input.replace_extension();
  return input.replace_extension(".json");
}

std::vector<fs::path> inputs_in(const std::string& folder) {
  std::vector<fs::path> inputs;
  for (const auto& entry : fs::directory_iterator(fixtures / folder))
    if (is_input(entry.path())) inputs.push_back(entry.path());
  std::sort(inputs.begin(), inputs.end());
  return inputs;
}

std::string print_of(const fs::path& input) {
  auto feed = parse::parse({read_file(input), "", "https://feeds.example/dir/feed.xml"});
  if (!feed) return "no feed: " + feed.error().text + "\n";
  html::clean_head(feed->head, feed->base);
  for (feed::Entry& entry : feed->entries) html::clean_entry(entry, feed->base);
  return parse::to_json(*feed, false);
}

std::set<std::string> listed_in_index() {
  std::set<std::string> listed;
  std::ifstream index(fixtures / "INDEX.tsv");
  for (std::string line; std::getline(index, line);) {
    const std::size_t tab = line.find('\t');
    const bool is_ours = std::any_of(std::begin(folders), std::end(folders),
                                     [&](const std::string& folder) { return line.starts_with(folder + "/"); });
    if (!is_ours) continue;
    BOOST_TEST(tab != std::string::npos, "INDEX.tsv: no reason in: " << line);
    listed.insert(line.substr(0, tab));
  }
  return listed;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fixtures_test)

BOOST_AUTO_TEST_CASE(every_document_prints_as_its_golden_file_says) {
  const bool is_blessing = std::getenv("RAPPORTEUR_BLESS") != nullptr;
  for (const char* folder : folders) {
    const std::vector<fs::path> inputs = inputs_in(folder);
    BOOST_TEST(!inputs.empty(), "no fixtures in " << folder);
    for (const fs::path& input : inputs) {
      const std::string printed = print_of(input);
      const fs::path expectation = expectation_of(input);
      if (is_blessing) std::ofstream(expectation, std::ios::binary) << printed;
      const std::string expected = read_file(expectation);
      const auto [at, other] = std::mismatch(printed.begin(), printed.end(), expected.begin(), expected.end());
      const auto place = static_cast<std::size_t>(at - printed.begin());
      BOOST_TEST((printed == expected), input << ": differs at byte " << place << ": \"" << printed.substr(place, 120)
                                              << "\" instead of \""
                                              << expected.substr(std::min(place, expected.size()), 120) << "\"");
    }
  }
}

BOOST_AUTO_TEST_CASE(every_document_says_in_the_index_why_it_exists) {
  std::set<std::string> present;
  for (const char* folder : folders)
    for (const fs::path& input : inputs_in(folder))
      present.insert(std::string{folder} + "/" + input.filename().string());
  const std::set<std::string> listed = listed_in_index();
  BOOST_TEST(present == listed, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(one_line_and_indented_print_say_the_same) {
  for (const char* folder : folders)
    for (const fs::path& input : inputs_in(folder)) {
      const auto feed = parse::parse({read_file(input), "", "https://feeds.example/dir/feed.xml"});
      if (!feed) continue;
      const std::string line = parse::to_json(*feed, true);
      BOOST_TEST(std::count(line.begin(), line.end(), '\n') == 1);
      BOOST_TEST(base::collapse_space(line).size() <= base::collapse_space(parse::to_json(*feed, false)).size());
    }
}

BOOST_AUTO_TEST_SUITE_END()
