#include <boost/test/unit_test.hpp>

#include "check/planted.h"

using namespace check;

namespace {

std::string found(const std::string& path, const std::string& text) {
  const Planted tree;
  tree.plant("tests/check/homes.txt", "curl/: fetch/easy.cpp fetch/multi\nsqlite3.h: store/\nCLI/: daemon/main.cpp\n");
  tree.plant(path, text);
  return places(check_homes(tree.root()));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(homes_test)

BOOST_AUTO_TEST_CASE(each_library_has_one_home) {
  const Violations violations = check_homes(RAPPORTEUR_SOURCE_DIR);
  BOOST_TEST(violations.empty(), report(violations));
}

BOOST_AUTO_TEST_CASE(planted_violations_are_found) {
  BOOST_TEST(found("lib/parse/x.cpp", "#include <curl/curl.h>\n") == "lib/parse/x.cpp:1");
  BOOST_TEST(found("lib/fetch/easy.h", "#include <string>\n#include <curl/curl.h>\n") == "lib/fetch/easy.h:2");
  BOOST_TEST(found("lib/engine/x.h", "#include <sqlite3.h>\n") == "lib/engine/x.h:1");
  BOOST_TEST(found("daemon/run.cpp", "#include <CLI/CLI.hpp>\n") == "daemon/run.cpp:1");
  BOOST_TEST(found("lib/base/x.cpp", "#include <boost/algorithm/string.hpp>\n") == "lib/base/x.cpp:1");
  BOOST_TEST(found("lib/base/x.cpp", "#include <new_library.h>\n") == "lib/base/x.cpp:1");
}

BOOST_AUTO_TEST_CASE(innocents_pass) {
  BOOST_TEST(found("lib/fetch/easy.cpp", "#include <curl/curl.h>\n#include <vector>\n#include \"fetch/easy.h\"\n") ==
             "");
  BOOST_TEST(found("lib/fetch/multi.h", "#include <curl/multi.h>\n") == "");
  BOOST_TEST(found("lib/store/deep/x.cpp", "#include <sqlite3.h>\n") == "");
  BOOST_TEST(found("lib/base/x.cpp", "// #include <curl/curl.h>\n#include <condition_variable>\n") == "");
  BOOST_TEST(found("tests/unit/x_test.cpp", "#include <curl/curl.h>\n") == "");
}

BOOST_AUTO_TEST_SUITE_END()
