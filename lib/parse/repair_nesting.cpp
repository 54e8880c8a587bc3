#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>

#include <memory>

#include "parse/repair.h"
#include "parse/repair_balance.h"

namespace rapporteur::parse {

namespace {

struct Freer {
  void operator()(xmlParserCtxt* context) const { xmlFreeParserCtxt(context); }
  void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
  void operator()(xmlChar* bytes) const { xmlFree(bytes); }
};

void ignore(void*, const char*, ...) {}

// Once for the process, before any thread can be inside the library.
const bool is_initialised = [] {
  xmlInitParser();
  return true;
}();

}  // namespace

std::string repair_nesting(std::string_view repaired) {
  static constexpr std::size_t largest = std::size_t{64} * 1024 * 1024;  // libxml2 counts in int
  if (!is_initialised || repaired.size() > largest) return {};
  const std::string text = balance(repaired);
  xmlSetGenericErrorFunc(nullptr, ignore);  // this thread's; what the options below do not silence
  const std::unique_ptr<xmlParserCtxt, Freer> context(xmlNewParserCtxt());
  if (!context) return {};
  // IGNORE_ENC: the declaration still names the encoding the bytes had before they were decoded.
  static constexpr int options =
      XML_PARSE_RECOVER | XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_IGNORE_ENC;
  const std::unique_ptr<xmlDoc, Freer> document(
      xmlCtxtReadMemory(context.get(), text.data(), static_cast<int>(text.size()), nullptr, "UTF-8", options));
  if (!document || !xmlDocGetRootElement(document.get())) return {};
  xmlChar* bytes = nullptr;
  int size = 0;
  xmlDocDumpMemoryEnc(document.get(), &bytes, &size, "UTF-8");
  const std::unique_ptr<xmlChar, Freer> owner(bytes);
  return bytes && size > 0 ? std::string(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size))
                           : std::string();
}

}  // namespace rapporteur::parse
