// Stories to documents: which documents a view has, and what stands in each (PUBLISHING). The same stories give the
// same bytes: no clock, no random ids. Pure; worker threads.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "feed/story.h"
#include "publish/page.h"
#include "publish/settings.h"

namespace rapporteur::publish {

// Nothing to look after: in order, or not asked yet.
constexpr bool is_well(feed::State state) { return state == feed::State::ok || state == feed::State::pending; }

// One line of a list of sources. `url`: as configured, without what is secret in it.
struct FollowedSource {
  std::string id, agency, title, link, url;
  feed::State state = feed::State::pending;
  std::string reason;
};

// Up to so many sources are listed on the front page; of more, those that are not well, and a link to all of them.
constexpr std::size_t most_listed_sources = 100;
struct SourceList {
  std::size_t followed = 0;
  std::vector<FollowedSource> lines;
};

// A view with its stories, newest first (merge::order decided it).
struct View {
  std::string name;         // "" : the whole merge; else its path, "human-rights-kg"
  std::string title;        // "" : the site's
  base::Instant updated{};  // greatest instant ever issued in this view; monotone; from the store
  base::Instant changed{};  // when a story last came or changed, whatever its date: Last-Modified; not before `updated`
  std::vector<feed::Story> stories;
  // Days of the nearest stories that the page does not show, for its links "older" and "newer".
  std::optional<std::chrono::sys_days> older, newer;
};

// The page of one day, UTC, by order key: "/day/2026-11-24/". Fixed addresses for what has left the front page.
std::string path_of_day(std::chrono::sys_days day);
std::optional<std::chrono::sys_days> day_of_path(std::string_view path);

// Adds the documents of `view` to `pages`: "/feed.atom", "/feed.json", "/" (under "/NAME" for a named view).
void compose(const View& view, const SourceList& sources, const Settings& settings,
             std::map<std::string, Page, std::less<>>& pages);
// Every source and how it fares, for people; first those that are not well. Health has no date of its own: `now` stands
// for it.
constexpr std::string_view path_of_sources = "/sources/";
Page compose_sources(std::vector<FollowedSource> sources, base::Instant now, const Settings& settings);
// The page of one story, the link that stays: "/story/17".
std::optional<base::StoryId> story_of_path(std::string_view path);
Page compose_story(const feed::Story& story, const std::vector<feed::Revision>& revisions, const Settings& settings);
// Last-Modified has whole seconds, and not every change of bytes has a date of its own (the health of a source): a page
// that differs from the one before is at least a second younger, one that does not keeps its date. `before` may be
// null.
void keep_dates_apart(const Edition* before, std::map<std::string, Page, std::less<>>& pages);
// The page of a day alone; feeds are not cut by days.
Page compose_day(const View& view, std::chrono::sys_days day, const Settings& settings);

}  // namespace rapporteur::publish
