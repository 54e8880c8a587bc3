// A document as a tree of elements whose names are resolved to vocabularies, with what each inherits: xml:base,
// xml:lang and namespaces. The home of pugixml: the readers of formats see only this. Parsing is in place on a copy of
// the text, so that the text itself stays for line numbers and for a second attempt after repair. One thread at a time.
// Bounded: nothing here recurses, and walk() stops nesting at max_depth.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "parse/names.h"
#include "parse/slices.h"

namespace rapporteur::parse {

class Visitor;
class Xml;

// What the elements below inherit; made only where an element declares something. Lives as long as its Xml.
struct Scope {
  struct Binding {
    std::string_view prefix, uri;
    Space space = Space::none;
  };
  Xml* owner = nullptr;
  const Scope* outer = nullptr;
  std::string_view language;  // xml:lang in force
  std::string base;           // xml:base in force, absolute, on top of the document's address
  std::vector<Binding> bindings;
  Space unprefixed = Space::none;  // of names without a prefix
  std::size_t all_bindings = 0;    // with those of the outer ones

  const Binding* find(std::string_view prefix) const;
};

struct Attribute {
  std::string_view name, value;
};

// An element, or nothing. A cheap value; its views live as long as its Xml.
class Element {
 public:
  Element() = default;

  explicit operator bool() const { return node_ != nullptr; }
  std::string_view name() const { return name_; }  // local name, as written
  Space space() const { return space_; }
  std::string_view namespace_uri() const;  // "" when there is none
  std::string_view prefix() const { return prefix_; }
  Element first() const;  // first child element
  Element next() const;   // next sibling element
  bool has_elements() const;
  // Its own character data, trimmed: a view into the tree when it is one piece, else joined in `room`.
  struct Text {
    std::string_view words;
    bool has_elements = false;  // there is markup beside the words
  };
  Text read_text(std::string& room) const;
  std::string_view text(std::string& room) const { return read_text(room).words; }
  // Character data between its end and the next tag, trimmed.
  std::string_view text_behind() const;
  // An attribute by its local name, whatever its prefix, in any case; "" when absent. One without a prefix goes first.
  std::string_view attribute(std::string_view local_name) const;
  // All of them, by local name, into `room`; those without a prefix last, so that they win.
  const std::vector<Attribute>& attributes(std::vector<Attribute>& room) const;

  std::string_view language() const { return scope_->language; }
  const std::string& base() const { return scope_->base; }
  std::size_t offset() const;         // of its name in the text that was parsed
  void walk(Visitor& visitor) const;  // its inside, without itself
  // Gives back the tree below it, which nobody may look at again; what stands at the document's own level stays.
  void drop() const;

 private:
  friend class Xml;
  Element(void* node, const Scope* outer);

  void* node_ = nullptr;
  const Scope* outer_ = nullptr;
  const Scope* scope_ = nullptr;
  std::string_view prefix_, name_;
  Space space_ = Space::none;
};

// Receives the inside of an element in document order.
class Visitor {
 public:
  virtual ~Visitor() = default;
  virtual void open(const Element& element, const std::vector<Attribute>& attributes) = 0;
  virtual void close(const Element& element) = 0;
  virtual void text(std::string_view text) = 0;
};

class Xml {
 public:
  static constexpr std::size_t max_depth = 256;

  // `base` is the document's address. The text must outlive nothing: it is copied, without the slices `left_out`.
  Xml(std::string_view text, std::string base, std::vector<Slice> left_out = {});
  ~Xml();
  Xml(const Xml&) = delete;
  Xml& operator=(const Xml&) = delete;

  bool is_well_nested() const { return fault_.empty(); }  // pugixml was content
  std::string_view fault() const { return fault_; }       // in its words
  std::size_t fault_offset() const { return fault_offset_; }
  Element root();  // the first element; nothing when there is none

  // Makes the root's own namespace mean `space`: for documents that invented or mistook it.
  void take_root_namespace_as(Space space);
  // Prefixes that nothing declares (Namespaces in XML 1.0 section 4), with the place of the first use.
  struct Unbound {
    std::string prefix;
    std::size_t offset;
  };
  const std::vector<Unbound>& unbound() const { return unbound_; }

 private:
  friend class Element;
  const Scope* scope_for(void* node, const Scope* outer);
  std::size_t offset_of(const char* place) const;  // in the text that was given
  Space unbound_space(std::string_view prefix, const char* place);

  struct Tree;
  std::unique_ptr<Tree> tree_;
  std::vector<Slice> left_out_;
  Scope outermost_;
  std::deque<Scope> scopes_;
  std::vector<Unbound> unbound_;
  std::string fault_;
  std::size_t fault_offset_ = 0;
};

}  // namespace rapporteur::parse
