#include "publish/html_page.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "base/text.h"
#include "base/time.h"
#include "base/url.h"
#include "publish/html_style.h"
#include "publish/language.h"

namespace rapporteur::publish {

namespace {

constexpr std::size_t summary_characters = 300;
constexpr std::size_t bytes_of_item = 1024;  // a guess, for the reserve

using Day = std::chrono::sys_days;

Day day_of(base::Instant instant) { return std::chrono::floor<std::chrono::days>(instant); }

std::string clock_time(base::Instant instant) { return base::to_rfc3339(instant).substr(11, 5); }
std::string iso_day(Day day) { return base::to_rfc3339(day).substr(0, 10); }

// "1 December 2017"
std::string spoken_date(Day day) {
  static constexpr std::array<std::string_view, 12> months{"January",   "February", "March",    "April",
                                                           "May",       "June",     "July",     "August",
                                                           "September", "October",  "November", "December"};
  const std::chrono::year_month_day date(day);
  std::string text = std::to_string(static_cast<unsigned>(date.day())) + ' ';
  text += months[static_cast<unsigned>(date.month()) - 1];
  return text + ' ' + std::to_string(static_cast<int>(date.year()));
}

// "Friday, 1 December 2017"
std::string spoken_day(Day day) {
  static constexpr std::array<std::string_view, 7> weekdays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                            "Thursday", "Friday", "Saturday"};
  return std::string(weekdays[std::chrono::weekday(day).c_encoding()]) + ", " + spoken_date(day);
}

// The time alone under the heading of its own day, else with its date.
std::string spoken_time(base::Instant instant, Day group) {
  const Day day = day_of(instant);
  return (day == group ? std::string() : spoken_date(day) + ", ") + clock_time(instant) + " UTC";
}

// The text of the page: raw() is our own markup, text() what others wrote.
class Html {
 public:
  explicit Html(std::size_t expected_bytes) { out_.reserve(expected_bytes); }
  Html& raw(std::string_view markup) {
    out_ += markup;
    return *this;
  }
  Html& text(std::string_view words) {
    if (base::is_xml_text(words))
      base::append_escaped(out_, words);
    else
      base::append_escaped(out_, base::to_xml_text(words));
    return *this;
  }
  // lang and dir of words that may be in another language than the page; unknown: the browser decides by the first
  // letter.
  Html& language(std::string_view tag) {
    if (tag.empty()) return raw(" dir=\"auto\"");
    return raw(" lang=\"").text(tag).raw(is_right_to_left(tag) ? "\" dir=\"rtl\"" : "\" dir=\"ltr\"");
  }
  Html& time(base::Instant instant, std::string_view words, std::string_view attributes = {}) {
    return raw("<time")
        .raw(attributes)
        .raw(" datetime=\"")
        .raw(base::to_rfc3339(instant))
        .raw("\">")
        .raw(words)
        .raw("</time>");
  }
  std::string finish() { return std::move(out_); }

