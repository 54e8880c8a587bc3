#include "base/url.h"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace rapporteur::base;
using namespace std::string_literals;

namespace {

struct Row {
  std::string url, expected;  // "-": nothing
};
struct ReferenceRow {
  std::string reference, expected;
};

std::string shown(const std::optional<std::string>& url) { return url.value_or("-"); }

std::string origin(std::string_view url) {
  const auto a = authority_of(url);
  return a ? a->scheme + " " + a->host + " " + a->port : "-";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(url_test)

BOOST_AUTO_TEST_CASE(addresses_are_made_tidy) {
  const Row rows[] = {
      {"https://news.un.org/en/story/2017/12/1", "https://news.un.org/en/story/2017/12/1"},
      {"HTTP://News.UN.org/En", "http://news.un.org/En"},
      {"http://un.org", "http://un.org/"},
      {"http://un.org?q", "http://un.org/?q"},
      {"http://un.org#top", "http://un.org/#top"},
      {"http://un.org:80/", "http://un.org/"},
      {"https://un.org:443/a", "https://un.org/a"},
      {"https://un.org:80/a", "https://un.org:80/a"},
      {"http://un.org:/a", "http://un.org/a"},
      {"http://un.org:08080/a", "http://un.org:8080/a"},
      {"http://un.org:65535/", "http://un.org:65535/"},
      {"http://un.org:65536/", "-"},
      {"http://un.org:99999999999/", "-"},
      {"http://un.org:80a/", "-"},
      {"http://un.org:-1/", "-"},
      // white space and controls
      {"  \t\n http://un.org/a \r\n", "http://un.org/a"},
      {"\xEF\xBB\xBFhttp://un.org/\xC2\xA0\xE2\x80\x8B", "http://un.org/"},
      {"http://un.org/a\n  b", "http://un.org/a%20%20b"},
      {"ht\ttp://un.org/a\r\nb", "http://un.org/ab"},
      {"http://un.org/a b?c d#e f", "http://un.org/a%20b?c%20d#e%20f"},
      {"http://un.org/a\0b"s, "http://un.org/ab"},
      {"http://un .org/", "-"},
      // bytes that may not stand there
      {"http://un.org/\"<>^`{|}", "http://un.org/%22%3C%3E%5E%60%7B%7C%7D"},
      {"http://un.org/a[1]?b[]=2", "http://un.org/a%5B1%5D?b%5B%5D=2"},
      {"http://un.org/женщины?q=мир", "http://un.org/%D0%B6%D0%B5%D0%BD%D1%89%D0%B8%D0%BD%D1%8B?q=%D0%BC%D0%B8%D1%80"},
      {"http://un.org/\xE9t\xE9", "http://un.org/%E9t%E9"},  // the bytes of another encoding survive
      {"http://un.org/#a#b", "http://un.org/#a%23b"},
      {"http://un.org/?a?b", "http://un.org/?a?b"},
      // what is encoded stays as it is
      {"http://un.org/%7Ea/%2f%2F/%e2%82%ac", "http://un.org/%7Ea/%2f%2F/%e2%82%ac"},
      {"http://un.org/100%", "http://un.org/100%25"},
      {"http://un.org/%zz%4", "http://un.org/%25zz%254"},
      {"http://un.org/?a=%26&b=+", "http://un.org/?a=%26&b=+"},
      {"http://un.org/a'(b)*,;=:@!$&~", "http://un.org/a'(b)*,;=:@!$&~"},
      // segments
      {"http://un.org/a/./b/../c", "http://un.org/a/c"},
      {"http://un.org/../../a", "http://un.org/a"},
      {"http://un.org/a/..", "http://un.org/"},
      {"http://un.org/a/.", "http://un.org/a/"},
      {"http://un.org/a/b/..", "http://un.org/a/"},
      {"http://un.org//a//b/", "http://un.org//a//b/"},
      {"http://un.org/a//../b", "http://un.org/a/b"},
      {"http://un.org/.well-known/x", "http://un.org/.well-known/x"},
      {"http://un.org/a...b/..c/.../d", "http://un.org/a...b/..c/.../d"},
      {"http://un.org/?a/../b#c/./d", "http://un.org/?a/../b#c/./d"},
      // slashes as browsers take them
      {"http:\\\\un.org\\a\\b?c\\d", "http://un.org/a/b?c%5Cd"},
      {"http:/un.org/a", "http://un.org/a"},
      {"https:un.org", "https://un.org/"},
      {"http:////un.org/a", "http://un.org/a"},
      {"http://good.org\\@evil.org/", "http://good.org/@evil.org/"},
      // userinfo
      {"http://me:secret@un.org/", "http://me:secret@un.org/"},
      {"http://me@here:a b@un.org/", "http://me%40here:a%20b@un.org/"},
      {"http://@un.org/", "http://un.org/"},
      {"http://me@/", "-"},
      // hosts
      {"http://[2001:DB8::1]:80/a", "http://[2001:db8::1]/a"},
      {"http://[::ffff:127.0.0.1]/", "http://[::ffff:127.0.0.1]/"},
      {"http://[::1/", "-"},
      {"http://[::1]x/", "-"},
      {"http://[un.org]/", "-"},
      {"http://::1/", "-"},
      {"http://0x7f.1/", "http://0x7f.1/"},
      {"http://2130706433/", "http://2130706433/"},
      {"http://bücher.example/", "http://xn--bcher-kva.example/"},
      {"http://BÜCHER.example/", "http://xn--bcher-kva.example/"},
      {"http://b%C3%BCcher.example/", "http://xn--bcher-kva.example/"},
      {"http://ООН.example/", "http://xn--m1aba.example/"},
      {"http://例子。example/", "http://xn--fsqu00a.example/"},
      {"http://straße.example/", "http://xn--strae-oqa.example/"},
      {"http://xn--bcher-kva.example/", "http://xn--bcher-kva.example/"},
      {"http://a\xFFz.example/", "-"},
      {"http://ev\xEF\xBC\x8Fil.example/", "-"},  // a full-width solidus would become "/"
      {"http://a%2Fb/", "-"},
      {"http://a%00b/", "-"},
      {"http://a<b>/", "-"},
      {"http://under_score.example/", "http://under_score.example/"},
      {"http://un.org./", "http://un.org./"},
      {"http:///", "-"},
      {"http://", "-"},
      {"http://?q", "-"},
      {"http:", "-"},
      // other schemes
      {"mailto:news@un.org?subject=A B", "mailto:news@un.org?subject=A%20B"},
      {"URN:UUID:0000", "urn:UUID:0000"},
      {"tag:un.org,2017:a/../b", "tag:un.org,2017:a/../b"},
      {"java\tscript:alert(1)", "javascript:alert(1)"},
      {"ftp://FTP.un.org:21/pub/", "ftp://ftp.un.org/pub/"},
      {"file:///etc/passwd", "file:///etc/passwd"},
      {"x:/.//a", "x:/.//a"},
      {"data:text/html,<b>", "data:text/html,%3Cb%3E"},
      // no absolute URL
      {"", "-"},
      {" ", "-"},
      {"/a/b", "-"},
      {"//un.org/", "-"},
      {"www.un.org/a", "-"},
      {"1http://un.org/", "-"},
      {"://un.org", "-"},
      {"#top", "-"},
  };
  for (const Row& row : rows) {
    BOOST_TEST(shown(normalize_url(row.url)) == row.expected, row.url << " gave " << shown(normalize_url(row.url)));
    if (row.expected != "-")
      BOOST_TEST(shown(normalize_url(row.expected)) == row.expected, row.expected << " is no fixed point");
  }
}

BOOST_AUTO_TEST_CASE(references_are_resolved_as_rfc_3986_says) {
  const ReferenceRow rows[] = {
      // section 5.4; "http:g" as in browsers
      {"g:h", "g:h"},
      {"g", "http://a/b/c/g"},
      {"./g", "http://a/b/c/g"},
      {"g/", "http://a/b/c/g/"},
      {"/g", "http://a/g"},
      {"//g", "http://g/"},
      {"?y", "http://a/b/c/d;p?y"},
      {"g?y", "http://a/b/c/g?y"},
      {"#s", "http://a/b/c/d;p?q#s"},
      {"g#s", "http://a/b/c/g#s"},
      {"g?y#s", "http://a/b/c/g?y#s"},
      {";x", "http://a/b/c/;x"},
      {"g;x", "http://a/b/c/g;x"},
      {"", "http://a/b/c/d;p?q"},
      {".", "http://a/b/c/"},
      {"./", "http://a/b/c/"},
      {"..", "http://a/b/"},
      {"../", "http://a/b/"},
      {"../g", "http://a/b/g"},
      {"../..", "http://a/"},
      {"../../g", "http://a/g"},
      {"../../../g", "http://a/g"},
      {"/./g", "http://a/g"},
      {"/../g", "http://a/g"},
      {"g.", "http://a/b/c/g."},
      {".g", "http://a/b/c/.g"},
      {"g..", "http://a/b/c/g.."},
      {"..g", "http://a/b/c/..g"},
      {"./../g", "http://a/b/g"},
      {"./g/.", "http://a/b/c/g/"},
      {"g/./h", "http://a/b/c/g/h"},
      {"g/../h", "http://a/b/c/h"},
      {"g;x=1/../y", "http://a/b/c/y"},
      {"g?y/../x", "http://a/b/c/g?y/../x"},
      {"g#s/../x", "http://a/b/c/g#s/../x"},
      {"http:g", "http://a/b/c/g"},
  };
  for (const ReferenceRow& row : rows)
    BOOST_TEST(shown(resolve_url("http://a/b/c/d;p?q", row.reference)) == row.expected,
               row.reference << " gave " << shown(resolve_url("http://a/b/c/d;p?q", row.reference)));
}

BOOST_AUTO_TEST_CASE(references_of_real_feeds_are_resolved) {
  struct Real {
    std::string base, reference, expected;
  };
  const Real rows[] = {
      {"https://un.org/rss.xml", "  /en/story 1.html\n", "https://un.org/en/story%201.html"},
      {"https://un.org/rss.xml", "//cdn.un.org/a.jpg", "https://cdn.un.org/a.jpg"},
      {"https://un.org/rss.xml", "\\en\\a", "https://un.org/en/a"},
      {"https://un.org/rss.xml", "http://other.org", "http://other.org/"},
      {"https://un.org/rss.xml", "http:other.org/a", "http://other.org/a"},
      {"https://un.org/a/b", "c//d", "https://un.org/a/c//d"},
      {"https://un.org//a//b", "c", "https://un.org//a//c"},
      {"https://un.org", "c", "https://un.org/c"},
      {"https://un.org?x", "c", "https://un.org/c"},
      {"https://un.org/a#frag", "", "https://un.org/a"},
      {"https://un.org/a?x#frag", "#new", "https://un.org/a?x#new"},
      {"https://un.org/a", "javascript:alert(1)", "javascript:alert(1)"},
      {"https://un.org/a", "12:30", "https://un.org/12:30"},
      {"https://un.org/a", "%C3%A9?%26", "https://un.org/%C3%A9?%26"},
      {"https://bücher.example/a", "b", "https://xn--bcher-kva.example/b"},
      {"", "https://un.org", "https://un.org/"},
      {"nonsense", "https://un.org/a", "https://un.org/a"},
      {"nonsense", "/a", "-"},
      {"", "", "-"},
      {"mailto:a@un.org", "b", "-"},
      {"urn:x:y", "#z", "urn:x:y#z"},
      {"https://un.org/a", "//", "-"},
      {"https://un.org/a", "http://[::1", "-"},
      {"ftp://un.org/a\\b", "c\\d", "ftp://un.org/c%5Cd"},
      {"file:///a/b", "c", "file:///a/c"},
  };
  for (const Real& row : rows)
    BOOST_TEST(shown(resolve_url(row.base, row.reference)) == row.expected,
               row.base << " + " << row.reference << " gave " << shown(resolve_url(row.base, row.reference)));
}

BOOST_AUTO_TEST_CASE(a_scheme_hidden_by_controls_is_seen) {
  const Row rows[] = {
      {"javascript:alert(1)", "javascript"},
      {"JaVaScRiPt:alert(1)", "javascript"},
      {"java\tscript:alert(1)", "javascript"},
      {"java\nscr\ript\r:alert(1)", "javascript"},
      {"\x01\x02 \t javascript:alert(1)", "javascript"},
      {"java\0script:x"s, "javascript"},
      {"\xC2\xA0javascript:x", "javascript"},  // what normalize_url would strip is stripped here too
      {"https://un.org", "https"},
      {"view-source:x", "view-source"},
      {"java script:x", ""},
      {"/a:b", ""},
      {"a/b:c", ""},
      {"?a:b", ""},
      {"#a:b", ""},
      {":x", ""},
      {"1a:b", ""},
      {"no scheme", ""},
      {"", ""},
  };
  for (const Row& row : rows) BOOST_TEST(scheme_of(row.url) == row.expected, row.url);
}

BOOST_AUTO_TEST_CASE(an_authority_is_scheme_host_and_port) {
  const Row rows[] = {
      {"http://UN.org/a", "http un.org 80"},
      {"https://un.org", "https un.org 443"},
      {"https://u:p@un.org:8443/a", "https un.org 8443"},
      {"http://[2001:DB8::1]:81/", "http 2001:db8::1 81"},
      {"https://bücher.example", "https xn--bcher-kva.example 443"},
      {"http://good.org\\@evil.org/", "http good.org 80"},
      {"ftp://un.org/", "-"},
      {"mailto:a@un.org", "-"},
      {"/a", "-"},
  };
  for (const Row& row : rows) BOOST_TEST(origin(row.url) == row.expected, row.url << " gave " << origin(row.url));
  BOOST_TEST(is_http_url("https://un.org"));
  BOOST_TEST(is_http_url("https://un.org/a"));
  BOOST_TEST(!is_http_url("https://"));
  BOOST_TEST(!is_http_url("ftp://un.org/"));
  BOOST_TEST(!is_http_url("un.org"));
}

BOOST_AUTO_TEST_CASE(credentials_stay_within_one_origin) {
  BOOST_TEST(is_same_origin("https://un.org/a", "HTTPS://UN.ORG:443/b?c"));
  BOOST_TEST(!is_same_origin("https://un.org/a", "http://un.org/a"));
  BOOST_TEST(!is_same_origin("https://un.org/a", "https://un.org:8443/a"));
  BOOST_TEST(!is_same_origin("https://un.org/a", "https://www.un.org/a"));
  BOOST_TEST(!is_same_origin("https://un.org/a", "https://un.org@evil.org/a"));
  BOOST_TEST(!is_same_origin("ftp://un.org/a", "ftp://un.org/a"));
  BOOST_TEST(!is_same_origin("", ""));
}

BOOST_AUTO_TEST_CASE(tracking_goes_and_everything_else_stays) {
  const Row rows[] = {
      {"https://un.org/a", "https://un.org/a"},
      {"https://un.org/a?id=1", "https://un.org/a?id=1"},
      {"https://un.org/a?utm_source=rss&utm_medium=feed", "https://un.org/a"},
      {"https://un.org/a?utm_source=rss#part", "https://un.org/a#part"},
      {"https://un.org/a?b=2&fbclid=x&a=1&UTM_Campaign=y", "https://un.org/a?b=2&a=1"},
      {"https://un.org/a?gclid=1&id=7", "https://un.org/a?id=7"},
      {"https://un.org/a?id=7&amp;utm_source=rss", "https://un.org/a?id=7"},
      {"https://un.org/a?mc_cid=1&mc_eid=2&yclid&igshid=&_hsenc=a&mkt_tok=b", "https://un.org/a"},
      {"https://un.org/a?xtor=RSS-1", "https://un.org/a"},
      {"https://un.org/a?b&&c=&d==&utm_id=1", "https://un.org/a?b&&c=&d=="},
      {"https://un.org/a?b&&c=", "https://un.org/a?b&&c="},
      {"https://un.org/a?", "https://un.org/a?"},
      {"https://un.org/a?utm=1&my_utm_source=2&fbclid2=3", "https://un.org/a?utm=1&my_utm_source=2&fbclid2=3"},
      {"https://un.org/a?q=utm_source", "https://un.org/a?q=utm_source"},
      {"https://un.org/a#?utm_source=x", "https://un.org/a#?utm_source=x"},
      {"https://un.org/utm_source=x", "https://un.org/utm_source=x"},
      {"", ""},
  };
  for (const Row& row : rows)
    BOOST_TEST(without_tracking(row.url) == row.expected, row.url << " gave " << without_tracking(row.url));
}

BOOST_AUTO_TEST_CASE(passwords_do_not_reach_messages) {
  const Row rows[] = {
      {"https://me:secret@un.org/a", "https://un.org/a"},
      {"https://me:s@cret@un.org/a", "https://un.org/a"},
      {"https://me@un.org", "https://un.org"},
      {"https://un.org/@me", "https://un.org/@me"},
      {"https://un.org?a@b", "https://un.org?a@b"},
      {"mailto:a@un.org", "mailto:a@un.org"},
      {"//me:x@un.org", "//un.org"},
      {"http:\\\\me:secret@un.org/a", "http:\\\\un.org/a"},
      {"http:me:secret@un.org/a", "http:un.org/a"},
      {" ht\ttp://me:secret@un.org/a", " ht\ttp://un.org/a"},
      {"https://", "https://"},
      {"", ""},
  };
  for (const Row& row : rows) BOOST_TEST(without_userinfo(row.url) == row.expected, row.url);
  BOOST_TEST(without_fragment("https://un.org/a?b#c#d") == "https://un.org/a?b");
  BOOST_TEST(without_fragment("https://un.org/a") == "https://un.org/a");
}

BOOST_AUTO_TEST_CASE(an_id_is_an_iri_or_not) {
  for (const char* good :
       {"https://un.org/a", "urn:uuid:0", "tag:un.org,2017:x", "http://un.org/женщины", "a:b", "x+y.z-1:%20"})
    BOOST_TEST(is_absolute_iri(good), good);
  for (const char* bad : {"", "abc-123", "12345", ":a", "a:", "1:2", "/a", "Story: one", "http://un.org/a b",
                          "http://un.org/\n", "tag:\xFF",
                          "tag:a\xC2\xA0"
                          "b",
                          "tag:<b>", "tag:%zz", "Женщины:1"})
    BOOST_TEST(!is_absolute_iri(bad), bad);
}

BOOST_AUTO_TEST_SUITE_END()
