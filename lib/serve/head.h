// The heads of answers as bytes: status line, Date, and the fields that every answer has. Pure.
#pragma once

#include <string>
#include <string_view>

namespace rapporteur::serve {

std::string_view reason_phrase(int status);

// "HTTP/1.1 200 OK\r\nDate: …\r\n" and, where it matters, Connection.
void append_status_line(std::string& head, int status, std::string_view http_date);
void append_connection(std::string& head, bool keep_alive, int version);
void append_field(std::string& head, std::string_view name, std::string_view value);

// What every answer carries, errors too: nosniff, Vary (nothing else decides what is sent), and a policy under which
// nothing of it runs, should a browser show it as a document.
inline constexpr std::string_view common_fields = "X-Content-Type-Options: nosniff\r\nVary: Accept-Encoding\r\n";
inline constexpr std::string_view strict_policy = "default-src 'none'; sandbox";
inline constexpr std::string_view allowed_methods = "GET, HEAD, OPTIONS";

}  // namespace rapporteur::serve