 private:
  std::string out_;
};

void write_head(Html& html, const Document& document, std::string_view title_of_story = {}) {
  html.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>");
  if (!title_of_story.empty()) html.text(title_of_story).raw(" \xE2\x80\x93 ");
  html.text(document.title);
  if (document.day) html.raw(", ").raw(spoken_day(*document.day));
  html.raw("</title>\n<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n");
  html.raw("<meta name=\"color-scheme\" content=\"light dark\">\n");
  html.raw("<meta name=\"referrer\" content=\"strict-origin-when-cross-origin\">\n");
  if (!document.subtitle.empty())
    html.raw("<meta name=\"description\" content=\"").text(document.subtitle).raw("\">\n");
  html.raw("<link rel=\"canonical\" href=\"").text(document.page_url).raw("\">\n");
  if (!document.older_url.empty()) html.raw("<link rel=\"next\" href=\"").text(document.older_url).raw("\">\n");
  if (!document.newer_url.empty()) html.raw("<link rel=\"prev\" href=\"").text(document.newer_url).raw("\">\n");
  html.raw("<link rel=\"alternate\" type=\"application/atom+xml\" title=\"").text(document.title);
  html.raw(" (Atom)\" href=\"").text(document.atom_url).raw("\">\n");
  html.raw("<link rel=\"alternate\" type=\"application/feed+json\" title=\"").text(document.title);
  html.raw(" (JSON Feed)\" href=\"").text(document.json_url).raw("\">\n");
  html.raw("<style>").raw(page_style()).raw("</style>\n</head>\n");
}

std::string counted(std::size_t number, std::string_view one, std::string_view many) {
  return std::to_string(number) + ' ' + std::string(number == 1 ? one : many);
}

void write_title(Html& html, const Document& document) {
  html.raw("<h1 class=\"p-name\"").language(document.settings->language).raw(">");
  if (document.day) html.raw("<a href=\"").text(document.settings->base_url).raw("/\">");
  html.text(document.title);
  if (document.day) html.raw("</a>");
  html.raw("</h1>\n");
}

void write_header(Html& html, const Document& document, std::size_t stories, std::size_t sources) {
  html.raw("<body class=\"h-feed\">\n<a class=\"skip\" href=\"#stories\">Skip to the stories</a>\n<header>\n");
  write_title(html, document);
  if (!document.subtitle.empty())
    html.raw("<p").language(document.settings->language).raw(">").text(document.subtitle).raw("</p>\n");
  if (stories > 0) {
    html.raw("<p class=\"status\">").raw(counted(stories, "story", "stories"));
    if (document.day) html.raw(" of ").raw(spoken_day(*document.day)).raw(".");
    if (!document.day) html.raw(" from ").raw(counted(sources, "source", "sources")).raw(".");
    html.raw(" Latest change ").time(document.changed, spoken_time(document.changed, Day())).raw(".</p>\n");
  }
  html.raw("<nav aria-label=\"On this page\"><ul role=\"list\"><li><a href=\"#subscribe\">Subscribe</a></li>");
  if (!document.day) html.raw("<li><a href=\"#sources\">Sources</a></li>");
  if (document.day) html.raw("<li><a href=\"").text(document.settings->base_url).raw("/\">Latest stories</a></li>");
  html.raw("</ul></nav>\n</header>\n");
}

void write_pager(Html& html, const Document& document) {
  if (document.older_url.empty() && document.newer_url.empty()) return;
  html.raw("<nav class=\"pager\" aria-label=\"Older and newer stories\"><ul role=\"list\">");
  if (!document.newer_url.empty())
    html.raw("<li><a rel=\"prev\" href=\"").text(document.newer_url).raw("\">\xE2\x86\x90 Newer stories</a></li>");
  if (!document.older_url.empty())
    html.raw("<li><a rel=\"next\" href=\"").text(document.older_url).raw("\">Older stories \xE2\x86\x92</a></li>");
  html.raw("</ul></nav>\n");
}

void write_translations(Html& html, const Item& item) {
  if (item.siblings.empty()) return;
  html.raw("<span class=\"more\" dir=\"ltr\">Also in");
  for (const feed::Sibling& sibling : item.siblings) {
    html.raw(" <a href=\"").text(sibling.url).raw("\" hreflang=\"").text(sibling.language).raw("\"");
    html.language(sibling.language).raw(">").text(language_name(sibling.language)).raw("</a>");
  }
  html.raw("</span>");
}

void write_copies(Html& html, const Item& item) {
  if (item.also.empty()) return;
  html.raw("<span class=\"more\" dir=\"ltr\">Also from");
  for (const feed::Copy& copy : item.also)
    html.raw(" <a href=\"")
        .text(copy.url)
        .raw("\"><bdi>")
        .text(copy.agency.empty() ? copy.source : copy.agency)
        .raw("</bdi></a>");
  html.raw("</span>");
}

bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

// Agency, time and marks are our words, in the page's language, also under an Arabic title.
void write_meta(Html& html, const Item& item, Day group) {
  html.raw("<p class=\"meta\" lang=\"en\"><bdi class=\"agency p-author\"");
  if (!is_ascii(item.agency) && !item.language.empty()) html.raw(" lang=\"").text(item.language).raw("\"");
  html.raw(">").text(item.agency).raw("</bdi>");
  html.time(item.published, spoken_time(item.published, group), " class=\"dt-published\" dir=\"ltr\"");
  if (item.story->lead.revised) {
    html.raw("<span class=\"updated\" dir=\"ltr\">updated ");
    html.time(item.updated, spoken_time(item.updated, group), " class=\"dt-updated\"").raw("</span>");
  }
  write_translations(html, item);
  write_copies(html, item);
  const std::string credit = base::collapse_space(item.story->source->credit);
  if (!credit.empty()) html.raw("<bdi>").text(credit).raw("</bdi>");
  html.raw("</p>");
}

void write_story(Html& html, const Item& item, Day group) {
  html.raw("<li class=\"h-entry\"").language(item.language).raw("><h3 class=\"p-name\"><a class=\"u-url\" href=\"");
  html.text(item.link).raw("\">").text(item.title).raw("</a></h3>\n");
  if (!item.summary.empty()) {
    html.raw("<p class=\"p-summary\"><bdi>")
        .text(base::cut_at_word(base::collapse_space(item.summary), summary_characters));
    html.raw("</bdi></p>\n");
  }
  write_meta(html, item, group);
  html.raw("</li>\n");
}

void write_stories(Html& html, const std::vector<Item>& items) {
  std::optional<Day> group;
  for (const Item& item : items) {
    // Grouped by the key the list is ordered by, so that no day comes twice; a date corrected later shows at the story.
    const Day day = day_of(item.story->lead.order_key);
    if (group != day) {
      if (group) html.raw("</ol>\n");
      html.raw("<h2><time datetime=\"")
          .raw(iso_day(day))
          .raw("\">")
          .raw(spoken_day(day))
          .raw("</time></h2>\n<ol role=\"list\">\n");
      group = day;
    }
    write_story(html, item, day);
  }
  if (group) html.raw("</ol>\n");
}

void write_welcome(Html& html, std::size_t sources) {
  html.raw("<h2>No stories yet</h2>\n");
  if (sources == 0) {
    html.raw(
        "<p>No source is followed yet. Sources are named in the configuration; as soon as there is one, its stories "
        "appear here.</p>\n");
    return;
  }
  html.raw("<p>").raw(counted(sources, "source is", "sources are"));
  html.raw(
      " followed. Each is asked in its turn, gently, so the first stories appear here within a few minutes: "
      "load the page again then. The feeds below can be subscribed to already.</p>\n");
}

void write_field(Html& html, std::string_view id, std::string_view label, std::string_view url) {
  html.raw("<label for=\"").raw(id).raw("\">").raw(label).raw("</label><input id=\"").raw(id);
  html.raw("\" type=\"url\" readonly dir=\"ltr\" value=\"").text(url).raw("\">\n");
}

void write_subscribe(Html& html, const Document& document) {
  html.raw(
      "<section class=\"box\" id=\"subscribe\" aria-labelledby=\"subscribe-title\">\n<h2 "
      "id=\"subscribe-title\">Subscribe</h2>\n");
  html.raw(
      "<p>Copy one of these addresses into a news reader (NetNewsWire, Thunderbird, Miniflux, newsboat and many "
      "others); "
      "it then shows new stories by itself.</p>\n");
  write_field(html, "atom", "Atom", document.atom_url);
  write_field(html, "json", "JSON Feed", document.json_url);
  html.raw("</section>\n");
}

std::string_view health_of(feed::State state) {
  switch (state) {
    case feed::State::pending:
      return "not asked yet";
    case feed::State::ok:
      return "in order";
    case feed::State::failing:
      return "failing";
    case feed::State::blocked:
      return "refuses us";
    case feed::State::silent:
      return "silent";
    case feed::State::gone:
      return "gone";
  }
  return "";
}

void write_source(Html& html, const FollowedSource& source) {
  const std::string& name = source.agency.empty() ? source.id : source.agency;
  const bool has_link = base::is_http_url(source.link);
  html.raw("<li>");
  if (has_link) html.raw("<a href=\"").text(source.link).raw("\">");
  html.raw("<bdi>").text(name).raw("</bdi>");
  if (has_link) html.raw("</a>");
  if (!source.title.empty() && source.title != name) html.raw(" <bdi>").text(source.title).raw("</bdi>");
  html.raw(is_well(source.state) ? " <span class=\"note\">" : " <span class=\"note bad\">")
      .raw(health_of(source.state));
  if (!is_well(source.state) && !source.reason.empty()) html.raw(": <bdi>").text(source.reason).raw("</bdi>");
  html.raw("</span>");
}

void write_sources(Html& html, const SourceList& sources, const Settings& settings) {
  html.raw("<section id=\"sources\" aria-labelledby=\"sources-title\">\n<h2 id=\"sources-title\">Sources</h2>\n");
  if (sources.followed == 0) html.raw("<p class=\"note\">None yet.</p>\n");
  if (sources.lines.size() < sources.followed) {
    html.raw("<p><a href=\"").text(settings.base_url).raw(path_of_sources).raw("\">All ");
    html.raw(counted(sources.followed, "source", "sources")).raw(" and how they fare</a></p>\n");
    if (!sources.lines.empty()) html.raw("<p class=\"note\">Not in order:</p>\n");
  }
  html.raw("<ul class=\"sources\" role=\"list\">\n");
  for (const FollowedSource& source : sources.lines) {
    write_source(html, source);
    html.raw("</li>\n");
  }
  html.raw("</ul>\n</section>\n");
}

}  // namespace

