#include "serve/shelf.h"

#include <utility>

#include "base/time.h"
#include "serve/conditional.h"
#include "serve/head.h"

namespace rapporteur::serve {

namespace {

constexpr std::array<std::string_view, coding_count> tag_suffixes{"", "-g", "-b"};
constexpr std::array<std::string_view, coding_count> coding_names{"", "gzip", "br"};

// What a 304 repeats (RFC 9110 15.4.5), and what a cache in a browser needs with it.
std::string fields_of_both(const publish::Page& page, std::size_t coding) {
  std::string fields;
  if (!page.etag.empty()) append_field(fields, "ETag", tag_of_coding(page.etag, tag_suffixes[coding]));
  append_field(fields, "Last-Modified", base::to_http_date(page.last_modified));
  if (!page.cache_control.empty()) append_field(fields, "Cache-Control", page.cache_control);
  fields += common_fields;
  append_field(fields, "Content-Security-Policy", page.csp.empty() ? strict_policy : std::string_view(page.csp));
  if (page.allow_any_origin) {
    append_field(fields, "Access-Control-Allow-Origin", "*");
    append_field(fields, "Access-Control-Expose-Headers", "ETag, Link, Last-Modified");
  }
  return fields;
}

std::string fields_of_200(const publish::Page& page, std::size_t coding, std::size_t length) {
  std::string fields;
  append_field(fields, "Content-Type", page.media_type);
  append_field(fields, "Content-Length", std::to_string(length));
  if (!coding_names[coding].empty()) append_field(fields, "Content-Encoding", coding_names[coding]);
  for (const std::string& link : page.links) append_field(fields, "Link", link);
  if (page.media_type.starts_with("text/html"))
    append_field(fields, "Referrer-Policy", "strict-origin-when-cross-origin");
  return fields;
}

ShelvedPage shelve(const publish::Page& page) {
  ShelvedPage shelved;
  shelved.page = &page;
  shelved.offered = {.gzip = !page.gzip.empty(), .brotli = !page.brotli.empty()};
  shelved.bodies = {page.body, page.gzip, page.brotli};
  for (std::size_t coding = 0; coding < coding_count; ++coding) {
    std::string both = fields_of_both(page, coding);
    shelved.fields_200[coding] = fields_of_200(page, coding, shelved.bodies[coding].size()) + both;
    shelved.fields_304[coding] = std::move(both);
  }
  return shelved;
}

}  // namespace

Shelf::Shelf(std::shared_ptr<const publish::Edition> edition, const Shelf* before) : edition_(std::move(edition)) {
  if (!edition_) return;
  for (const auto& [path, page] : edition_->pages) {
    ShelvedPage& shelved = pages_.emplace(path, shelve(page)).first->second;
    const ShelvedPage* old = before ? before->find(path) : nullptr;
    shelved.past = with(old ? old->past : Past(), page);
  }
}

const ShelvedPage* Shelf::find(std::string_view path) const {
  const auto found = pages_.find(path);
  return found == pages_.end() ? nullptr : &found->second;
}

}  // namespace rapporteur::serve
