#include "publish/xml_writer.h"

#include <cassert>
#include <utility>

#include "base/text.h"

namespace rapporteur::publish {

namespace {

void append_xml(std::string& out, std::string_view text) {
  if (base::is_xml_text(text))
    base::append_escaped(out, text);
  else
    base::append_escaped(out, base::to_xml_text(text));
}

}  // namespace

XmlWriter::XmlWriter(std::size_t expected_bytes) {
  out_.reserve(expected_bytes);
  out_ += "<?xml version=\"1.0\" encoding=\"utf-8\"?>";
}

void XmlWriter::open(std::string_view name) {
  end_tag_head();
  out_ += "\n<";
  out_ += name;
  open_.push_back(name);
  is_head_open_ = true;
  has_text_ = false;
}

void XmlWriter::attribute(std::string_view name, std::string_view value) {
  assert(is_head_open_);
  out_ += ' ';
  out_ += name;
  out_ += "=\"";
  append_xml(out_, value);
  out_ += '"';
}

void XmlWriter::attribute_if(std::string_view name, std::string_view value) {
  if (!value.empty()) attribute(name, value);
}

void XmlWriter::text(std::string_view value) {
  end_tag_head();
  append_xml(out_, value);
  has_text_ = true;
}

void XmlWriter::close() {
  assert(!open_.empty());
  if (is_head_open_) {
    out_ += "/>";
  } else {
    out_ += has_text_ ? "</" : "\n</";
    out_ += open_.back();
    out_ += '>';
  }
  is_head_open_ = false;
  has_text_ = false;
  open_.pop_back();
}

void XmlWriter::element(std::string_view name, std::string_view value) {
  open(name);
  text(value);
  close();
}

void XmlWriter::element_if(std::string_view name, std::string_view value) {
  if (!value.empty()) element(name, value);
}

std::string XmlWriter::finish() {
  assert(open_.empty());
  out_ += '\n';
  return std::move(out_);
}

void XmlWriter::end_tag_head() {
  if (is_head_open_) out_ += '>';
  is_head_open_ = false;
}

}  // namespace rapporteur::publish
