#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "check/planted.h"

using namespace check;

namespace {

std::string lines(int count, const std::string& line = "int x;") {
  std::string out;
  for (; count > 0; --count) out += line + "\n";
  return out;
}

std::string found(const std::string& path, const std::string& text, const std::string& table = "") {
  const Planted tree;
  tree.plant("tests/check/sizes.txt", table);
  tree.plant(path, text);
  return places(check_sizes(tree.root()));
}

// A function whose first line is line 2 of the file, `count` lines long; what its head leaves open is closed behind it.
std::string function(const std::string& head, int count) {
  const auto open = std::count(head.begin(), head.end(), '{') - std::count(head.begin(), head.end(), '}');
  const std::string closing(static_cast<std::size_t>(open), '}');
  return "int before;\n" + head + " {\n" + lines(count - 2, "  x();") + "}\n" + closing;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sizes_test)

BOOST_AUTO_TEST_CASE(files_headers_and_functions_keep_their_size) {
  const Violations violations = check_sizes(RAPPORTEUR_SOURCE_DIR);
  BOOST_TEST(violations.empty(), report(violations));
}

BOOST_AUTO_TEST_CASE(long_files_are_found) {
  BOOST_TEST(found("lib/a/x.cpp", lines(501)) == "lib/a/x.cpp:501");
  BOOST_TEST(found("lib/a/x.h", lines(251)) == "lib/a/x.h:251");
  BOOST_TEST(found("tests/unit/a/x_test.cpp", lines(501)) == "tests/unit/a/x_test.cpp:501");
  BOOST_TEST(found("lib/a/x.cpp", lines(500)) == "");
  BOOST_TEST(found("lib/a/x.h", lines(250)) == "");
}

BOOST_AUTO_TEST_CASE(long_functions_are_found_whatever_their_head) {
  for (const char* head : {
           "void f()",
           "static bool f(int a, T b = T{})",
           "Reply Client::get(Request r) const",
           "auto f() -> std::vector<int>",
           "Client::Client(int a) : a_{a}, b_(T{1}), c_{}",
           "Client::Client(int a) : a_(a)",
           "bool operator==(const A& a, const B& b)",
           "A& A::operator=(A&& a) noexcept",
           "template <class T> void f(T t)",
           "template <class T = int>\nvoid f(T t) requires C<T>",
           "namespace {\nclass A {\n public:\n  void f()",
           "namespace n {\nstruct B : A {\n  int x = 1;\n  B() : x{2}",
       })
    BOOST_TEST(found("lib/a/x.cpp", function(head, 70)).starts_with("lib/a/x.cpp:"), head);
  BOOST_TEST(found("lib/a/x.cpp", function("void f()", 61)) == "lib/a/x.cpp:2");
  BOOST_TEST(found("lib/a/x.cpp", function("void f()", 60)) == "");
}

BOOST_AUTO_TEST_CASE(tables_and_classes_are_no_functions) {
  for (const char* head :
       {"const Row rows[] =", "constexpr std::array<Row, 3> rows", "class A", "struct A : B", "enum class E",
        "namespace n", "const std::map<int, int> m = make(", "static const auto f = compute(a, b) + T"})
    BOOST_TEST(found("lib/a/x.cpp", "int before;\n" + std::string(head) + " {\n" + lines(80, "  int x;") + "}" +
                                        (std::string(head).ends_with('(') ? ")" : "") + ";\n") == "",
               head);
  // Many short functions in a long class are fine, and so is a long test.
  BOOST_TEST(found("lib/a/x.cpp", "class A {\n" + lines(100, "  int f() { return 1; }") + "};\n") == "");
  BOOST_TEST(found("tests/unit/a/x_test.cpp", function("BOOST_AUTO_TEST_CASE(a)", 100)) == "");
}

BOOST_AUTO_TEST_CASE(exceptions_state_their_reason_and_are_needed) {
  BOOST_TEST(found("lib/a/x.cpp", lines(501), "lib/a/x.cpp: one table, read from top\n") == "");
  BOOST_TEST(found("lib/a/x.cpp", function("void f()", 70), "lib/a/x.cpp/f: a scanner, one case each\n") == "");
  BOOST_TEST(found("lib/a/x.cpp", lines(501), "lib/a/x.cpp: because\n") == "tests/check/sizes.txt:1");
  BOOST_TEST(found("lib/a/x.cpp", lines(5), "lib/a/x.cpp: one table, read from top\n") == "tests/check/sizes.txt:1");
  BOOST_TEST(found("lib/a/x.cpp", function("void f()", 70), "lib/a/x.cpp: one table, read from top\n") ==
             "lib/a/x.cpp:2 tests/check/sizes.txt:1");
}

BOOST_AUTO_TEST_SUITE_END()
