// JSON Feed 1.0 and 1.1 (jsonfeed.org), and documents that only forgot to say so. Fields of the wrong type are passed
// over with a warning; a document that was cut short is read as far as it goes. The home of Boost.JSON. Pure, any
// thread.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "feed/feed.h"
#include "parse/notes.h"
#include "parse/parse.h"

namespace rapporteur::parse {

// Fills `feed`, whose base is set; the error says why the text is no JSON Feed.
Result<void, Error> read_json(std::string_view text, const Options& options, feed::Feed& feed, Notes& notes);

}  // namespace rapporteur::parse
