// The head that all formats of one view share. Made by compose(), printed by atom, json_feed and html_page.
#pragma once

#include <string>
#include <vector>

#include "publish/edition.h"

namespace rapporteur::publish {

struct Document {
  const Settings* settings = nullptr;  // never null
  std::string id;        // minted from the view's name alone, so that neither titles nor base_url change it
  std::string title;
  std::string subtitle;
  std::string language;  // never empty
  base::Instant updated{};
  std::string page_url, atom_url, json_url;
};

}  // namespace rapporteur::publish
