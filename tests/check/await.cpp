#include <algorithm>

#include "check/rules.h"
#include "check/source.h"

namespace check {

namespace {

using Tokens = std::vector<Token>;

class Expressions {
 public:
  explicit Expressions(const Source& source) : tokens_(source.tokens), partner_(match_brackets(tokens_)) {
    std::vector<std::size_t> open;
    around_.reserve(tokens_.size());
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (is_closing(i) && !open.empty()) open.pop_back();
      around_.push_back(open.empty() ? none : open.back());
      if (is_opening(i)) open.push_back(i);
    }
  }

  // The full expression around token `at`, as [first, last): up to its `;`, or within the condition it stands in.
  std::pair<std::size_t, std::size_t> full_expression(std::size_t at) const {
    std::size_t anchor = at;  // `at`, or the outermost bracket of the expression that holds it
    while (around_[anchor] != none && !is_block(around_[anchor]) && !is_condition(around_[anchor]))
      anchor = around_[anchor];
    const std::size_t bracket = around_[anchor];
    const std::size_t floor = bracket == none ? 0 : bracket + 1;
    const std::size_t end = bracket == none ? tokens_.size() : partner_[bracket];
    std::size_t first = anchor, last = anchor;
    while (first > floor && !ends_statement(first - 1)) first = is_closing(first - 1) ? partner_[first - 1] : first - 1;
    while (last < end && !tokens_[last].is(";")) last = std::max(last, partner_[last]) + 1;
    return {first, std::min(last, end)};
  }

  // What is wrong between first and last: "" for nothing.
  std::string fault(std::size_t first, std::size_t last, std::size_t& line) const {
    for (std::size_t i = first; i < last; ++i) {
      line = tokens_[i].line;
      if (tokens_[i].is("[") && is_lambda(i)) return "a lambda";
      if (tokens_[i].is("{")) return "braces";
      if (is_construction(i)) return "a temporary " + tokens_[i].text;
    }
    return {};
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  bool is_opening(std::size_t i) const { return tokens_[i].is("(") || tokens_[i].is("[") || tokens_[i].is("{"); }
  bool is_closing(std::size_t i) const { return tokens_[i].is(")") || tokens_[i].is("]") || tokens_[i].is("}"); }
  bool is_name(std::size_t i) const { return tokens_[i].kind == Kind::name; }

  // A brace is a block when it holds statements or follows what only a block follows; else it makes a value.
  bool is_block(std::size_t i) const {
    if (!tokens_[i].is("{")) return false;
    if (i == 0) return true;
    for (const char* before : {")", "else", "try", "do", ";", "{", "}", "noexcept", "mutable"})
      if (tokens_[i - 1].is(before)) return true;
    for (std::size_t k = i + 1; k < partner_[i]; ++k) {
      if (tokens_[k].is(";")) return true;
      if (is_opening(k) && partner_[k] > k) k = partner_[k];
    }
    return false;
  }
  bool is_condition(std::size_t i) const {
    if (!tokens_[i].is("(") || i == 0) return false;
    for (const char* before : {"if", "while", "for", "switch", "constexpr"})
      if (tokens_[i - 1].is(before)) return true;
    return false;
  }
  bool ends_statement(std::size_t i) const {
    return tokens_[i].is(";") || (tokens_[i].is("}") && is_block(partner_[i])) ||
           (tokens_[i].is(")") && is_condition(partner_[i])) || tokens_[i].is("else");
  }
  // "[" behind a name or a bracket is a subscript, behind "auto" a structured binding, "[[" an attribute.
  bool is_lambda(std::size_t i) const {
    if (i + 1 < tokens_.size() && tokens_[i + 1].is("[")) return false;
    if (i == 0) return true;
    const Token& before = tokens_[i - 1];
    if (before.is("[") || before.is(")") || before.is("]") || before.kind == Kind::text) return false;
    if ((before.is("&") || before.is("&&")) && i > 1 && tokens_[i - 2].is("auto")) return false;
    return !is_name(i - 1) || before.is("return") || before.is("co_await") || before.is("co_return");
  }
  // `Request(…)`, `fetch::Request(…)`, `Result<Reply>(…)`: types are what begins with a capital here.
  bool is_construction(std::size_t i) const {
    if (!is_name(i) || tokens_[i].text[0] < 'A' || tokens_[i].text[0] > 'Z') return false;
    std::size_t next = i + 1;
    if (next < tokens_.size() && tokens_[next].is("<")) {
      for (int depth = 0; next < tokens_.size(); ++next) {
        if (tokens_[next].is("<")) ++depth;
        if (tokens_[next].is(">") && --depth == 0) break;
        if (tokens_[next].is(";")) return false;
      }
      ++next;
    }
    return next < tokens_.size() && tokens_[next].is("(");
  }

  const Tokens& tokens_;
  std::vector<std::size_t> partner_, around_;
};

}  // namespace

Violations check_await(const std::filesystem::path& root) {
  Violations found;
  for (const Source& source : read_sources(root, {"lib", "daemon", "tests"})) {
    const Expressions expressions{source};
    std::size_t done = 0;
    for (std::size_t i = 0; i < source.tokens.size(); ++i) {
      if (i < done || !source.tokens[i].is("co_await")) continue;
      const auto [first, last] = expressions.full_expression(i);
      std::size_t line = 0;
      const std::string fault = expressions.fault(first, last, line);
      if (fault.empty()) continue;
      done = last;
      found.push_back({source.path, line,
                       fault + " inside a co_await expression, which g++ 12 destroys twice; give it a name in the "
                               "statement before and write std::move(name)"});
    }
  }
  return found;
}

}  // namespace check
