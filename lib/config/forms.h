// The small forms that values of the configuration take: ids, language tags, networks, addresses to listen on, sizes.
// Each answers nullopt for good, else a sentence part that says what would be right. Used inside config only. Pure,
// but for `timezone`, which looks into the system's zone files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rapporteur::config {

using Objection = std::optional<std::string>;

Objection object_to_id(std::string_view text);
Objection object_to_view_name(std::string_view text);
Objection object_to_url(std::string_view text);       // http and https with a host
Objection object_to_base_url(std::string_view text);  // no query, no fragment
Objection object_to_contact(std::string_view text);   // URL or mail
Objection object_to_language(std::string_view text);  // BCP 47 by its shape (RFC 5646 2.1)
Objection object_to_country(std::string_view text);   // ISO 3166-1 alpha-2 of the territories that UN M49 lists
Objection object_to_region(std::string_view text);    // UN M49, three digits
Objection object_to_network(std::string_view text);   // CIDR without host bits
Objection object_to_listen(std::string_view text);
Objection object_to_timezone(std::string_view text);
Objection object_to_since(std::string_view text);        // a date, an instant or a span
Objection object_to_line(std::string_view text);         // no control characters
Objection object_to_header_name(std::string_view text);  // a token that is not ours to send
Objection object_to_proxy(std::string_view text);
Objection object_to_user_agent(std::string_view text);  // no name of a browser (POLITENESS P38)
// An address of this machine or of a private network, which only those in the networks `allowed` can call.
Objection object_to_reach(std::string_view base_url, const std::vector<std::string>& allowed);

// "16MiB", "512KiB", "100B", "1GiB"
std::optional<std::uint64_t> parse_size(std::string_view text);

// "UN News" and "UN-News" are one path: lower case, everything that is not a letter or digit becomes one hyphen.
std::string path_of_agency(std::string_view name);

// The built-in topics of CONTRACT section 7.
bool is_builtin_topic(std::string_view id);
std::vector<std::string> builtin_topics();

// The candidate that `word` was probably meant to be, by edit distance; "" when none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);
// "; did you mean \"…\"?" or "".
std::string suggestion(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace rapporteur::config
