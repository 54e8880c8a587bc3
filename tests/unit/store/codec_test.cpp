#include "store/codec.h"

#include <boost/test/unit_test.hpp>

using namespace rapporteur;

BOOST_AUTO_TEST_SUITE(codec_test)

namespace {

template <class T>
std::vector<T> again(const std::vector<T>& list) {
  std::vector<T> copy;
  store::decode(store::encode(list), copy);
  return copy;
}

}  // namespace

BOOST_AUTO_TEST_CASE(texts_come_back_as_they_were_whatever_their_bytes) {
  const std::vector<std::string> list{"", "-", "3:abc", "a,b", std::string("\0\x1f\x1e\n", 4), "\xff\xfe", "Ünïcode"};
  BOOST_TEST(again(list) == list, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_empty_list_is_an_empty_text) {
  BOOST_TEST(store::encode(std::vector<std::string>{}) == "");
  BOOST_TEST(again(std::vector<int>{}).empty());
}

BOOST_AUTO_TEST_CASE(numbers_come_back) {
  const std::vector<int> list{0, 7, 23};
  BOOST_TEST(again(list) == list, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_absent_value_differs_from_an_empty_one) {
  const std::vector<feed::UrlValidators> list{
      {"https://a.example.int/", {std::string("W/\"x:1-\""), std::nullopt}},
      {"https://b.example.int/", {std::string(), std::string("Tue,  1 Jul 2003 nonsense")}},
      {"https://c.example.int/", {std::nullopt, std::nullopt}}};
  BOOST_TEST((again(list) == list));
}

BOOST_AUTO_TEST_CASE(records_come_back) {
  const std::vector<feed::Person> people{{"WHO", "", "https://who.int/"}, {"", "a@b.int", ""}};
  const std::vector<feed::Category> categories{{"Health", "", "health"}, {"x", "urn:scheme", ""}};
  const std::vector<feed::Enclosure> enclosures{
      {"https://a.int/x.mp3", "audio/mpeg", 0}, {"https://a.int/y", "", std::nullopt}, {"", "", UINT64_MAX}};
  BOOST_TEST((again(people) == people));
  BOOST_TEST((again(categories) == categories));
  BOOST_TEST((again(enclosures) == enclosures));
}

BOOST_AUTO_TEST_CASE(damage_ends_the_list_and_keeps_what_stands_before_it) {
  const char* const damaged[] = {"3:abc9:x", "3:abcx", "3:abc99999999999999999999:x", "3:abc4", "3:abc-1:x", "3:abc:"};
  for (const char* text : damaged) {
    std::vector<std::string> list;
    store::decode(text, list);
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST_REQUIRE(list.size() == 1U);
      BOOST_TEST(list.front() == "abc");
    }
  }
}

BOOST_AUTO_TEST_CASE(ids_stand_comma_separated) {
  BOOST_TEST(store::join_ids({"KG", "TJ"}) == "KG,TJ");
  BOOST_TEST(store::join_ids({}) == "");
  BOOST_TEST(store::split_ids("").empty());
  BOOST_TEST((store::split_ids("KG,TJ") == std::vector<std::string>{"KG", "TJ"}));
}

BOOST_AUTO_TEST_SUITE_END()
