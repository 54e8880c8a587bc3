// Stories to publish: plain ones in the languages that matter, one with everything, and one whose every field is
// hostile.
#pragma once

#include <string>

#include "publish/edition.h"

namespace rapporteur::publish {

base::Instant at(const char* rfc3339);
// A story with title, summary, content, link, dates and a source; `number` makes it distinct.
feed::Story plain_story(int number, const char* language = "en");
feed::Story full_story();     // also, siblings, enclosures, revised, categories, rights, credit
feed::Story hostile_story();  // markup, quotes, controls and dangerous addresses in every field
Settings sample_settings();
View sample_view();  // Arabic, Russian, Chinese, English; full and hostile ones; three days
SourceList sample_sources();

// The file under tests/fixtures/publish; RAPPORTEUR_BLESS=1 writes it first. Then "as it should be" is reviewed as a
// diff.
std::string golden(const std::string& name, const std::string& bytes);

}  // namespace rapporteur::publish
