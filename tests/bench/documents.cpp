#include "bench/documents.h"

#include <array>
#include <random>
#include <string_view>

#include "base/text.h"

namespace rapporteur::bench {

namespace {

using Random = std::minstd_rand;

constexpr std::array<std::string_view, 24> english = {"the",     "agency",  "council", "of",    "refugees", "in",
                                                      "climate", "and",     "report",  "women", "rights",   "a",
                                                      "mission", "vaccine", "to",      "water", "children", "drought",
                                                      "for",     "peace",   "says",    "new",   "treaty",   "on"};
constexpr std::array<std::string_view, 20> french = {
    "réfugiés", "le",   "conseil", "sécurité", "de",     "des",  "enfants", "été", "une",     "à",
    "société",  "pays", "santé",   "droits",   "climat", "pour", "général", "la",  "mission", "développement"};
constexpr std::array<std::string_view, 20> russian = {
    "совет",  "мира",     "в",    "и",     "дети", "беженцы", "помощь", "доклад", "страны",   "на",
    "климат", "здоровье", "вода", "права", "для",  "что",     "кризис", "о",      "развитие", "границы"};

template <class List>
std::string_view pick(const List& list, Random& random) {
  return list[random() % list.size()];
}

std::string words(std::uint32_t language, Random& random, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) {
    if (i > 0) out += ' ';
    out += language == 0 ? pick(english, random) : language == 1 ? pick(french, random) : pick(russian, random);
  }
  return out;
}

// Paragraphs with a link, an image or emphasis now and then.
std::string html(std::uint32_t language, Random& random, std::size_t size) {
  std::string out;
  while (out.size() < size) {
    out += "<p>" + words(language, random, 30 + static_cast<int>(random() % 40)) + ".";
    if (random() % 4 == 0)
      out += " <a href=\"https://example.org/doc/" + std::to_string(random() % 10000) + "?a=1&amp;b=2\">" +
             words(language, random, 4) + "</a>";
    if (random() % 6 == 0) out += " <strong>" + words(language, random, 3) + "</strong>";
    out += "</p>\n";
  }
  return out;
}

std::string two_digits(std::uint32_t number) {
  return {static_cast<char>('0' + number / 10 % 10), static_cast<char>('0' + number % 10)};
}

struct Story {
  std::string title, link, id, body, day, time;
};

Story make_story(std::uint32_t seed, std::uint32_t number, std::uint32_t language, std::size_t bytes) {
  Random random{seed * 1000 + number + 1};
  const std::string place = std::to_string(seed) + "/" + std::to_string(number);
  return {words(language, random, 9),  "https://news.example.org/en/story/2026/" + place + "?utm_source=rss",
          "urn:story:" + place,        html(language, random, bytes * 3 / 4 + random() % (bytes / 2)),
          two_digits(1 + number % 28), two_digits(number % 24) + ":" + two_digits(seed % 60) + ":00"};
}

void append_rss(std::string& out, const Story& story, bool is_cdata) {
  out += "<item>\n<title>" + base::escaped(story.title) + "</title>\n<link>" + base::escaped(story.link) +
         "</link>\n<guid isPermaLink=\"false\">" + story.id + "</guid>\n<pubDate>" + story.day + " Jan 2026 " +
         story.time +
         " GMT</pubDate>\n<dc:creator>Newsroom</dc:creator>\n<category>peace</category>\n<category>health</"
         "category>\n<description>";
  out += is_cdata ? "<![CDATA[" + story.body + "]]>" : base::escaped(story.body);
  out += "</description>\n</item>\n";
}

void append_atom(std::string& out, const Story& story) {
  const std::string instant = "2026-01-" + story.day + "T" + story.time + "Z";
  out += "<entry>\n<title type=\"text\">" + base::escaped(story.title) + "</title>\n<id>" + story.id +
         "</id>\n<link rel=\"alternate\" type=\"text/html\" href=\"" + base::escaped(story.link) + "\"/>\n<published>" +
         instant + "</published>\n<updated>" + instant +
         "</updated>\n<author><name>Newsroom</name></author>\n<category term=\"peace\"/>\n" +
         "<content type=\"html\">" + base::escaped(story.body) + "</content>\n</entry>\n";
}

void append_rdf(std::string& out, const Story& story) {
  out += "<item rdf:about=\"" + base::escaped(story.link) + "\">\n<title>" + base::escaped(story.title) +
         "</title>\n<link>" + base::escaped(story.link) + "</link>\n<dc:date>2026-01-" + story.day + "T" + story.time +
         "+00:00</dc:date>\n<description>" + base::escaped(story.body) + "</description>\n</item>\n";
}

constexpr std::string_view rss_start =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
    "xmlns:atom=\"http://www.w3.org/2005/Atom\">\n<channel>\n<title>Agency "
    "news</title>\n<link>https://agency.example.org/</link>\n"
    "<description>News of the agency</description>\n<language>en</language>\n"
    "<atom:link href=\"https://agency.example.org/rss.xml\" rel=\"self\" type=\"application/rss+xml\"/>\n";
constexpr std::string_view atom_start =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" "
    "xml:lang=\"en\">\n<title>Agency news</title>\n"
    "<id>urn:feed:1</id>\n<updated>2026-01-01T00:00:00Z</updated>\n<link href=\"https://agency.example.org/\"/>\n";
constexpr std::string_view rdf_start =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" "
    "xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<channel "
    "rdf:about=\"https://agency.example.org/\">\n"
    "<title>Agency "
    "news</title>\n<link>https://agency.example.org/</link>\n<description>News</description>\n</channel>\n";

}  // namespace

std::string make_feed(Shape shape, std::uint32_t seed, int entries, std::size_t bytes_per_entry) {
  const bool is_rss = shape == Shape::rss_escaped || shape == Shape::rss_cdata;
  std::string out{is_rss ? rss_start : shape == Shape::atom ? atom_start : rdf_start};
  for (int i = 0; i < entries; ++i) {
    const Story story = make_story(seed, static_cast<std::uint32_t>(i), seed % 3, bytes_per_entry);
    if (is_rss)
      append_rss(out, story, shape == Shape::rss_cdata);
    else if (shape == Shape::atom)
      append_atom(out, story);
    else
      append_rdf(out, story);
  }
  out += is_rss ? "</channel>\n</rss>\n" : shape == Shape::atom ? "</feed>\n" : "</rdf:RDF>\n";
  return out;
}

std::vector<std::string> make_corpus(int feeds) {
  std::vector<std::string> corpus;
  for (int i = 0; i < feeds; ++i) {
    const int kind = i % 20;
    const Shape shape = kind < 7    ? Shape::rss_escaped
                        : kind < 14 ? Shape::rss_cdata
                        : kind < 19 ? Shape::atom
                                    : Shape::rdf;
    corpus.push_back(make_feed(shape, static_cast<std::uint32_t>(i)));
  }
  return corpus;
}

}  // namespace rapporteur::bench
