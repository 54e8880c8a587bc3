// How the site calls itself ([site] and base_url of CONTRACT section 2).
#pragma once

#include <string>

#include "base/time.h"

namespace rapporteur::publish {

struct Settings {
  std::string base_url =
      "http://127.0.0.1:8480";  // without a slash at the end; from the configuration, never from a request
  std::string title = "United Nations news";
  std::string subtitle;
  std::string author;
  std::string language = "en";
  std::string rights;
  std::string timezone = "UTC";
  std::string generator_version;
  base::Duration max_age = std::chrono::seconds(300);
  base::Duration future_slack = std::chrono::hours(24);  // a stated date further ahead of first sight is withheld
};

}  // namespace rapporteur::publish
