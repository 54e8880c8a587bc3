#include "html/rebuild.h"

#include <vector>

#include "html/nesting.h"
#include "html/tree.h"
#include "html/writer.h"

namespace rapporteur::html {
namespace {

// The policy is asked again, and so is OpenElements: where the tree holds what would not be read back as it stands
// (HTML can nest <p> in <p> by way of other elements), the inner tags are left out.
class TreePrinter final : public TreeVisitor {
 public:
  explicit TreePrinter(std::size_t bytes) : writer_(bytes) {}

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

}  // namespace

std::string rebuild(std::string_view filtered) {
  TreePrinter printer(filtered.size());
  walk_fragment(filtered, printer);
  return printer.take();
}

}  // namespace rapporteur::html
