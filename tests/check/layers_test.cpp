#include <boost/test/unit_test.hpp>

#include "check/planted.h"

using namespace check;

namespace {

const char* const table =
    "base:\nfeed: base\nmerge: base feed pure\nfetch: base\nconfig: base */settings.h\ndaemon: base config\n";

std::string found(const std::string& path, const std::string& text) {
  const Planted tree;
  tree.plant("tests/check/layers.txt", table);
  tree.plant(path, text);
  return places(check_layers(tree.root()));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(layers_test)

BOOST_AUTO_TEST_CASE(includes_only_go_downward) {
  const Violations violations = check_layers(RAPPORTEUR_SOURCE_DIR);
  BOOST_TEST(violations.empty(), report(violations));
}

BOOST_AUTO_TEST_CASE(planted_violations_are_found) {
  BOOST_TEST(found("lib/base/x.h", "#include \"feed/feed.h\"\n") == "lib/base/x.h:1");
  BOOST_TEST(found("lib/feed/x.cpp", "#include \"feed/x.h\"\n#include \"merge/y.h\"\n") == "lib/feed/x.cpp:2");
  BOOST_TEST(found("lib/feed/deep/x.cpp", "#include \"fetch/settings.h\"\n") == "lib/feed/deep/x.cpp:1");
  BOOST_TEST(found("lib/config/x.cpp", "#include \"fetch/settings.h\"\n#include \"fetch/client.h\"\n") ==
             "lib/config/x.cpp:2");
  BOOST_TEST(found("lib/base/x.cpp", "#include \"x.h\"\n") == "lib/base/x.cpp:1");
  BOOST_TEST(found("daemon/run.cpp", "#include \"commands.h\"\n#include \"feed/feed.h\"\n") == "daemon/run.cpp:2");
  BOOST_TEST(found("lib/util/x.cpp", "int x;\n") == "lib/util/x.cpp:1");
  BOOST_TEST(found("lib/base/x.h", "#include \"../feed/feed.h\"\n") == "lib/base/x.h:1");
}

BOOST_AUTO_TEST_CASE(pure_modules_have_no_clock_no_thread_and_no_file) {
  BOOST_TEST(found("lib/merge/x.cpp", "#include <thread>\n#include <vector>\n#include <fstream>\n") ==
             "lib/merge/x.cpp:1 lib/merge/x.cpp:3");
  BOOST_TEST(found("lib/merge/x.cpp", "#include <boost/asio/post.hpp>\n") == "lib/merge/x.cpp:1");
  BOOST_TEST(found("lib/merge/x.cpp", "int x;\nauto t = std::chrono::system_clock::now();\n") == "lib/merge/x.cpp:2");
  BOOST_TEST(found("lib/merge/x.cpp", "// system_clock\nconst char* s = \"steady_clock\";\n#include <chrono>\n") == "");
  BOOST_TEST(found("lib/fetch/x.cpp", "#include <thread>\nauto t = std::chrono::steady_clock::now();\n") == "");
}

BOOST_AUTO_TEST_CASE(innocents_pass) {
  BOOST_TEST(found("lib/merge/x.cpp",
                   "#include \"merge/x.h\"\n#include \"feed/feed.h\"\n#include \"base/url.h\"\n#include <string>\n") ==
             "");
  BOOST_TEST(found("lib/base/x.cpp", "// #include \"feed/feed.h\"\n/*\n#include \"feed/feed.h\"\n*/\n") == "");
  BOOST_TEST(found("daemon/run.cpp", "#include \"commands.h\"\n#include \"config/read.h\"\n") == "");
}

BOOST_AUTO_TEST_CASE(a_violation_says_what_would_be_right) {
  const Planted tree;
  tree.plant("tests/check/layers.txt", table);
  tree.plant("lib/feed/x.cpp", "\n#include \"merge/y.h\"\n");
  BOOST_TEST(to_string(check_layers(tree.root()).at(0)) ==
             "lib/feed/x.cpp:2: feed includes \"merge/y.h\"; it may include: base");
}

BOOST_AUTO_TEST_SUITE_END()
