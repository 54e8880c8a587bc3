// The first half of clean: reads markup tag by tag and writes what the policy allows. Where the nesting of that is
// already what HTML makes of it, which is nearly always, the result is final; else a tree must be built from it, and
// that tree holds allowed elements and attributes only, whatever came in. Linear, any thread.
#pragma once

#include <string>
#include <string_view>

#include "html/nesting.h"
#include "html/tokens.h"
#include "html/writer.h"

namespace rapporteur::html {

class Filter {
 public:
  // `tree` leaves all nesting to the tree: the tests compare the two ways.
  enum class Nesting { judged, tree };
  // Both views outlive the filter. Precondition: is_readable(markup).
  Filter(std::string_view markup, std::string_view base_url, Nesting nesting = Nesting::judged)
      : tokens_(markup), base_url_(base_url), writer_(markup.size()), is_nested_(nesting == Nesting::judged) {}

  std::string run();
  bool is_nested() const { return is_nested_; }                     // run's result is final
  bool can_build_tree() const { return tree_cost_.is_bearable(); }  // else the markup is a bomb

 private:
  void start_tag(const Token& token);
  void end_tag(const Token& token);
  void text(std::string_view raw);
  void drop_content(const Token& token);
  void media(const Token& token);
  void read_attributes(const Element& element, std::string_view raw);
  bool read_source(const Element& element, std::string_view raw, std::size_t end);
  void open(const Element& element);
  void open_body_of_table();
  void close(const Element& element);
  void close_top();
  void give_up_nesting();

  Tokens tokens_;
  std::string_view base_url_;
  Writer writer_;
  CleanAttributes attributes_;
  OpenElements open_;
  TreeCost tree_cost_;
  bool is_nested_;
  bool ignores_line_feed_ = false;  // the token before was <pre>
};

}  // namespace rapporteur::html