std::string write_html_story(const Document& document, const Item& item, const std::vector<feed::Revision>& revisions) {
  Html html(page_style().size() + 8192);
  const Day no_day{};  // every time with its date
  write_head(html, document, item.title);
  html.raw("<body>\n<header>\n<p class=\"status\"><a href=\"").text(document.settings->base_url).raw("/\">");
  html.text(document.title).raw("</a></p>\n</header>\n<main class=\"h-entry\"").language(item.language);
  html.raw(">\n<h1 class=\"p-name\">").text(item.title).raw("</h1>\n");
  write_meta(html, item, no_day);
  if (!item.summary.empty())
    html.raw("<p class=\"p-summary\"><bdi>").text(base::collapse_space(item.summary)).raw("</bdi></p>\n");
  const bool has_page = item.link == item.story->lead.link && !item.link.empty();
  if (has_page)
    html.raw("<p lang=\"en\" dir=\"ltr\"><a class=\"u-url\" href=\"")
        .text(item.link)
        .raw("\">Read it at <bdi>")
        .text(item.agency)
        .raw("</bdi></a></p>\n");
  html.raw("</main>\n<footer>\n<p class=\"note\">First seen ");
  html.time(item.story->lead.first_seen, spoken_time(item.story->lead.first_seen, no_day)).raw(".");
  if (!has_page) html.raw(" Its source names no page of it.");
  html.raw("</p>\n");
  if (!revisions.empty()) {
    html.raw("<h2>Revisions</h2>\n<ol role=\"list\" class=\"sources\">\n");
    for (const feed::Revision& revision : revisions) {
      html.raw("<li>Until ")
          .time(revision.until, spoken_time(revision.until, no_day))
          .raw(": <bdi")
          .language(item.language);
      html.raw(">").text(revision.title).raw("</bdi></li>\n");
    }
    html.raw("</ol>\n");
  }
  html.raw("<p class=\"note\"><a href=\"")
      .text(document.settings->base_url)
      .raw("/\">Latest stories</a></p>\n</footer>\n</body>\n</html>\n");
  return html.finish();
}

