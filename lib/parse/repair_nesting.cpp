#include <libxml/parser.h>
#include <libxml/xmlerror.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "parse/repair.h"
#include "parse/repair_balance.h"

namespace rapporteur::parse {

namespace {

struct Freer {
  void operator()(xmlParserCtxt* context) const { xmlFreeParserCtxt(context); }
};

void ignore(void*, const char*, ...) {}

// Once for the process, before any thread can be inside the library.
const bool is_initialised = [] {
  xmlInitParser();
  return true;
}();

// Hands out the text piece by piece: the library would copy a whole one.
int take(void* rest, char* to, int most) {
  auto& text = *static_cast<std::string_view*>(rest);
  const std::size_t size = std::min(text.size(), static_cast<std::size_t>(most));
  std::copy_n(text.data(), size, to);
  text.remove_prefix(size);
  return static_cast<int>(size);
}

std::string_view view(const xmlChar* text) {
  return text ? std::string_view(reinterpret_cast<const char*>(text)) : std::string_view();
}

// Writes what the library reads while it reads: its tree would take twice the document. Each function is told of one
// event by way of `context`.
class Nester {
 public:
  Nester(const xmlParserCtxt& parser, std::size_t about) : parser_(parser) {
    out_.reserve(about);
    out_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  }

  static xmlSAXHandler events() {
    xmlSAXHandler events{};
    events.initialized = XML_SAX2_MAGIC;
    events.startElementNs = start;
    events.endElementNs = end;
    events.characters = events.ignorableWhitespace = characters;
    events.cdataBlock = cdata;
    events.reference = reference;
    events.comment = comment;
    events.processingInstruction = instruction;
    return events;
  }

  // "" when there was no element.
  std::string take() {
    while (!open_.empty()) close();
    return has_root_ ? std::move(out_) : std::string();
  }

 private:
  // The library says nothing of the end of a tag that lacks its '>'.
  static Nester& of(void* context) {
    Nester& self = *static_cast<Nester*>(context);
    while (self.open_.size() > static_cast<std::size_t>(self.parser_.nameNr)) self.close();
    return self;
  }

  // Where what is told of goes: inside the element that is open.
  static std::string& inside(void* context) {
    Nester& self = of(context);
    if (self.is_in_tag_) self.out_ += '>';
    self.is_in_tag_ = false;
    return self.out_;
  }

  static void start(void* context, const xmlChar* name, const xmlChar* prefix, const xmlChar*, int namespaces,
                    const xmlChar** bindings, int attributes, int, const xmlChar** values) {
    inside(context);
    Nester& self = of(context);
    self.has_root_ = true;
    self.open_.push_back(prefix ? std::string(view(prefix)).append(":").append(view(name)) : std::string(view(name)));
    self.out_.append("<").append(self.open_.back());
    for (int i = 0; i < namespaces; ++i, bindings += 2)
      self.attribute(bindings[0] ? "xmlns" : "", bindings[0] ? view(bindings[0]) : "xmlns", view(bindings[1]));
    for (int i = 0; i < attributes; ++i, values += 5) {  // name, prefix, namespace, begin and end of the value
      const auto* const begin = reinterpret_cast<const char*>(values[3]);
      self.attribute(view(values[1]), view(values[0]), {begin, static_cast<std::size_t>(values[4] - values[3])});
    }
    self.is_in_tag_ = true;
  }

  static void end(void* context, const xmlChar*, const xmlChar*, const xmlChar*) {
    Nester& self = of(context);
    if (!self.open_.empty()) self.close();
  }

  static void characters(void* context, const xmlChar* text, int size) {
    inside(context);
    Nester& self = of(context);
    for (const char c : std::string_view(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)))
      self.character(c);
  }

  static void cdata(void* context, const xmlChar* text, int size) {
    const std::string_view words(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
    inside(context).append("<![CDATA[").append(words).append("]]>");
  }

  static void reference(void* context, const xmlChar* name) {
    inside(context).append("&").append(view(name)).append(";");
  }

  static void comment(void* context, const xmlChar* text) {
    inside(context).append("<!--").append(view(text)).append("-->");
    of(context).end_line_outside();
  }

  static void instruction(void* context, const xmlChar* target, const xmlChar* data) {
    inside(context).append("<?").append(view(target)).append(data ? " " : "").append(view(data)).append("?>");
    of(context).end_line_outside();
  }

  void end_line_outside() {
    if (open_.empty()) out_ += '\n';
  }

  void close() {
    if (is_in_tag_)
      out_ += "/>";
    else
      out_.append("</").append(open_.back()).append(">");
    is_in_tag_ = false;
    open_.pop_back();
    end_line_outside();
  }

  void character(char c) {
    if (c == '&')
      out_ += "&amp;";
    else if (c == '<')
      out_ += "&lt;";
    else if (c == '>')
      out_ += "&gt;";
    else if (c == '\r')
      out_ += "&#13;";
    else
      out_ += c;
  }

  // In values the library leaves '&' as the beginning of a reference, and nothing else.
  void attribute(std::string_view prefix, std::string_view name, std::string_view value) {
    out_.append(" ").append(prefix).append(prefix.empty() ? "" : ":").append(name).append("=\"");
    for (const char c : value) {
      if (c == '"')
        out_ += "&quot;";
      else if (c == '\n' || c == '\t')
        out_ += c == '\n' ? "&#10;" : "&#9;";
      else if (c == '&')
        out_ += c;
      else
        character(c);
    }
    out_ += '"';
  }

  const xmlParserCtxt& parser_;
  std::string out_;
  std::vector<std::string> open_;
  bool has_root_ = false;
  bool is_in_tag_ = false;  // its '>' comes when it is known whether it is empty
};

std::string nested(std::string_view text) {
  xmlSetGenericErrorFunc(nullptr, ignore);  // this thread's; what the options below do not silence
  const std::unique_ptr<xmlParserCtxt, Freer> context(xmlNewParserCtxt());
  if (!context) return {};
  Nester nester(*context, text.size() + text.size() / 16);
  *context->sax = Nester::events();
  context->userData = &nester;
  // IGNORE_ENC: the declaration still names the encoding the bytes had before they were decoded.
  static constexpr int options =
      XML_PARSE_RECOVER | XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_IGNORE_ENC;
  xmlFreeDoc(xmlCtxtReadIO(context.get(), take, nullptr, &text, nullptr, "UTF-8", options));
  return nester.take();
}

}  // namespace

std::string repair_nesting(std::string_view repaired) {
  static constexpr std::size_t largest = std::size_t{64} * 1024 * 1024;  // libxml2 counts in int
  if (!is_initialised || repaired.size() > largest) return {};
  return nested(balance(repaired));
}

}  // namespace rapporteur::parse
