#include <boost/test/unit_test.hpp>

#include "check/planted.h"

using namespace check;

namespace {

std::string found(const std::string& table, const std::string& text) {
  const Planted tree;
  tree.plant("tests/check/locks.txt", table);
  tree.plant("lib/ops/x.cpp", text);
  return places(check_locks(tree.root()));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(locks_test)

BOOST_AUTO_TEST_CASE(only_those_with_a_reason_speak_of_locks) {
  const Violations violations = check_locks(RAPPORTEUR_SOURCE_DIR);
  BOOST_TEST(violations.empty(), report(violations));
}

BOOST_AUTO_TEST_CASE(planted_violations_are_found) {
  for (const char* name :
       {"std::mutex m;", "std::atomic<int> a;", "std::lock_guard g(m);", "std::condition_variable c;",
        "std::call_once(f, g);", "thread_local int x;", "volatile int x;", "base::Guarded<int> g;",
        "std::binary_semaphore s(0);", "std::shared_mutex m;"})
    BOOST_TEST(found("", std::string("int y;\n") + name + "\n") == "lib/ops/x.cpp:2", name);
  // One line for each family of one file is enough.
  BOOST_TEST(found("", "std::mutex a;\nstd::mutex b;\nstd::atomic<int> c;\n") == "lib/ops/x.cpp:1 lib/ops/x.cpp:3");
}

BOOST_AUTO_TEST_CASE(a_permit_holds_for_its_file_and_family_only) {
  BOOST_TEST(found("lib/ops/x.cpp: mutex, guards the sink\n", "std::mutex m;\nstd::lock_guard g(m);\n") == "");
  BOOST_TEST(found("lib/ops/x.cpp: mutex, guards the sink\n", "std::mutex m;\nstd::atomic<int> a;\n") ==
             "lib/ops/x.cpp:2");
  BOOST_TEST(found("lib/ops/y.cpp: mutex, guards the sink\n", "std::mutex m;\n") ==
             "lib/ops/x.cpp:1 tests/check/locks.txt:1");
}

BOOST_AUTO_TEST_CASE(a_permit_without_reason_or_use_is_a_violation) {
  BOOST_TEST(found("lib/ops/x.cpp: mutex\n", "std::mutex m;\n") == "tests/check/locks.txt:1 lib/ops/x.cpp:1");
  BOOST_TEST(found("# a comment\nlib/ops/x.cpp: mutex, guards the old sink\n", "int x;\n") ==
             "tests/check/locks.txt:2");
}

BOOST_AUTO_TEST_CASE(innocents_pass) {
  BOOST_TEST(found("", "// a mutex would be wrong here\nconst char* s = \"atomic\";\nint atomically, mutex_count;\n") ==
             "");
  BOOST_TEST(found("", "#include <mutex>\n") == "");  // unused includes are the compiler's and the reviewer's business
}

BOOST_AUTO_TEST_SUITE_END()
