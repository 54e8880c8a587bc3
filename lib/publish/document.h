// The head that all formats of one view share. Made by compose(), printed by atom, json_feed and html_page.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "publish/edition.h"

namespace rapporteur::publish {

struct Document {
  const Settings* settings = nullptr;  // never null
  std::string id;  // minted from the view's name alone, so that neither titles nor base_url change it
  std::string title;
  std::string subtitle;
  std::string language;     // never empty
  base::Instant updated{};  // what feeds say
  base::Instant changed{};  // what people and Last-Modified are told
  std::string page_url, atom_url, json_url;
  std::optional<std::chrono::sys_days> day;  // set: the page of that day, not of the latest stories
  std::string older_url, newer_url;          // "": there is nothing older or newer
};

}  // namespace rapporteur::publish
