// The page of a view: a plain list of stories by day, for people (PUBLISHING section 3). Text of stories only, never
// their HTML; no script, no third party, one request. Pure; called by compose().
#pragma once

#include <string>
#include <vector>

#include "publish/document.h"
#include "publish/item.h"

namespace rapporteur::publish {

std::string write_html_page(const Document& document, const std::vector<Item>& items, const SourceList& sources);
// All that is followed, one line each.
std::string write_html_sources(const Document& document, const std::vector<FollowedSource>& sources);

// One story: what it says, from whom, since when, and what it said before.
std::string write_html_story(const Document& document, const Item& item, const std::vector<feed::Revision>& revisions);

}  // namespace rapporteur::publish
