#include <boost/test/unit_test.hpp>

#include "check/planted.h"

using namespace check;

namespace {

// The statement stands in a coroutine of lib/fetch/x.cpp, on line 3.
std::string found(const std::string& statement) {
  const Planted tree;
  tree.plant("lib/fetch/x.cpp", "namespace n {\nawaitable<void> f(int a) {\n" + statement + "\n  co_return;\n}\n}\n");
  return places(check_await(tree.root()));
}
const std::string here = "lib/fetch/x.cpp:3";

}  // namespace

BOOST_AUTO_TEST_SUITE(await_test)

BOOST_AUTO_TEST_CASE(co_await_expressions_hold_names_only) {
  const Violations violations = check_await(RAPPORTEUR_SOURCE_DIR);
  BOOST_TEST(violations.empty(), report(violations));
}

BOOST_AUTO_TEST_CASE(planted_violations_are_found) {
  for (const char* statement : {
           "co_await get(Request{u, 1, p});",
           "co_await get({.url = u});",
           "co_await get(Request(u));",
           "co_await get(fetch::Request(u));",
           "co_await get(Result<Reply, Error>(u));",
           "auto r = co_await get(std::move(a), Request());",
           "auto r{co_await get(a)};",
           "auto r = T{co_await get(a)};",
           "auto r = is ? co_await get(T{a}) : x;",
           "auto r = co_await get(a).or_else(T{});",
           "use(T{1}, co_await get(a));",
           "use(co_await get(a), T{1});",
           "use(T{1}, co_await get(a), co_await put(b));",
           "co_await with([p] { return p; });",
           "co_await with([&](int i) { return i; });",
           "co_await with([] { return 1; });",
           "co_await co_spawn(ex, [p]() -> awaitable<void> { co_await g(p); }, use_awaitable);",
           "if (auto r = co_await get(T{a}); r) return;",
           "if (co_await get(T{a})) { x(); }",
           "while (co_await next(T(a))) x();",
           "for (auto x : co_await list(T{a})) use(x);",
           "co_return co_await get(T{a});",
           "for (;;) co_await get(T{a});",
           "if (a) b(); else co_await get(T{a});",
           "v[co_await get(T{a})] = 1;",
       })
    BOOST_TEST(found(statement) == here, statement << " gave " << found(statement));
}

BOOST_AUTO_TEST_CASE(innocents_pass) {
  for (const char* statement : {
           "co_await get(std::move(request));",
           "Reply reply = co_await client_.get(std::move(request));",
           "const Result<Reply, Error> reply = co_await client_.get(request);",
           "auto [a, b] = co_await pair(x);",
           "auto& [a, b] = co_await pair(x);",
           "auto r = co_await list[i].get(names[0]);",
           "co_await run_on(pool.get_executor(), digest, Outcome::fresh, x);",
           "co_await nap(timer, std::chrono::milliseconds(5));",
           "co_await std::move(pause);",
           "auto p = std::make_shared<Request>(a); co_await get(p);",
           "const Request r{u, 1}; co_await get(r);",
           "{ T x{1}; } co_await get(a);",
           "if (T{a}) { co_await get(a); }",
           "if (x) { co_await get(a); } else { y = T{a}; }",
           "auto task = [p]() -> awaitable<void> { co_await get(p); }; spawn(T{1}, task);",
           "spawn(ex, [p]() -> awaitable<void> { co_await get(p); }, T{1});",
           "while (true) { co_await get(a); } y = T{1};",
           "try { co_await get(a); } catch (const Error& e) { throw Error(e); }",
           "switch (co_await get(a)) { case 1: return T{1}; default: break; }",
           "// co_await get(T{a});",
           "log(\"co_await get(T{a});\");",
           "co_await get(a, \"[x] {y} Z(1)\", '{');",
       })
    BOOST_TEST(found(statement) == "", statement << " gave " << found(statement));
}

BOOST_AUTO_TEST_CASE(the_line_is_that_of_the_temporary) {
  BOOST_TEST(found("co_await get(a,\n   b,\n   T{c});") == "lib/fetch/x.cpp:5");
  BOOST_TEST(found("co_await get(T{a});\nco_await get(a);\nco_await get(T{b});") ==
             "lib/fetch/x.cpp:3 lib/fetch/x.cpp:5");
}

BOOST_AUTO_TEST_SUITE_END()
