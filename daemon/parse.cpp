#include "parse/parse.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>

#include "daemon/commands.h"
#include "html/clean.h"
#include "parse/print.h"

namespace rapporteur::daemon {

namespace {

constexpr std::size_t largest_document = 256u << 20;

std::optional<std::string> read_all(const std::string& name) {
  if (name == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  struct stat facts {};
  if (::stat(name.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode)) {
    errno = EISDIR;
    return std::nullopt;
  }
  std::ifstream file(name, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

int parse_one(const std::string& name, const ParseOptions& options, bool one_line) {
  errno = 0;
  auto bytes = read_all(name);
  if (!bytes) {
    std::fprintf(stderr, "rapporteur: %s: %s\n", name.c_str(), std::strerror(errno ? errno : ENOENT));
    return no_input;
  }
  if (bytes->size() > largest_document) {
    std::fprintf(stderr, "rapporteur: %s: larger than 256 MiB, not read\n", name.c_str());
    return bad_data;
  }
  parse::Document document{std::move(*bytes), options.content_type, options.base};
  const std::string page = document.bytes.substr(0, std::size_t{256} * 1024);  // where a page names its feeds
  auto feed = parse::parse(std::move(document));
  if (!feed) {
    std::fprintf(stderr, "rapporteur: %s: %s\n", name.c_str(), feed.error().text.c_str());
    if (feed.error().code == parse::ErrorCode::html_page)
      for (const html::FeedLink& link : html::feed_links(page, options.base))
        std::fprintf(stderr, "rapporteur: %s: the page names this feed: %s\n", name.c_str(), link.href.c_str());
    return bad_data;
  }
  html::clean_head(feed->head, feed->base);
  for (feed::Entry& entry : feed->entries) html::clean_entry(entry, feed->base);
  const std::string json = parse::to_json(*feed, one_line);
  std::fwrite(json.data(), 1, json.size(), stdout);
  if (json.empty() || json.back() != '\n') std::fputc('\n', stdout);
  return done;
}

}  // namespace

int parse(const Common&, const ParseOptions& options) {
  int worst = done;
  for (const std::string& name : options.files)
    worst = std::max(worst, parse_one(name, options, options.files.size() > 1));
  return std::fflush(stdout) == 0 ? worst : 74;
}

}  // namespace rapporteur::daemon
