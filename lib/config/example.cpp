// conf/rapporteur.toml and the option section of its manual, made from options.def (options_test compares them with
// what is shipped, and writes them anew when RAPPORTEUR_BLESS is set).
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "config/option.h"
#include "config/read.h"

namespace rapporteur::config {

namespace {

constexpr std::size_t width = 118;

constexpr Section single_sections[] = {Section::server, Section::store, Section::fetch, Section::merge, Section::site};
constexpr Section repeated_sections[] = {Section::source, Section::page, Section::json, Section::topic, Section::view};

constexpr std::string_view preamble =
    R"(# The configuration of rapporteur(8). Every option stands here, commented out, with its default and its reason; more is in
# rapporteur.toml(5). This file is made from lib/config/options.def. `rapporteur check` names every fault at once.
#
# Durations are "90s", "15m", "24h", "14d", also "0.2s"; sizes are "100B", "512KiB", "16MiB", "1GiB".
# `systemctl reload rapporteur` takes a changed file over, whole or not at all; options marked (restart) need a restart.

# Further files, relative to this one; sources.d/un.toml is the catalogue of United Nations feeds.
include = ["sources.d/*.toml"]
)";

// What a section is for, before its options.
std::string_view introduction(Section section) {
  switch (section) {
    case Section::source:
      return "A source, once for each; best in sources.d/. Needed are id and url, the rest has these defaults:";
    case Section::page:
      return "For kind = \"page\": XPath 1.0 expressions on a listing page (rapporteur try URL proposes them).";
    case Section::json:
      return "For kind = \"json\": JSON pointers (RFC 6901).";
    case Section::topic:
      return "A topic beside the built-in ones, which are listed in rapporteur.toml(5).";
    case Section::view:
      return "A view: stories that fulfil all of its conditions, as page and feeds of their own.";
    default:
      return {};
  }
}

// What stands in the example where there is no default to show.
std::string_view shown_value(const Option& option) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 35> samples = {
      {{"server.base_url", R"("http://127.0.0.1:8480")"},
       {"source.id", R"("unaids")"},
       {"source.url", R"("https://www.unaids.org/en/rss.xml")"},
       {"source.interval", R"("2h")"},
       {"source.password_file", R"("credential:unaids")"},
       {"source.password", R"("correct horse")"},
       {"source.date_order", R"("dmy")"},
       {"source.page.item", R"("//article")"},
       {"source.page.title", R"(".//h2")"},
       {"source.page.link", R"(".//a/@href")"},
       {"source.page.summary", R"(".//p")"},
       {"source.page.date", R"(".//time/@datetime")"},
       {"source.page.author", R"(".//*[@class='by']")"},
       {"source.page.category", R"(".//*[@class='topic']")"},
       {"source.page.date_format", R"("d MMMM yyyy")"},
       {"source.page.next", R"("//a[@rel='next']/@href")"},
       {"source.json.id", R"("/id")"},
       {"source.json.title", R"("/title")"},
       {"source.json.link", R"("/url")"},
       {"source.json.link_prefix", R"("https://example.org")"},
       {"source.json.link_template", R"("https://example.org/{/id}")"},
       {"source.json.summary", R"("/teaser")"},
       {"source.json.content", R"("/body")"},
       {"source.json.date", R"("/published")"},
       {"source.json.author", R"("/author/name")"},
       {"source.json.category", R"("/tags/0")"},
       {"source.json.date_format", R"("epoch")"},
       {"source.json.next", R"("/links/next")"},
       {"source.json.page_param", R"("page")"},
       {"source.json.offset_param", R"("offset")"},
       {"topic.id", R"("water")"},
       {"topic.title", R"({ en = "Water", fr = "Eau" })"},
       {"topic.words", R"({ en = ["water", "sanitation"], fr = ["eau potable"] })"},
       {"view.name", R"("water")"},
       {"", ""}}};
  const std::string name = full_name(option);
  const auto sample = std::find_if(samples.begin(), samples.end(), [&](const auto& row) { return row.first == name; });
  return sample == samples.end() ? option.fallback : sample->second;
}

// Words of `text` behind `prefix`, line by line.
void append_wrapped(std::string& out, std::string_view prefix, std::string_view text) {
  std::string line(prefix);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (line.size() + 1 + end > width && line.size() > prefix.size()) {
      out.append(line).append("\n");
      line = prefix;
    }
    line.append(line.size() > prefix.size() ? " " : "").append(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  out.append(line).append("\n");
}

void append_bounded(std::string& out, const Option& option) {
  if (option.low.empty()) return;
  const bool is_choice = option.kind == Kind::choice;
  if (!is_choice) out.append(" (").append(option.low).append(" to ").append(option.high).append(")");
}

void append_single(std::string& out, Section section) {
  out.append("\n[").append(to_string(section)).append("]\n");
  for (const Option& option : options(section)) {
    std::string why(option.why);
    append_bounded(why, option);
    if (option.change == Change::restart) why.append(" (restart)");
    append_wrapped(out, "# ", why);
    out.append("#").append(option.key).append(" = ").append(shown_value(option)).append("\n");
  }
}

void append_repeated(std::string& out, Section section) {
  const bool is_part = section == Section::page || section == Section::json;
  out.append("\n");
  append_wrapped(out, "# ", introduction(section));
  out.append("#").append(is_part ? "[" : "[[").append(to_string(section)).append(is_part ? "]" : "]]").append("\n");
  for (const Option& option : options(section)) {
    std::string line = "#" + std::string(option.key) + " = " + std::string(shown_value(option));
    if (!option.why.empty()) {
      line.resize(std::max<std::size_t>(line.size() + 2, 40), ' ');
      line.append("# ").append(option.why);
    }
    out.append(line).append("\n");
  }
}

// Text for troff: a hyphen that may be copied, a backslash that is one, no line that looks like a request.
std::string troff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else if ((c == '.' || c == '\'') && out.empty())
      out.append("\\&").append(1, c);
    else if (c == '"')
      out += "\\(dq";
    else
      out += c;
  }
  return out;
}

void append_manual(std::string& out, const Option& option) {
  out.append(".TP\n\\fB").append(troff(option.key)).append("\\fR");
  if (!option.fallback.empty()) out.append(" = ").append(troff(option.fallback));
  out.append("\n");
  std::string why(option.why.empty() ? "As its name says." : option.why);
  append_bounded(why, option);
  if (option.kind == Kind::choice) {
    std::string words;
    for (const std::string_view word : choices(option))
      if (word != "-") words.append(words.empty() ? "" : ", ").append("\"").append(word).append("\"");
    why.append(" One of ").append(words).append(".");
  }
  if (option.change == Change::restart) why.append(" A change needs a restart.");
  out.append(troff(why)).append("\n");
}

}  // namespace

std::string example_file() {
  std::string out(preamble);
  for (const Section section : single_sections) append_single(out, section);
  for (const Section section : repeated_sections) append_repeated(out, section);
  return out;
}

std::string manual_section() {
  std::string out;
  for (const Section section : single_sections) {
    out.append(".SS [").append(to_string(section)).append("]\n");
    for (const Option& option : options(section)) append_manual(out, option);
  }
  for (const Section section : repeated_sections) {
    const bool is_part = section == Section::page || section == Section::json;
    out.append(".SS ").append(is_part ? "[" : "[[").append(to_string(section)).append(is_part ? "]\n" : "]]\n");
    out.append(troff(introduction(section))).append("\n");
    for (const Option& option : options(section)) append_manual(out, option);
  }
  return out;
}

}  // namespace rapporteur::config
