// read_json(): entries or a sentence; whatever comes out is valid UTF-8.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/text.h"
#include "parse/json.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rapporteur;
  const std::string text = base::to_xml_text({reinterpret_cast<const char*>(data), size});  // as decode() leaves it
  feed::Feed feed;
  feed.base = "https://example.org/feed.json";
  parse::Notes notes;
  notes.look_at(text);
  if (const auto read = parse::read_json(text, {}, feed, notes); !read) {
    REQUIRE(!read.error().text.empty());
    return 0;
  }
  for (const feed::Entry& entry : feed.entries)
    for (const std::string* words : {&entry.id, &entry.title.value, &entry.link, &entry.summary.value})
      REQUIRE(base::find_invalid_utf8(*words) == words->size());
  return 0;
}
