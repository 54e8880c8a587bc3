#include "parse/markup.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace rapporteur::parse {

namespace {

// HTML Living Standard 13.1.2: these have no end tag, and all others must have one.
bool is_void(std::string_view name) {
  static constexpr std::string_view names[] = {"area",  "base", "br",   "col",   "embed",  "hr",    "img",
                                               "input", "link", "meta", "param", "source", "track", "wbr"};
  return std::any_of(std::begin(names), std::end(names),
                     [&](std::string_view known) { return base::equals_ignoring_case(known, name); });
}

class Writer final : public Visitor {
 public:
  void open(const Element& element, const std::vector<Attribute>& attributes) override {
    out_ += '<';
    append_name(element);
    for (const Attribute& attribute : attributes) {
      if (attribute.name.starts_with("xmlns") || attribute.name == "xml:base") continue;
      out_ += ' ';
      out_ += attribute.name == "xml:lang" ? "lang" : attribute.name;
      out_ += "=\"";
      base::append_escaped(out_, attribute.value);
      out_ += '"';
    }
    out_ += is_void(element.name()) ? "/>" : ">";
  }

  void close(const Element& element) override {
    if (is_void(element.name())) return;
    out_ += "</";
    append_name(element);
    out_ += '>';
  }

  void text(std::string_view text) override { base::append_escaped(out_, text); }

  std::string take() { return std::string{base::trim(out_)}; }

 private:
  // A prefix of XHTML means nothing to an HTML parser; "svg:svg" keeps its own, so that it is not taken for HTML.
  void append_name(const Element& element) {
    const bool is_html = element.space() == Space::xhtml || element.space() == Space::none;
    if (!is_html && !element.prefix().empty()) {
      out_ += element.prefix();
      out_ += ':';
    }
    out_ += element.name();
  }

  std::string out_;
};

}  // namespace

std::string inner_markup(const Element& element) {
  Writer writer;
  element.walk(writer);
  return writer.take();
}

}  // namespace rapporteur::parse
