// Bidirectional controls in titles (Unicode UAX #9): an override or an opening without its end would turn round what
// stands behind the title on a page. The readers call it for every title. Pure, any thread.
#pragma once

#include "feed/text_value.h"

namespace rapporteur::parse {

// Takes out U+202A to U+202E and U+2066 to U+2069 unless they are embeddings and isolates that all have their ends;
// those written as character references go always. The marks U+200E and U+200F stay.
void settle_directions(feed::TextValue& title);

}  // namespace rapporteur::parse
