// What publishing must know of languages: which way they are written, and whether a view speaks one language only.
// Pure, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "feed/story.h"

namespace rapporteur::publish {

// "ar" of "ar-SA"; "" of "".
std::string_view primary_subtag(std::string_view language);
// Written from right to left: by the script subtag when there is one ("az-Arab"), else by the language's usual script.
bool is_right_to_left(std::string_view language);
// What the language calls itself ("Français"), for links to translations; the tag itself where the table has no name.
std::string_view language_name(std::string_view language);
// The language the head of a feed names: the only one of its stories, else `fallback`. Readers take the direction of a
// whole list from it (newsboat knows "ar", not "ar-SA": hence the primary subtag).
std::string view_language(const std::vector<feed::Story>& stories, std::string_view fallback);

}  // namespace rapporteur::publish
