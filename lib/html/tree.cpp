#include "html/tree.h"

#include <gumbo.h>

#include <memory>
#include <new>

namespace rapporteur::html {
namespace {

struct Destroy {
  void operator()(GumboOutput* output) const { gumbo_destroy_output(&kGumboDefaultOptions, output); }
};
using Tree = std::unique_ptr<GumboOutput, Destroy>;

Tree parse_fragment(std::string_view markup) {
  GumboOptions options = kGumboDefaultOptions;
  options.max_errors = 0;
  options.fragment_context = GUMBO_TAG_BODY;
  options.fragment_namespace = GUMBO_NAMESPACE_HTML;
  Tree tree(gumbo_parse_with_options(&options, markup.data(), markup.size()));
  if (tree == nullptr) throw std::bad_alloc();
  return tree;
}

bool is_element(const GumboNode& node) { return node.type == GUMBO_NODE_ELEMENT || node.type == GUMBO_NODE_TEMPLATE; }
bool is_text(const GumboNode& node) { return node.type == GUMBO_NODE_TEXT || node.type == GUMBO_NODE_WHITESPACE; }

std::string_view name_of(const GumboElement& element) {
  if (element.tag_namespace != GUMBO_NAMESPACE_HTML || element.tag == GUMBO_TAG_UNKNOWN) return {};
  return gumbo_normalized_tagname(element.tag);
}

void open(const GumboElement& element, std::vector<TreeAttribute>& attributes, TreeVisitor& visitor) {
  attributes.clear();
  for (unsigned index = 0; index < element.attributes.length; ++index) {
    const auto* attribute = static_cast<const GumboAttribute*>(element.attributes.data[index]);
    attributes.push_back({attribute->name, attribute->value});
  }
  visitor.open(name_of(element), attributes);
}

}  // namespace

void walk_fragment(std::string_view markup, TreeVisitor& visitor) {
  struct Place {
    const GumboElement* element;
    unsigned next_child;
  };
  const Tree tree = parse_fragment(markup);
  std::vector<Place> path{{&tree->root->v.element, 0}};
  std::vector<TreeAttribute> attributes;
  while (!path.empty()) {
    Place& place = path.back();
    if (place.next_child == place.element->children.length) {
      const GumboElement* closed = place.element;
      path.pop_back();
      if (!path.empty()) visitor.close(name_of(*closed));
      continue;
    }
    const auto& child = *static_cast<const GumboNode*>(place.element->children.data[place.next_child++]);
    if (is_text(child)) visitor.text(child.v.text.text);
    if (!is_element(child)) continue;
    open(child.v.element, attributes, visitor);
    path.push_back({&child.v.element, 0});
  }
}

}  // namespace rapporteur::html
