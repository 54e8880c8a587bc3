#include "html/nesting.h"

#include <algorithm>

namespace rapporteur::html {
namespace {

bool is_cell(Role role) { return role == Role::cell || role == Role::caption; }
bool is_table_part(Role role) { return role >= Role::caption; }
// Holds table parts only: any other content would be moved out in front of the table ("foster parenting").
bool is_table_frame(Role role) { return role >= Role::table && !is_cell(role) && role != Role::column; }
bool is_list_border(Role role) { return role == Role::list || is_cell(role); }
bool is_definition_border(Role role) { return role == Role::definitions || is_cell(role); }

Role parent_of(Role part) {
  if (part == Role::column) return Role::column_group;
  if (part == Role::row) return Role::row_group;
  if (part == Role::cell) return Role::row;
  return Role::table;
}

// "Generate implied end tags" (13.2.6.3).
bool has_implied_end(Role role) {
  return role == Role::paragraph || role == Role::list_item || role == Role::definition;
}

bool ends_cell(Role role) { return role == Role::cell || role == Role::row || role == Role::row_group; }

}  // namespace

template <class Wanted>
bool OpenElements::has_open(Wanted is_wanted, bool (*is_border)(Role)) const {
  for (auto at = open_.rbegin(); at != open_.rend(); ++at) {
    if (is_wanted((*at)->role)) return true;
    if (is_border((*at)->role)) return false;
  }
  return false;
}

bool OpenElements::may_open(const Element& element) const {
  if (open_.size() >= most_open_elements) return false;
  const Role role = element.role;
  const Role parent = open_.empty() ? Role::plain : open_.back()->role;
  if (is_table_part(role)) return parent == parent_of(role);
  if (is_table_frame(parent)) return false;
  const auto is = [](Role wanted) { return [wanted](Role open) { return open == wanted; }; };
  if (element.has(ends_paragraph) && has_open(is(Role::paragraph), is_cell)) return false;
  switch (role) {
    case Role::heading:
      return parent != Role::heading;
    case Role::list_item:
      return !has_open(is(Role::list_item), is_list_border);
    case Role::definition:
      return !has_open(is(Role::definition), is_definition_border);
    case Role::anchor:
      return !has_open(is(Role::anchor), is_cell);
    case Role::ruby_text:
      return parent == Role::ruby;
    default:
      return true;
  }
}

bool OpenElements::may_hold_text() const { return open_.empty() || !is_table_frame(open_.back()->role); }

bool OpenElements::is_ended_by(const Element& element) const {
  if (open_.empty()) return false;
  const Role role = element.role;
  switch (open_.back()->role) {
    case Role::paragraph:
      return element.has(ends_paragraph);
    case Role::list_item:
      return role == Role::list_item;
    case Role::definition:
      return role == Role::definition;
    case Role::cell:
      return ends_cell(role);
    case Role::row:
      return role == Role::row || role == Role::row_group;
    case Role::row_group:
      return role == Role::row_group;
    case Role::column_group:
      return role == Role::row || role == Role::row_group || role == Role::column_group;
    default:
      return false;
  }
}

std::size_t OpenElements::closed_by(const Element& element) const {
  if (open_.empty()) return 0;
  if (open_.back() == &element) return 1;
  if (!element.has(is_block)) return 0;
  const bool ends_table_parts =
      element.role == Role::table || element.role == Role::row || element.role == Role::row_group;
  for (std::size_t count = 1; count <= open_.size(); ++count) {
    const Element* open = open_[open_.size() - count];
    if (open == &element) return count;
    const bool is_implied = has_implied_end(open->role) || (ends_table_parts && is_table_part(open->role));
    if (!is_implied) return 0;
  }
  return 0;
}

void TreeCost::pop() {
  if (open_.back()->has(is_formatting)) --formatting_;
  open_.pop_back();
}

void TreeCost::drop_implied(const Element& element) {
  const Role role = element.role;
  if (element.has(ends_paragraph) && !open_.empty() && open_.back()->role == Role::paragraph) pop();
  if (open_.empty()) return;
  const Role top = open_.back()->role;
  if ((role == Role::list_item || role == Role::definition) && top == role) pop();
  if (!ends_cell(role)) return;
  if (open_.back()->role == Role::cell) pop();
  if (role != Role::cell && !open_.empty() && open_.back()->role == Role::row) pop();
  if (role == Role::row_group && !open_.empty() && open_.back()->role == Role::row_group) pop();
}

void TreeCost::open(const Element& element) {
  drop_implied(element);
  if (element.has(is_block)) copies_ += formatting_;
  if (element.has(is_void)) return;
  open_.push_back(&element);
  if (element.has(is_formatting)) ++formatting_;
  deepest_ = std::max(deepest_, open_.size());
}

// Only what surely closes is taken off: an end tag that does not match its start is ignored here and counted as dear.
void TreeCost::close(const Element& element) {
  if (element.has(is_block)) copies_ += formatting_;
  if (!open_.empty() && open_.back() == &element) return pop();
  // Adoption (13.2.6.4.7) has eight rounds, three clones and one more in each.
  constexpr std::size_t most_copies_of_an_adoption = 32;
  copies_ += formatting_ + most_copies_of_an_adoption;
  if (!element.has(is_block)) return;
  const auto is_kept = [](const Element* open) { return !has_implied_end(open->role); };
  const auto found = std::find_if(open_.rbegin(), open_.rend(), is_kept);
  if (found == open_.rend() || *found != &element) return;
  while (open_.back() != &element) pop();
  pop();
}

bool TreeCost::has_open(const Element& element) const {
  const auto end = open_.size() > most_open_elements ? open_.rbegin() + most_open_elements : open_.rend();
  return std::find(open_.rbegin(), end, &element) != end;
}

bool TreeCost::is_bearable() const {
  constexpr std::size_t most_copies = 100'000;
  return deepest_ <= most_open_elements && copies_ <= most_copies;
}

}  // namespace rapporteur::html
