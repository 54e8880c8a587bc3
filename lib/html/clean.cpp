#include "html/clean.h"

#include "base/text.h"
#include "html/filter.h"
#include "html/readable.h"
#include "html/rebuild.h"
#include "html/references.h"
#include "html/to_text.h"
#include "html/writer.h"

namespace rapporteur::html {
namespace {

std::string as_text(std::string_view undecoded) {
  Writer writer(undecoded.size());
  writer.raw_text(undecoded);
  return writer.take();
}

std::string as_fragment(std::string_view markup, std::string_view base_url) {
  Filter filter(markup, base_url);
  std::string filtered = filter.run();
  if (filter.is_nested()) return filtered;
  if (!filter.can_build_tree()) return as_text(base::escaped(to_text(markup)));
  return rebuild(filtered);
}

}  // namespace

std::string clean(std::string_view markup, std::string_view base_url) {
  markup = without_wrapping(markup);
  std::string repaired;
  if (!is_readable(markup)) markup = repaired = to_readable(markup);
  std::string cleaned = markup.find('<') == std::string_view::npos ? as_text(markup) : as_fragment(markup, base_url);
  const std::string_view trimmed = base::trim(cleaned);
  const auto before = static_cast<std::size_t>(trimmed.data() - cleaned.data());
  cleaned.resize(before + trimmed.size());
  cleaned.erase(0, before);
  return cleaned;
}

bool looks_like_html(std::string_view text) {
  if (has_reference(text)) return true;
  if (text.find('<') == std::string_view::npos) return false;
  const std::size_t comment = text.find("<!--");
  if (comment != std::string_view::npos && text.find("-->", comment) != std::string_view::npos) return true;
  Tokens tokens(text);
  for (Token token = tokens.next(); token.kind != Token::Kind::none; token = tokens.next()) {
    if (token.kind != Token::Kind::text && token.element != nullptr) return true;
  }
  return false;
}

}  // namespace rapporteur::html
