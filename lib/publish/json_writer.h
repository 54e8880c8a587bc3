// Writes JSON (RFC 8259) into a string: commas, quotes and escapes. Keys come from our own code. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rapporteur::publish {

class JsonWriter {
 public:
  explicit JsonWriter(std::size_t expected_bytes) { out_.reserve(expected_bytes); }

  void open(char bracket);  // '{' or '['
  void close(char bracket);
  void key(std::string_view name);
  void value(std::string_view text);
  void number(std::uint64_t number);
  void null();
  void member(std::string_view name, std::string_view text);
  void member_if(std::string_view name, std::string_view text);  // nothing for an empty text

  std::string finish();

 private:
  void separate();

  std::string out_;
  bool needs_comma_ = false;
};

}  // namespace rapporteur::publish
