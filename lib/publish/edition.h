// Stories to documents: which documents a view has, and what stands in each (PUBLISHING). The same stories give the same
// bytes: no clock, no random ids. Pure; worker threads.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "feed/story.h"
#include "publish/page.h"
#include "publish/settings.h"

namespace rapporteur::publish {

// One line of the page's list of sources.
struct FollowedSource {
  std::string id, agency, title, link, url;
  feed::State state = feed::State::pending;
  std::string reason;
};

// A view with its stories, newest first (merge::order decided it).
struct View {
  std::string name;   // "" : the whole merge; else its path, "human-rights-kg"
  std::string title;  // "" : the site's
  base::Instant updated{};  // greatest instant ever issued in this view; monotone; from the store
  std::vector<feed::Story> stories;
};

// Adds the documents of `view` to `pages`: "/feed.atom", "/feed.json", "/" (under "/NAME" for a named view).
void compose(const View& view, const std::vector<FollowedSource>& sources, const Settings& settings,
             std::map<std::string, Page, std::less<>>& pages);

}  // namespace rapporteur::publish
