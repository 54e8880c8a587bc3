#include "scanner.h"

#include <array>

#include "base/text.h"

namespace rapporteur::publish {

namespace {

struct Tag {
  std::string name;
  std::vector<std::pair<std::string, std::string>> attributes;
};

bool is_name(char c) { return base::is_alpha(c) || base::is_digit(c) || c == ':' || c == '-' || c == '_'; }

// Every tag, by a grammar stricter than XML and HTML: what does not fit is a danger.
std::vector<Tag> tags_of(std::string_view text, std::vector<std::string>& dangers) {
  std::vector<Tag> tags;
  for (std::size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at)) {
    ++at;
    if (text.substr(at, 1) == "?" || text.substr(at, 1) == "!") continue;
    if (text.substr(at, 1) == "/") ++at;
    Tag tag;
    while (at < text.size() && is_name(text[at])) tag.name += text[at++];
    if (tag.name.empty()) dangers.push_back("a < without a name at " + std::to_string(at));
    while (at < text.size() && text[at] != '>' && text[at] != '/') {
      if (text[at] != ' ') {
        dangers.push_back("something odd inside <" + tag.name);
        break;
      }
      ++at;
      std::string name, value;
      while (at < text.size() && is_name(text[at])) name += text[at++];
      if (at < text.size() && text[at] == '=') {
        ++at;
        const bool is_quoted = text[at] == '"';
        if (is_quoted) ++at;
        while (at < text.size() && (is_quoted ? text[at] != '"' : text[at] != '>' && text[at] != ' '))
          value += text[at++];
        if (is_quoted) ++at;
      }
      if (value.find('<') != std::string::npos) dangers.push_back("a < inside attribute " + name);
      tag.attributes.emplace_back(std::move(name), std::move(value));
    }
    tags.push_back(std::move(tag));
  }
  return tags;
}

void judge(const Tag& tag, std::vector<std::string>& dangers) {
  static constexpr std::array<std::string_view, 9> forbidden{"script", "img",  "iframe", "object", "embed",
                                                             "svg",    "form", "base",   "button"};
  for (const std::string_view name : forbidden)
    if (tag.name == name) dangers.push_back("a tag <" + tag.name + ">");
  for (const auto& [name, value] : tag.attributes) {
    if (base::starts_with_ignoring_case(name, "on")) dangers.push_back("an event handler " + name);
    if (name == "style") dangers.push_back("an inline style");
    if ((name == "href" || name == "src") && !value.starts_with("https://") && !value.starts_with("http://") &&
        !value.starts_with("#"))
      dangers.push_back("an address " + value);
  }
}

}  // namespace

std::vector<std::string> dangers_in_text(std::string_view document) {
  std::vector<std::string> dangers;
  if (base::find_invalid_utf8(document) != document.size()) dangers.push_back("invalid UTF-8");
  if (!base::is_xml_text(document)) dangers.push_back("control characters");
  return dangers;
}

std::vector<std::string> dangers_in_xml(std::string_view document) {
  std::vector<std::string> dangers = dangers_in_text(document);
  for (const Tag& tag : tags_of(document, dangers)) judge(tag, dangers);
  if (document.find("<!") != std::string_view::npos) dangers.push_back("a declaration or comment");
  return dangers;
}

std::vector<std::string> dangers_in_html(std::string_view page) {
  std::vector<std::string> dangers = dangers_in_text(page);
  const std::size_t style = page.find("<style>"), end = page.find("</style>");
  const std::string rest = std::string(page.substr(0, style)) + std::string(page.substr(end));
  for (const Tag& tag : tags_of(rest, dangers)) judge(tag, dangers);
  return dangers;
}

}  // namespace rapporteur::publish
