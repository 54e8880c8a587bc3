// Everything the configuration decides: each module's own struct, filled. A value; handed out piece by piece, never
// global.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "config/fault.h"
#include "feed/source.h"
#include "fetch/settings.h"
#include "publish/settings.h"
#include "schedule/settings.h"
#include "serve/settings.h"
#include "store/settings.h"

namespace rapporteur::config {

struct MergeSettings {  // used by merge::cluster once stories are clustered; read and checked already
  base::Duration window = std::chrono::hours(24 * 14);
  bool near_duplicates = true;
  int max_new_per_poll = 0;  // 0: no limit
  base::Duration future_slack = std::chrono::hours(24);
};

struct TopicSettings {
  std::string id;
  std::vector<std::pair<std::string, std::string>> title;               // language, text
  std::vector<std::pair<std::string, std::vector<std::string>>> words;  // language, words
  std::vector<std::string> tags;
};

struct ViewSettings {
  std::string name, title, match, exclude, since;
  std::vector<std::string> sources, agencies, topics, countries, languages, tags, prefer_languages;
  int limit = 0;  // 0: view_limit
};

struct Settings {
  serve::Settings serve;
  store::Settings store;
  fetch::Settings fetch;
  schedule::Settings schedule;
  publish::Settings publish;
  MergeSettings merge;
  bool websub = false;
  int view_limit = 50;
  bool sanitises = true;     // no option: benchmarks alone leave it out, to stand beside pollers that do not clean
  std::string control_path;  // of the control socket; "": decided by engine::control_path
  std::vector<std::shared_ptr<const feed::SourceSettings>> sources;
  std::vector<TopicSettings> topics;
  std::vector<ViewSettings> views;
  std::vector<Fault> warnings;  // allowed, but probably not meant; for the log and stderr
};

}  // namespace rapporteur::config
