// Documents for the benchmarks: feeds as news agencies send them, made from a fixed seed, so that every run measures
// the same bytes. Sizes follow what 100 real feeds have: 20 entries of about 4 KB of text.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rapporteur::bench {

enum class Shape { rss_escaped, rss_cdata, atom, rdf };

// About 83 KB with the defaults. The same arguments give the same bytes.
std::string make_feed(Shape shape, std::uint32_t seed, int entries = 20, std::size_t bytes_per_entry = 4000);
// A mix: 7 of 10 RSS, half of them CDATA, the rest Atom and some RDF; every third in Cyrillic, every third in French.
std::vector<std::string> make_corpus(int feeds);

}  // namespace rapporteur::bench
