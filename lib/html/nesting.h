// Which elements may stand in which, so that HTML's tree construction (13.2.6.4) rebuilds exactly the nesting that was
// written. What OpenElements admits needs no tree: the markup is its own tree, and cleaning it again changes nothing.
// Stricter than HTML where that is simpler. For clean. Pure, any thread.
#pragma once

#include <cstddef>
#include <vector>

#include "html/policy.h"

namespace rapporteur::html {

inline constexpr std::size_t most_open_elements = 512;

class OpenElements {
 public:
  bool empty() const { return open_.empty(); }
  const Element* top() const { return open_.empty() ? nullptr : open_.back(); }
  // Whether `element`, written here, becomes a child of top() and changes nothing that is open.
  bool may_open(const Element& element) const;
  // Whether text other than white space may stand here; white space means nothing where it may not.
  bool may_hold_text() const;
  // Whether opening `element` first ends top(), as <li> ends <li> (13.1.2.4 "optional tags").
  bool is_ended_by(const Element& element) const;
  // How many elements the end tag of `element` closes: 1 when it is top(), more when those above it have no need of
  // an end tag of their own; 0: the end tag does something else.
  std::size_t closed_by(const Element& element) const;

  const std::vector<const Element*>& all() const { return open_; }
  void push(const Element& element) { open_.push_back(&element); }
  void pop() { open_.pop_back(); }

 private:
  template <class Wanted>
  bool has_open(Wanted is_wanted, bool (*is_border)(Role)) const;

  std::vector<const Element*> open_;
};

// How much a tree of misnested markup can cost at most: open elements and the copies of formatting elements that tree
// construction makes ("reconstruct", "adoption agency"). Counts too much rather than too little.
class TreeCost {
 public:
  void open(const Element& element);
  void close(const Element& element);
  bool is_bearable() const;
  bool has_open(const Element& element) const;  // as far as counted here

 private:
  void pop();
  void drop_implied(const Element& element);

  std::vector<const Element*> open_;
  std::size_t formatting_ = 0;  // of open_
  std::size_t deepest_ = 0;
  std::size_t copies_ = 0;
};

}  // namespace rapporteur::html
