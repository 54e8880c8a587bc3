#include "stories.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace rapporteur::publish {

namespace {

constexpr const char* hostile =
    "\"><script>alert('1')</script>&amp;<img src=x onerror=alert(1)>]]>\x01\xFF--><!--</style></title>";

struct Words {
  const char *language, *title, *summary, *agency;
};

Words words_in(std::string_view language) {
  if (language == "ar")
    return {"ar", "الأمم المتحدة تدعو إلى حماية المدنيين", "دعا الأمين العام اليوم إلى وقف فوري لإطلاق النار.",
            "أخبار الأمم المتحدة"};
  if (language == "ru")
    return {"ru", "Права человека в Центральной Азии", "Управление опубликовало доклад о положении в регионе.",
            "OHCHR"};
  if (language == "zh")
    return {"zh", "世界卫生组织呼吁加强初级卫生保健", "全球仍有一半人口无法获得基本卫生服务。", "WHO"};
  return {"en", "World Aids Day: Right to Health", "Agencies call on governments to make good on the right to health.",
          "UNAIDS"};
}

}  // namespace

base::Instant at(const char* rfc3339) { return base::from_rfc3339(rfc3339).value(); }

feed::Story plain_story(int number, const char* language) {
  const Words words = words_in(language);
  auto source = std::make_shared<feed::SourceFacts>();
  source->id = "source-" + std::string(words.language);
  source->url = "https://feeds.example.org/" + source->id + ".xml";
  source->feed_id = "urn:example:" + source->id;
  source->title = std::string(words.agency) + " news";
  source->link = "https://www.example.org/" + source->id;
  source->agency = words.agency;
  source->updated = at("2017-12-01T08:00:00Z");
  feed::Story story;
  story.id = base::StoryId{number};
  story.source = source;
  story.countries = {"KG"};
  story.topics = {"human-rights"};
  feed::Article& lead = story.lead;
  lead.atom_id = "tag:example.org,2017:" + std::to_string(number);
  lead.title = words.title;
  lead.summary = words.summary;
  lead.content = "<p>" + std::string(words.summary) + "</p><p>Q&amp;A</p>";
  lead.link = "https://www.example.org/story/" + std::to_string(number);
  lead.language = words.language;
  lead.agency = words.agency;
  lead.published = at("2017-12-01T07:00:00Z");
  lead.first_seen = at("2017-12-01T07:30:00Z");
  lead.order_key = *lead.published;
  lead.issued = lead.first_seen;
  return story;
}

feed::Story full_story() {
  feed::Story story = plain_story(900);
  auto source = std::make_shared<feed::SourceFacts>(*story.source);
  source->rights = "\xC2\xA9 UNAIDS";
  source->credit = "UNAIDS / CC BY 3.0 IGO";
  source->author = "UNAIDS web desk";
  story.source = source;
  story.also = {{"wire", "Relief wire", "https://wire.example.org/1"}, {"team", "UNCT", "https://team.example.org/1"}};
  story.siblings = {{base::StoryId{901}, "fr", "https://www.example.org/fr/900"},
                    {base::StoryId{902}, "ar", "https://www.example.org/ar/900"}};
  story.lead.authors = {
      {"A. Writer", "a@example.org", "https://www.example.org/a"}, {"UNAIDS", "", ""}, {"", "b@example.org", ""}};
  story.lead.categories = {
      {"health", "", ""}, {"hr", "https://www.example.org/scheme", "Human rights"}, {"health", "", ""}, {"", "", ""}};
  story.lead.tags = {"desk", "health"};
  story.lead.enclosures = {{"https://www.example.org/a.mp3", "audio/mpeg", 12345},
                           {"https://www.example.org/b", "", std::nullopt}};
  story.lead.revised = story.lead.issued = at("2017-12-01T08:30:00Z");
  return story;
}

feed::Story hostile_story() {
  feed::Story story = plain_story(666);
  auto source = std::make_shared<feed::SourceFacts>();
  for (std::string* field :
       {&source->id, &source->title, &source->author, &source->rights, &source->credit, &source->agency})
    *field = hostile;
  source->url = "https://evil.example/\"><script>";
  source->feed_id = "not an id <";
  source->link = "javascript:alert(1)";
  story.source = source;
  feed::Article& lead = story.lead;
  for (std::string* field :
       {&lead.title, &lead.summary, &lead.rights, &lead.agency, &lead.language, &lead.published_text})
    *field = hostile;
  lead.atom_id = "abc-123";
  lead.link = "javascript:alert(document.cookie)";
  lead.content = "<p>clean</p>\x01";
  lead.published.reset();
  lead.authors = {{hostile, hostile, "javascript:alert(1)"}};
  lead.categories = {{hostile, "javascript:alert(1)", hostile}};
  lead.enclosures = {{"javascript:alert(1)", hostile, 1}, {"https://evil.example/\" onload=\"x", hostile, 1}};
  lead.is_republished_source = true;
  lead.source_id = hostile;
  lead.source_title = hostile;
  lead.source_link = "data:text/html,<script>alert(1)</script>";
  story.also = {{hostile, hostile, "javascript:alert(1)"}, {hostile, hostile, "https://evil.example/?\"><script>"}};
  story.siblings = {{base::StoryId{1}, std::string(hostile) + 'x', "https://evil.example/'\"<"},
                    {base::StoryId{2}, "fr", "vbscript:x"}};
  story.countries = {hostile};
  story.topics = {hostile};
  return story;
}

Settings sample_settings() {
  Settings settings;
  settings.base_url = "https://news.example.org";
  settings.title = "News of the United Nations";
  settings.subtitle = "What the agencies published";
  settings.generator_version = "1.0";
  return settings;
}

View sample_view() {
  View view;
  view.updated = at("2017-12-01T09:00:00Z");
  view.stories = {full_story(), plain_story(2, "ar"), plain_story(3, "ru"), plain_story(4, "zh"), hostile_story()};
  for (std::size_t i = 0; i < view.stories.size(); ++i) view.stories[i].lead.order_key -= std::chrono::hours(12 * i);
  return view;
}

SourceList sample_sources() {
  return {4,
          {{"unaids", "UNAIDS", "UNAIDS stories", "https://www.example.org/", "", feed::State::ok, ""},
           {"who", "WHO", "", "", "", feed::State::failing, "HTTP 503, next try 14:20"},
           {"evil", hostile, hostile, "javascript:alert(1)", hostile, feed::State::blocked, hostile},
           {"new", "OHCHR", "", "https://www.example.net/", "", feed::State::pending, ""}}};
}

std::string golden(const std::string& name, const std::string& bytes) {
  const std::string path = std::string(RAPPORTEUR_SOURCE_DIR) + "/tests/fixtures/publish/" + name;
  if (const char* bless = std::getenv("RAPPORTEUR_BLESS"); bless != nullptr && std::string_view(bless) == "1")
    std::ofstream(path, std::ios::binary) << bytes;
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace rapporteur::publish
