#include "publish/language.h"

#include <boost/test/unit_test.hpp>

#include "stories.h"

namespace rapporteur::publish {

BOOST_AUTO_TEST_SUITE(language_test)

BOOST_AUTO_TEST_CASE(direction_follows_the_script) {
  for (const char* tag : {"ar", "AR", "ar-SA", "fa", "he", "ur", "ps", "ckb", "az-Arab", "ug-CN", "yi"})
    BOOST_TEST(is_right_to_left(tag), tag);
  for (const char* tag : {"", "en", "ku", "ar-Latn", "ru", "zh-Hant", "az", "arn"})
    BOOST_TEST(!is_right_to_left(tag), tag);
}

BOOST_AUTO_TEST_CASE(a_view_of_one_language_speaks_it) {
  BOOST_TEST(view_language({plain_story(1, "ar"), plain_story(2, "ar")}, "en") == "ar");
  BOOST_TEST(view_language({plain_story(1, "ar"), plain_story(2, "ru")}, "en") == "en");
  BOOST_TEST(view_language({}, "fr") == "fr");
  std::vector<feed::Story> stories{plain_story(1, "ar"), plain_story(2, "ar")};
  stories[0].lead.language = "ar-SA";
  BOOST_TEST(view_language(stories, "en") == "ar");
  stories[0].lead.language.clear();
  BOOST_TEST(view_language(stories, "en") == "en");
  BOOST_TEST(view_language({plain_story(1)}, "en-GB") == "en-GB");
}

BOOST_AUTO_TEST_CASE(languages_are_named_in_themselves) {
  BOOST_TEST(language_name("fr") == "Français");
  BOOST_TEST(language_name("pt-BR") == "Português");
  BOOST_TEST(language_name("tlh") == "tlh");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rapporteur::publish