std::string write_html_sources(const Document& document, const std::vector<FollowedSource>& sources) {
  Html html(page_style().size() + 4096 + 256 * sources.size());
  const auto ill = static_cast<std::size_t>(std::count_if(
      sources.begin(), sources.end(), [](const FollowedSource& source) { return !is_well(source.state); }));
  write_head(html, document, "Sources");
  html.raw("<body>\n<header>\n<p class=\"status\"><a href=\"").text(document.settings->base_url).raw("/\">");
  html.text(document.title).raw("</a></p>\n<h1>Sources</h1>\n<p class=\"status\">");
  html.raw(counted(sources.size(), "source is", "sources are")).raw(" followed");
  if (ill > 0) html.raw(", ").raw(std::to_string(ill)).raw(" of them not in order");
  html.raw(".</p>\n</header>\n<main>\n<ul class=\"sources\" role=\"list\">\n");
  for (const FollowedSource& source : sources) {
    write_source(html, source);
    html.raw(" <a class=\"note\" href=\"").text(source.url).raw("\" aria-label=\"Feed of ");
    html.text(source.agency.empty() ? source.id : source.agency).raw("\">feed</a></li>\n");
  }
  html.raw("</ul>\n</main>\n<footer>\n<p class=\"note\"><a href=\"").text(document.settings->base_url);
  html.raw("/\">Latest stories</a></p>\n</footer>\n</body>\n</html>\n");
  return html.finish();
}

std::string write_html_page(const Document& document, const std::vector<Item>& items, const SourceList& sources) {
  Html html(page_style().size() + 4096 + bytes_of_item * items.size() + 256 * sources.lines.size());
  write_head(html, document);
  write_header(html, document, items.size(), sources.followed);
  html.raw("<main id=\"stories\" tabindex=\"-1\">\n");
  if (items.empty()) write_welcome(html, sources.followed);
  write_stories(html, items);
  html.raw("</main>\n");
  write_pager(html, document);
  html.raw("<footer>\n");
  write_subscribe(html, document);
  if (!document.day) write_sources(html, sources, *document.settings);
  html.raw(
      "<p class=\"note\">Titles and summaries belong to the agencies named; each title leads to the agency's own page. "
      "All times are UTC.");
  if (!document.settings->rights.empty()) html.raw(" <bdi>").text(document.settings->rights).raw("</bdi>");
  html.raw("</p>\n</footer>\n</body>\n</html>\n");
  return html.finish();
}

}  // namespace rapporteur::publish
