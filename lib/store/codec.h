// Small lists in one column each, as length-prefixed fields: "3:WHO0:" is a "WHO" and an "", "-" is an absent one.
// Exact for any bytes (validators are kept as the server sent them), no escaping, no parser. Not JSON: json_each would
// cost a statement of its own per list and row, and nobody queries into these lists; what is queried has its own
// columns.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "feed/article.h"
#include "feed/source.h"

namespace rapporteur::store {

std::string encode(const std::vector<std::string>& list);
std::string encode(const std::vector<int>& list);
std::string encode(const std::vector<feed::Person>& list);
std::string encode(const std::vector<feed::Category>& list);
std::string encode(const std::vector<feed::Enclosure>& list);
std::string encode(const std::vector<feed::UrlValidators>& list);

// A text that is not what encode wrote gives the records before the damage.
void decode(std::string_view text, std::vector<std::string>& list);
void decode(std::string_view text, std::vector<int>& list);
void decode(std::string_view text, std::vector<feed::Person>& list);
void decode(std::string_view text, std::vector<feed::Category>& list);
void decode(std::string_view text, std::vector<feed::Enclosure>& list);
void decode(std::string_view text, std::vector<feed::UrlValidators>& list);

// Ids of countries and topics: "KG,TJ". Ids hold no commas ([a-z0-9-]+, ISO codes).
std::string join_ids(const std::vector<std::string>& ids);
std::vector<std::string> split_ids(std::string_view text);

}  // namespace rapporteur::store
