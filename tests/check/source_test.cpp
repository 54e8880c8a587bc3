#include "check/source.h"

#include <boost/test/unit_test.hpp>

#include "check/planted.h"

using namespace check;

namespace {

std::string shown(std::string_view text) {
  std::string out;
  for (const Token& token : read_source("x.cpp", text).tokens)
    out += (out.empty() ? "" : " ") + (token.kind == Kind::text ? std::string("''") : token.text);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(source_test)

BOOST_AUTO_TEST_CASE(tokens_are_read_without_comments_and_strings) {
  BOOST_TEST(shown("int a = b::c->d(); // mutex\n/* atomic\n */ x") == "int a = b :: c -> d ( ) ; x");
  BOOST_TEST(shown("f(\"mutex \\\" ;\", 'x', '\\'')") == "f ( '' , '' , '' )");
  BOOST_TEST(shown("R\"(a \" ) b)\" + u8R\"x(c )\" d)x\"") == "'' + ''");
  BOOST_TEST(shown("a 1'000.5e3 b") == "a 1'000.5e3 b");
  BOOST_TEST(shown("#define X \\\n  mutex\nint y;") == "int y ;");
  BOOST_TEST(shown("\"never closed\nx") == "'' x");
  BOOST_TEST(shown("/* never closed") == "");
  BOOST_TEST(shown("R\"(never closed") == "''");
}

BOOST_AUTO_TEST_CASE(lines_and_includes_are_counted_from_one) {
  const Source source =
      read_source("lib/a/x.h", "#pragma once\n#include <vector>\n  #  include \"a/y.h\"\n// #include <no>\n\nint x;\n");
  BOOST_TEST(source.is_header());
  BOOST_TEST(source.lines == 6u);
  BOOST_REQUIRE(source.includes.size() == 2u);
  BOOST_TEST(source.includes[0].header == "vector");
  BOOST_TEST(!source.includes[0].is_quoted);
  BOOST_TEST(source.includes[1].header == "a/y.h");
  BOOST_TEST(source.includes[1].line == 3u);
  BOOST_TEST(source.tokens.front().line == 6u);
  BOOST_TEST(read_source("x", "a").lines == 1u);
  BOOST_TEST(read_source("x", "").lines == 0u);
}

BOOST_AUTO_TEST_CASE(tables_have_keys_values_and_comments) {
  const Planted tree;
  tree.plant("t.txt", "# comment\n\nbase:\nfeed: base  # why\nlib/a.h: mutex, for a reason: this\n");
  const std::vector<Row> rows = read_table(tree.root() / "t.txt");
  BOOST_REQUIRE(rows.size() == 3u);
  BOOST_TEST(rows[0].key == "base");
  BOOST_TEST(rows[0].value == "");
  BOOST_TEST(words(rows[1].value).size() == 1u);
  BOOST_TEST(rows[2].key == "lib/a.h");
  BOOST_TEST(rows[2].value == "mutex, for a reason: this");
  BOOST_TEST(rows[2].line == 5u);
  BOOST_TEST(read_table(tree.root() / "absent").empty());
}

BOOST_AUTO_TEST_CASE(the_tree_itself_is_found) {  // or the rules would hold over nothing
  const std::vector<Source> sources = read_sources(RAPPORTEUR_SOURCE_DIR, {"lib", "daemon"});
  BOOST_REQUIRE(sources.size() > 20u);
  BOOST_TEST(!sources.front().tokens.empty());
}

BOOST_AUTO_TEST_SUITE_END()
