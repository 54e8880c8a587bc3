#include <boost/test/unit_test.hpp>

#include "check/planted.h"

using namespace check;

namespace {

std::string found(const std::string& readme) {
  const Planted tree;
  tree.plant("tests/check/layers.txt", "# comment\nbase:\nfeed: base\n");
  tree.plant("lib/base/x.h", "");
  tree.plant("lib/feed/x.h", "");
  tree.plant("README.md", readme);
  return report(check_docs(tree.root()));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(docs_test)

BOOST_AUTO_TEST_CASE(the_readme_shows_the_tree_as_it_is) {
  const Violations violations = check_docs(RAPPORTEUR_SOURCE_DIR);
  BOOST_TEST(violations.empty(), report(violations));
}

BOOST_AUTO_TEST_CASE(planted_violations_are_found) {
  BOOST_TEST(found("text\n## Architecture\n`base`\nbase:\nfeed: base\n") ==
             "1 found\nREADME.md:2: does not name lib/feed; add `feed` to the map");
  BOOST_TEST(found("## Architecture\n`base` lib/feed\nbase:\n") ==
             "1 found\nREADME.md:1: does not quote layers.txt line 3; it says: feed: base");
  BOOST_TEST(found("## Architecture\n`base` `feed`\nbase:\nfeed: base ops\n").starts_with("1 found"));
  BOOST_TEST(found("# The Architecture\n").starts_with("4 found"));
  BOOST_TEST(found("# rapporteur\nno such section, though Architecture is mentioned\n") ==
             "1 found\nREADME.md:1: has no Architecture section");
}

BOOST_AUTO_TEST_CASE(a_command_without_its_place_in_the_manual_is_found) {
  const auto found_in = [](const std::string& manual) {
    const Planted tree;
    tree.plant("tests/check/layers.txt", "");
    tree.plant("lib/base/x.h", "");
    tree.plant("README.md", "# Architecture\n`base`\n");
    tree.plant("daemon/main.cpp", "app.add_subcommand(\"run\", \"x\");\napp.add_subcommand(\"poll\", \"x\");\n");
    tree.plant("daemon/rapporteur.8", manual);
    return report(check_docs(tree.root()));
  };
  BOOST_TEST(found_in(".TP\n.B run\nwords\n.TP\n.BR poll \" [x]\"\n") == "0 found");
  BOOST_TEST(found_in(".TP\n.B run\nwords of poll\n") ==
             "1 found\ndaemon/rapporteur.8:1: does not describe the command poll");
}

BOOST_AUTO_TEST_CASE(innocents_pass) {
  BOOST_TEST(found("## Architecture\n| `base` | words |\n| `feed` | model |\n```\nbase:\nfeed: base\n```\n") ==
             "0 found");
}

BOOST_AUTO_TEST_SUITE_END()
