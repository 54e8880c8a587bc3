#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlsave.h>

#include <algorithm>
#include <memory>

#include "parse/repair.h"
#include "parse/repair_balance.h"

namespace rapporteur::parse {

namespace {

struct Freer {
  void operator()(xmlParserCtxt* context) const { xmlFreeParserCtxt(context); }
  void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
};

void ignore(void*, const char*, ...) {}

// Once for the process, before any thread can be inside the library.
const bool is_initialised = [] {
  xmlInitParser();
  return true;
}();

using Tree = std::unique_ptr<xmlDoc, Freer>;

// Hands out the text piece by piece: the library would copy a whole one.
int take(void* rest, char* to, int most) {
  auto& text = *static_cast<std::string_view*>(rest);
  const std::size_t size = std::min(text.size(), static_cast<std::size_t>(most));
  std::copy_n(text.data(), size, to);
  text.remove_prefix(size);
  return static_cast<int>(size);
}

Tree read_tree(std::string_view text) {
  xmlSetGenericErrorFunc(nullptr, ignore);  // this thread's; what the options below do not silence
  const std::unique_ptr<xmlParserCtxt, Freer> context(xmlNewParserCtxt());
  if (!context) return nullptr;
  // IGNORE_ENC: the declaration still names the encoding the bytes had before they were decoded.
  static constexpr int options =
      XML_PARSE_RECOVER | XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_IGNORE_ENC;
  return Tree(xmlCtxtReadIO(context.get(), take, nullptr, &text, nullptr, "UTF-8", options));
}

int append(void* text, const char* bytes, int size) {
  static_cast<std::string*>(text)->append(bytes, static_cast<std::size_t>(size));
  return size;
}

// Straight into one string: the library's own buffer would double as it grows.
std::string write_tree(const Tree& tree, std::size_t about) {
  std::string text;
  text.reserve(about);
  xmlSaveCtxt* writer = xmlSaveToIO(append, nullptr, &text, "UTF-8", 0);
  if (!writer) return {};
  const bool is_written = xmlSaveDoc(writer, tree.get()) >= 0;
  return xmlSaveClose(writer) >= 0 && is_written ? text : std::string();
}

}  // namespace

std::string repair_nesting(std::string_view repaired) {
  static constexpr std::size_t largest = std::size_t{64} * 1024 * 1024;  // libxml2 counts in int
  if (!is_initialised || repaired.size() > largest) return {};
  Tree tree = read_tree(balance(repaired));
  if (!tree || !xmlDocGetRootElement(tree.get())) return {};
  std::string nested = write_tree(tree, repaired.size() + repaired.size() / 16);
  tree.reset();
  // It writes the names of namespaces as they are, with '<' and '&'.
  return needs_repair(nested) ? repair(nested).text : nested;
}

}  // namespace rapporteur::parse
