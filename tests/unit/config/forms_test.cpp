#include "config/forms.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

using namespace rapporteur::config;

namespace {

struct Row {
  Objection (*object)(std::string_view);
  const char* text;
  bool is_good;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(forms_test)

BOOST_AUTO_TEST_CASE(what_is_taken_and_what_is_not) {
  const Row rows[] = {
      {object_to_id, "un-news-en", true},
      {object_to_id, "2", true},
      {object_to_id, "", false},
      {object_to_id, "UN", false},
      {object_to_id, "a_b", false},
      {object_to_id, "é", false},
      {object_to_view_name, "water", true},
      {object_to_view_name, "asia/central_2", true},
      {object_to_view_name, "asia/topic", true},  // reserved at the front only
      {object_to_view_name, "topic/water", false},
      {object_to_view_name, "search", false},
      {object_to_view_name, "water/archive", false},
      {object_to_view_name, "/water", false},
      {object_to_view_name, "a//b", false},
      {object_to_view_name, "..", false},
      {object_to_view_name, "feed.atom", false},
      {object_to_url, "https://example.org/feed?a=1", true},
      {object_to_url, "http://[::1]:8080/", true},
      {object_to_url, "file:///etc/passwd", false},
      {object_to_url, "//example.org/", false},
      {object_to_url, "example.org/feed", false},
      {object_to_base_url, "https://news.example.org/un", true},
      {object_to_base_url, "https://news.example.org/?a", false},
      {object_to_base_url, "https://u:p@news.example.org/", false},
      {object_to_contact, "feeds@example.org", true},
      {object_to_contact, "mailto:feeds@example.org", true},
      {object_to_contact, "https://example.org/about", true},
      {object_to_contact, "", true},
      {object_to_contact, "me", false},
      {object_to_contact, "a b@example.org", false},
      {object_to_contact, "feeds@example.org\r\nX: y", false},
      {object_to_language, "en", true},
      {object_to_language, "zh-Hans-CN", true},
      {object_to_language, "sr-Latn", true},
      {object_to_language, "english", false},
      {object_to_language, "en_GB", false},
      {object_to_language, "e1", false},
      {object_to_language, "en-", false},
      {object_to_country, "KG", true},
      {object_to_country, "ZW", true},
      {object_to_country, "AD", true},
      {object_to_country, "kg", false},
      {object_to_country, "TW", false},  // not in UN M49
      {object_to_country, "XK", false},
      {object_to_country, "D A", false},
      {object_to_country, "D ", false},
      {object_to_region, "143", true},
      {object_to_region, "419", true},
      {object_to_region, "14", false},
      {object_to_region, "398", false},  // a country's number
      {object_to_network, "127.0.0.0/8", true},
      {object_to_network, "0.0.0.0/0", true},
      {object_to_network, "fd00::/8", true},
      {object_to_network, "::1/128", true},
      {object_to_network, "192.0.2.7", false},
      {object_to_network, "10.0.0.1/8", false},
      {object_to_network, "10.0.0.0/33", false},
      {object_to_network, "10.0.0/8", false},
      {object_to_network, "0x7f.0.0.0/8", false},
      {object_to_listen, "127.0.0.1:8480", true},
      {object_to_listen, "[::]:80", true},
      {object_to_listen, "localhost:0", true},
      {object_to_listen, "unix:/run/rapporteur/http.sock", true},
      {object_to_listen, "news.example.org:80", true},
      {object_to_listen, "1.2.3:80", false},
      {object_to_listen, "unix:relative", false},
      {object_to_listen, "::1:80", false},
      {object_to_listen, "8480", false},
      {object_to_listen, "127.0.0.1:65536", false},
      {object_to_listen, "127.0.0.1:", false},
      {object_to_listen, "[127.0.0.1]:80", false},
      {object_to_timezone, "UTC", true},
      {object_to_timezone, "../../etc/passwd", false},
      {object_to_timezone, "/etc/localtime", false},
      {object_to_timezone, "", false},
      {object_to_since, "30d", true},
      {object_to_since, "2026-01-31", true},
      {object_to_since, "2026-01-31T00:00:00Z", true},
      {object_to_since, "2026-02-30", false},
      {object_to_since, "January", false},
      {object_to_header_name, "Authorization", true},
      {object_to_header_name, "X-Key", true},
      {object_to_header_name, "If-None-Match", false},
      {object_to_header_name, "host", false},
      {object_to_header_name, "Cookie", true},  // P11: unless configured
      {object_to_header_name, "A-IM", false},
      {object_to_header_name, "referer", false},
      {object_to_header_name, "a b", false},
      {object_to_header_name, "a:", false},
      {object_to_proxy, "http://proxy:3128", true},
      {object_to_proxy, "socks5h://127.0.0.1:1080", true},
      {object_to_proxy, "proxy:3128", false},
      {object_to_proxy, "ftp://proxy/", false},
      {object_to_user_agent, "example-desk/1.0 (+https://example.org/about)", true},
      {object_to_user_agent, "knowledge/1.0 (+https://safari.example/)", true},
      {object_to_user_agent, "", true},
      {object_to_user_agent, "Mozilla/5.0 (compatible; desk/1.0)", false},
      {object_to_user_agent, "desk/1.0 AppleWebKit", false},
      {object_to_user_agent, "desk/1.0 like gecko/20100101", false},
      {object_to_line, "Ça va", true},
      {object_to_line, "two\nlines", false},
      {object_to_line, "\xFF", false},
  };
  for (const Row& row : rows) {
    const Objection objection = row.object(row.text);
    BOOST_TEST(objection.has_value() != row.is_good, row.text << (objection ? " " + *objection : " was taken"));
  }
}

BOOST_AUTO_TEST_CASE(host_bits_are_answered_with_the_network_meant) {
  BOOST_TEST(object_to_network("192.168.5.9/20").value() == "has host bits; the network is \"192.168.0.0/20\"");
}

BOOST_AUTO_TEST_CASE(sizes) {
  BOOST_TEST(parse_size("100B").value() == 100u);
  BOOST_TEST(parse_size("512KiB").value() == 524288u);
  BOOST_TEST(parse_size("16MiB").value() == 16777216u);
  BOOST_TEST(parse_size("4GiB").value() == 4294967296u);
  for (const char* text :
       {"", "16", "MiB", "16MB", "16 MiB", "-1B", "1.5MiB", "99999999999999999999B", "9223372036854775807GiB"})
    BOOST_TEST(!parse_size(text).has_value(), text);
}

BOOST_AUTO_TEST_CASE(an_agency_has_one_path) {
  BOOST_TEST(path_of_agency("UN News") == "un-news");
  BOOST_TEST(path_of_agency(" WHO / AFRO ") == "who-afro");
  BOOST_TEST(path_of_agency("ООН") == "ООН");
  BOOST_TEST(path_of_agency("!?") == "");
}

BOOST_AUTO_TEST_CASE(a_guess_is_near_or_not_made) {
  const std::vector<std::string> keys = {"interval", "min_interval", "timeout", "proxy"};
  BOOST_TEST(nearest("intervall", keys) == "interval");
  BOOST_TEST(nearest("itnerval", keys) == "interval");
  BOOST_TEST(nearest("Timeout", keys) == "timeout");
  BOOST_TEST(nearest("colour", keys) == "");
  BOOST_TEST(nearest("", keys) == "");
  BOOST_TEST(nearest(std::string(5000, 'x'), keys) == "");
}

BOOST_AUTO_TEST_SUITE_END()
