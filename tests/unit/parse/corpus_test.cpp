// Documents of the world: the stored corpus beside the project, against its index: format, encoding and number of
// entries of every file. Differences that have a reason stand in corpus_differences.tsv, and a reason that no longer
// holds is a failure too. Skipped, loudly, where the corpus is not at hand.
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "parse/parse.h"

namespace {

namespace fs = std::filesystem;
using namespace rapporteur;

const fs::path corpus = fs::path{RAPPORTEUR_SOURCE_DIR} / "../shared/corpus";
const fs::path differences = fs::path{RAPPORTEUR_SOURCE_DIR} / "tests/unit/parse/corpus_differences.tsv";

struct Row {
  std::string name, format, encoding, entries;
};

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The table rows of INDEX.md, with the folder in front of the name.
std::vector<Row> read_index() {
  std::vector<Row> rows;
  std::ifstream index(corpus / "INDEX.md");
  std::string folder;
  for (std::string line; std::getline(index, line);) {
    if (line.starts_with("## ")) folder = line.substr(3, line.find('/') - 2);
    const auto cells = base::split(line, '|');
    if (cells.size() < 9 || folder.empty()) continue;
    const auto cell = [&](std::size_t i) { return std::string{base::trim(cells[i])}; };
    if (cell(1) == "file" || cell(1).starts_with("---")) continue;
    rows.push_back({folder + cell(1), cell(4), base::to_lower(cell(5)), cell(6)});
  }
  return rows;
}

// Our words for theirs; what the index could not tell is not compared.
std::string format_named(const std::string& theirs) {
  static const std::map<std::string, std::string> names = {
      {"rss 0.90 (rdf)", "rss090"}, {"rss 0.91", "rss091"}, {"rss 0.92", "rss092"}, {"rss 0.93", "rss093"},
      {"rss 1.0 (rdf)", "rss10"},   {"rss 2.0", "rss20"},   {"atom 0.3", "atom03"}, {"atom 1.0", "atom10"},
      {"json 1", "json10"},         {"json 1.1", "json11"}};
  const auto found = names.find(theirs);
  return found == names.end() ? "" : found->second;
}

// What is found out of order, as "name TAB field TAB theirs TAB ours".
std::set<std::string> compare(const Row& row) {
  std::set<std::string> found;
  const auto feed = parse::parse({read_file(corpus / row.name), "", "https://feeds.example/"});
  const auto note = [&](const std::string& field, const std::string& theirs, const std::string& ours) {
    if (theirs != ours) found.insert(row.name + "\t" + field + "\t" + theirs + "\t" + ours);
  };
  const bool is_feed =
      row.format.starts_with("rss") || row.format.starts_with("atom") || format_named(row.format).size() > 0;
  note("feed", is_feed ? "yes" : "no", feed ? "yes" : "no");
  if (!feed || !is_feed) return found;
  note("entries", row.entries, std::to_string(feed->entries.size()));
  if (const std::string format = format_named(row.format); !format.empty())
    note("format", format, feed::to_string(feed->format));
  if (row.encoding != "undeclared") note("encoding", row.encoding, feed->encoding);
  return found;
}

std::set<std::string> explained() {
  std::set<std::string> rows;
  std::ifstream file(differences);
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    rows.insert(line.substr(0, line.rfind('\t')));  // the last column is the reason
  }
  return rows;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(corpus_test)

BOOST_AUTO_TEST_CASE(every_document_has_the_format_encoding_and_entries_that_the_index_says) {
  if (!fs::exists(corpus / "INDEX.md")) {
    BOOST_TEST_MESSAGE("SKIPPED: no corpus at " << corpus);
    BOOST_WARN_MESSAGE(false, "corpus_test is skipped: no corpus at " << corpus);
    return;
  }
  const std::vector<Row> rows = read_index();
  BOOST_REQUIRE_GE(rows.size(), 130u);
  std::set<std::string> found;
  for (const Row& row : rows) found.merge(compare(row));
  const std::set<std::string> known = explained();
  for (const std::string& difference : found) BOOST_TEST(known.count(difference) == 1, "not explained: " << difference);
  for (const std::string& difference : known)
    BOOST_TEST(found.count(difference) == 1, "explained, but gone: " << difference);
}

BOOST_AUTO_TEST_SUITE_END()
