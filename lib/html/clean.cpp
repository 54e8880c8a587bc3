#include "html/clean.h"

#include "base/text.h"
#include "html/filter.h"
#include "html/nesting.h"
#include "html/references.h"
#include "html/to_text.h"
#include "html/tree.h"
#include "html/writer.h"

namespace rapporteur::html {
namespace {

// The second half of cleaning, for misnested markup: prints the tree that HTML makes of what the filter let through.
// The policy is asked again, and so is OpenElements: where the tree holds what would not be read back as it stands (HTML
// can nest <p> in <p> by way of other elements), the inner tags are left out.
class TreePrinter final : public TreeVisitor {
 public:
  void open(std::string_view name, const std::vector<TreeAttribute>& attributes) override {
    const Element* element = find_element(name);
    const bool is_allowed = element != nullptr && element->action == Action::keep && open_.may_open(*element);
    is_kept_.push_back(is_allowed && print(*element, attributes));
    if (is_kept_.back()) open_.push(*element);
  }

  void close(std::string_view) override {
    const bool was_kept = is_kept_.back();
    is_kept_.pop_back();
    if (!was_kept) return;
    const Element& element = *open_.top();
    open_.pop();
    if (!element.has(is_void)) writer_.close(element);
  }

  void text(std::string_view decoded) override {
    if (open_.may_hold_text()) writer_.text(decoded);
  }

  std::string take() { return writer_.take(); }

 private:
  bool print(const Element& element, const std::vector<TreeAttribute>& attributes) {
    attributes_.start(element);
    for (const auto& [name, value] : attributes) attributes_.add(name, value, true, {});
    return writer_.open(element, attributes_);
  }

  Writer writer_;
  OpenElements open_;
  CleanAttributes attributes_;
  std::vector<bool> is_kept_;
};

std::string as_text(std::string_view undecoded) {
  Writer writer;
  writer.raw_text(undecoded);
  return writer.take();
}

std::string as_fragment(std::string_view markup, std::string_view base_url) {
  Filter filter(markup, base_url);
  std::string filtered = filter.run();
  if (filter.is_nested()) return filtered;
  if (!filter.can_build_tree()) return as_text(base::escaped(to_text(markup)));
  TreePrinter printer;
  walk_fragment(filtered, printer);
  return printer.take();
}

}  // namespace

std::string clean(std::string_view markup, std::string_view base_url) {
  markup = without_wrapping(markup);
  std::string repaired;
  if (!base::is_xml_text(markup)) markup = repaired = base::to_xml_text(markup);
  std::string cleaned = markup.find('<') == std::string_view::npos ? as_text(markup) : as_fragment(markup, base_url);
  const std::string_view trimmed = base::trim(cleaned);
  return trimmed.size() == cleaned.size() ? cleaned : std::string(trimmed);
}

bool looks_like_html(std::string_view text) {
  if (has_reference(text)) return true;
  if (text.find('<') == std::string_view::npos) return false;
  Tokens tokens(text);
  for (Token token = tokens.next(); token.kind != Token::Kind::none; token = tokens.next()) {
    if (token.kind != Token::Kind::text && token.element != nullptr) return true;
  }
  return false;
}

}  // namespace rapporteur::html
