#include "publish/json_writer.h"

#include <utility>

#include "base/text.h"

namespace rapporteur::publish {

void JsonWriter::open(char bracket) {
  separate();
  out_ += bracket;
  needs_comma_ = false;
}

void JsonWriter::close(char bracket) {
  out_ += bracket;
  needs_comma_ = true;
}

void JsonWriter::key(std::string_view name) {
  separate();
  base::append_json_string(out_, name);
  out_ += ':';
  needs_comma_ = false;
}

void JsonWriter::value(std::string_view text) {
  separate();
  // JSON is Unicode text (RFC 8259 8.1); what XML cannot carry is left out here too, so that the formats agree.
  if (base::is_xml_text(text))
    base::append_json_string(out_, text);
  else
    base::append_json_string(out_, base::to_xml_text(text));
}

void JsonWriter::number(std::uint64_t number) {
  separate();
  out_ += std::to_string(number);
}

void JsonWriter::null() {
  separate();
  out_ += "null";
}

void JsonWriter::member(std::string_view name, std::string_view text) {
  key(name);
  value(text);
}

void JsonWriter::member_if(std::string_view name, std::string_view text) {
  if (!text.empty()) member(name, text);
}

std::string JsonWriter::finish() {
  out_ += '\n';
  return std::move(out_);
}

void JsonWriter::separate() {
  if (needs_comma_) out_ += ',';
  needs_comma_ = true;
}

}  // namespace rapporteur::publish
