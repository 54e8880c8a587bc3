// The HTML5 tree of a fragment, walked for the caller: gumbo builds it as browsers do, and this file is its home.
// gumbo takes quadratic time on deep trees: callers bound what they give (html/nesting, TreeCost). Never recurses
// itself. Pure, any thread.
#pragma once

#include <string_view>
#include <vector>

namespace rapporteur::html {

struct TreeAttribute {
  std::string_view name, value;  // decoded
};

class TreeVisitor {
 public:
  virtual ~TreeVisitor() = default;
  // In document order; a name is empty for what is no element of HTML (svg, math, unknown).
  virtual void open(std::string_view name, const std::vector<TreeAttribute>& attributes) = 0;
  virtual void close(std::string_view name) = 0;  // for every open, void elements too
  virtual void text(std::string_view decoded) = 0;
};

// As the content of a <body>; comments are left out. Throws std::bad_alloc.
void walk_fragment(std::string_view markup, TreeVisitor& visitor);

}  // namespace rapporteur::html
