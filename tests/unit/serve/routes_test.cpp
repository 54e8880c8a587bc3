#include "serve/routes.h"

#include <boost/test/unit_test.hpp>

namespace rapporteur::serve {

BOOST_AUTO_TEST_SUITE(routes_test)

BOOST_AUTO_TEST_CASE(targets_become_paths) {
  struct Row {
    const char* target;
    const char* path;  // null: no path
  };
  const Row rows[] = {
      {"/feed.atom", "/feed.atom"},
      {"/feed.atom?utm_source=x&a=/b", "/feed.atom"},
      {"/feed.atom#top", "/feed.atom"},
      {"/feed%2Eatom", "/feed.atom"},
      {"/feed%2eatom", "/feed.atom"},
      {"/%66eed.atom", "/feed.atom"},
      {"/..%2f..%2Fetc/passwd", "/..%2f..%2Fetc/passwd"},
      {"/%2e%2e/etc/passwd", "/../etc/passwd"},
      {"/a%00b", "/a%00b"},
      {"/a%", "/a%"},
      {"/a%4", "/a%4"},
      {"/a%zz", "/a%zz"},
      {"http://news.example.org/feed.atom", "/feed.atom"},
      {"HTTP://news.example.org", "/"},
      {"http://news.example.org?q=1", "/"},
      {"*", nullptr},
      {"feed.atom", nullptr},
      {"ftp://news.example.org/", nullptr},
      {"", nullptr},
  };
  for (const Row& row : rows) {
    std::string room;
    const auto path = path_of(row.target, room);
    BOOST_TEST(path.has_value() == (row.path != nullptr), row.target);
    if (path && row.path != nullptr) BOOST_TEST(*path == row.path, row.target << " became " << *path);
  }
}

BOOST_AUTO_TEST_CASE(live_routes_are_found_by_their_exact_path) {
  for (const char* path : {"/status.json", "/metrics", "/healthz", "/readyz"})
    BOOST_TEST(find_live_route(path) != nullptr, path);
  for (const char* path : {"/", "/status", "/healthz/", "/HEALTHZ"}) BOOST_TEST(find_live_route(path) == nullptr, path);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rapporteur::serve
