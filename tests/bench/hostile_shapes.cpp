// How time grows with hostile documents: each shape at one size and at twice that size, parsed and cleaned, with the
// ratio of the two (2 is linear). The best of five runs, because other programs share the machine. Numbers, no verdict.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "html/clean.h"
#include "html/to_text.h"
#include "parse/parse.h"

namespace {

using namespace rapporteur;

std::string repeat(std::string_view part, std::size_t bytes) {
  std::string out;
  out.reserve(bytes + part.size());
  while (out.size() < bytes) out += part;
  return out;
}

std::string numbered(std::string_view before, std::string_view after, std::size_t bytes) {
  std::string out;
  for (std::size_t i = 0; out.size() < bytes; ++i) out.append(before).append(std::to_string(i)).append(after);
  return out;
}

std::string feed_of(const std::string& inside) {
  return "<rss version='2.0'><channel><title>t</title>" + inside + "</channel></rss>";
}

std::string feed_with(const std::string& description) {
  return feed_of("<item><title>x</title><description>" + description + "</description></item>");
}

struct Shape {
  const char* name;
  std::function<std::string(std::size_t bytes)> document;
};

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> all = {
      {"empty items", [](std::size_t n) { return feed_of(repeat("<item/>", n)); }},
      {"items of one id",
       [](std::size_t n) { return feed_of(repeat("<item><guid>1</guid><title>t</title></item>", n)); }},
      {"items with links",
       [](std::size_t n) { return feed_of(numbered("<item><link>https://a.example/", "</link></item>", n)); }},
      {"large tag around items",
       [](std::size_t n) {
         return "<rss version='2.0' a='" + std::string(n / 2, 'a') + "'><channel><title>t</title>" +
                repeat("<b></b><item><title>t</title></item>", n / 2) + "</channel></rss>";
       }},
      {"items inside items", [](std::size_t n) { return feed_of(repeat("<item><title>t</title>", n)); }},
      {"deep elements", [](std::size_t n) { return feed_of(repeat("<a>", n)); }},
      {"deep namespaces", [](std::size_t n) { return feed_of(repeat("<a xmlns:x='u'>", n)); }},
      {"attributes",
       [](std::size_t n) { return feed_of("<item " + numbered("a", "='1' ", n) + "><title>t</title></item>"); }},
      {"xml:base stacked", [](std::size_t n) { return feed_of(repeat("<item xml:base='a/'><link>b</link>", n)); }},
      {"categories",
       [](std::size_t n) { return feed_of("<item>" + numbered("<category>", "</category>", n) + "</item>"); }},
      {"authors",
       [](std::size_t n) { return feed_of("<item>" + numbered("<author>a", "@b.c</author>", n) + "</item>"); }},
      {"enclosures",
       [](std::size_t n) { return feed_of("<item>" + numbered("<enclosure url='https://a/", "'/>", n) + "</item>"); }},
      {"stray ampersands", [](std::size_t n) { return feed_with(repeat("& ", n)); }},
      {"undefined entities", [](std::size_t n) { return feed_with(repeat("&nosuch; ", n)); }},
      {"stray brackets", [](std::size_t n) { return feed_with(repeat("< ", n)); }},
      {"unclosed tags", [](std::size_t n) { return feed_with(repeat("<p>x", n)); }},
      {"end tags alone", [](std::size_t n) { return feed_with(repeat("</p>", n)); }},
      {"open CDATA", [](std::size_t n) { return feed_with(repeat("<![CDATA[x", n)); }},
      {"open comments", [](std::size_t n) { return feed_with(repeat("<!--x", n)); }},
      {"processing instructions", [](std::size_t n) { return feed_with(repeat("<?x", n)); }},
      {"control characters", [](std::size_t n) { return feed_with(repeat("a\x01", n)); }},
      {"bad UTF-8", [](std::size_t n) { return feed_with(repeat("a\xC3", n)); }},
      {"encoded twice", [](std::size_t n) { return feed_with(repeat("caf\xC3\x83\xC2\xA9 ", n)); }},
      {"entities declared",
       [](std::size_t n) {
         return "<!DOCTYPE rss [" + numbered("<!ENTITY e", " 'x'>", n / 2) + "]>" + feed_with(repeat("&e1;", n / 2));
       }},
      {"dates",
       [](std::size_t n) {
         return feed_of(repeat("<item><pubDate>Tue, 1 Jul 2003 nonsense nonsense</pubDate></item>", n));
       }},
      {"html: nested blocks", [](std::size_t n) { return feed_with("<![CDATA[" + repeat("<div>", n) + "]]>"); }},
      {"html: misnested", [](std::size_t n) { return feed_with("<![CDATA[" + repeat("<b><i></b></i>", n) + "]]>"); }},
      {"html: open anchors", [](std::size_t n) { return feed_with("<![CDATA[" + repeat("<a href=x><p>", n) + "]]>"); }},
      {"html: tables", [](std::size_t n) { return feed_with("<![CDATA[" + repeat("<table><tr><td>", n) + "]]>"); }},
      {"html: forms unclosed",
       [](std::size_t n) { return feed_with("<![CDATA[" + repeat("<form><p>x</p>", n) + "]]>"); }},
      {"html: scripts unclosed", [](std::size_t n) { return feed_with("<![CDATA[" + repeat("<script>x", n) + "]]>"); }},
      {"html: attributes", [](std::size_t n) { return feed_with("<![CDATA[<p " + numbered("a", "=1 ", n) + ">x]]>"); }},
      {"html: media unclosed",
       [](std::size_t n) { return feed_with("<![CDATA[" + repeat("<video><source>", n) + "]]>"); }},
      {"json: deep",
       [](std::size_t n) { return "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":" + repeat("[", n); }},
      {"json: open strings",
       [](std::size_t n) {
         return "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"title\":\"" + repeat("\\u12", n);
       }},
  };
  return all;
}

double milliseconds_of(const std::string& document) {
  double best = 1e9;
  for (int round = 0; round < 5 && (round < 2 || best < 2000); ++round) {
    parse::Document copy{document, "", "https://a.example/feed"};
    const auto start = std::chrono::steady_clock::now();
    auto feed = parse::parse(std::move(copy));
    if (feed)
      for (feed::Entry& entry : feed->entries) {
        html::clean_entry(entry, feed->base);
        html::to_text(entry.summary.value);
      }
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    best = std::min(best, took.count());
  }
  return best;
}

}  // namespace

int main() {
  constexpr std::size_t size = 512 * 1024;
  std::printf("%-26s %10s %10s %7s %9s\n", "shape", "0.5 MiB", "1 MiB", "ratio", "MB/s");
  for (const Shape& shape : shapes()) {
    const std::string small = shape.document(size), large = shape.document(2 * size);
    const double once = milliseconds_of(small), twice = milliseconds_of(large);
    const double growth = (twice / once) / (static_cast<double>(large.size()) / static_cast<double>(small.size())) * 2;
    std::printf("%-26s %7.1f ms %7.1f ms %7.2f %9.1f\n", shape.name, once, twice, growth,
                static_cast<double>(large.size()) / 1000 / twice);
  }
}
