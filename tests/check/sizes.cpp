#include <algorithm>

#include "check/rules.h"
#include "check/source.h"

namespace check {

namespace {

constexpr std::size_t longest_source = 500, longest_header = 250, longest_function = 60;

struct Function {
  std::string name;
  std::size_t line = 0, lines = 0;
};

// Finds the bodies of functions outside of other functions: walks namespaces and classes, skips bodies and values.
class Functions {
 public:
  explicit Functions(const Source& source) : tokens_(source.tokens), partner_(match_brackets(tokens_)) {}

  std::vector<Function> find() {
    std::size_t head = 0;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i].is(";") || tokens_[i].is("}")) {
        head = i + 1;
      } else if (tokens_[i].is("(") && partner_[i] > i) {
        i = partner_[i];
      } else if (tokens_[i].is("{") && partner_[i] > i) {
        if (is_scope(head, i)) {
          head = i + 1;
        } else if (is_body(head, i)) {
          add(head, i);
          i = partner_[i];
          head = i + 1;
        } else {
          i = partner_[i];  // a value: the statement goes on behind it
        }
      }
    }
    return std::move(found_);
  }

 private:
  std::size_t find_parenthesis(std::size_t head, std::size_t end) const {
    while (head < end && !tokens_[head].is("(")) ++head;
    return head;
  }
  // Behind `template <…>`, whose parameters may say "class" and "=".
  std::size_t after_template(std::size_t head, std::size_t end) const {
    while (head + 1 < end && tokens_[head].is("template") && tokens_[head + 1].is("<")) {
      int depth = 0;
      for (++head; head < end; ++head) {
        if (tokens_[head].is("<")) ++depth;
        if (tokens_[head].is(">") && --depth == 0) break;
      }
      ++head;
    }
    return head;
  }
  bool is_scope(std::size_t head, std::size_t brace) const {
    const std::size_t end = find_parenthesis(head, brace);
    for (std::size_t i = after_template(head, end); i < end; ++i) {
      if (tokens_[i].is("=")) return false;
      for (const char* word : {"namespace", "class", "struct", "union", "enum", "extern"})
        if (tokens_[i].is(word)) return true;
    }
    return false;
  }
  // A parameter list stands in the head; "=" in front of it makes a value, and so does a member initialiser `: a_{1}`.
  bool is_body(std::size_t head, std::size_t brace) const {
    const std::size_t open = find_parenthesis(head, brace);
    if (open == brace) return false;
    for (std::size_t i = after_template(head, open); i < open && !tokens_[i].is("operator"); ++i)
      if (tokens_[i].is("=")) return false;
    for (std::size_t i = partner_[open] + 1; i < brace; ++i)
      if (tokens_[i].is(":")) return !(tokens_[brace - 1].kind == Kind::name || tokens_[brace - 1].is(">"));
    return true;
  }
  void add(std::size_t head, std::size_t brace) {
    const std::size_t open = find_parenthesis(head, brace);
    const std::size_t first = tokens_[head].line;
    const std::size_t last = tokens_[partner_[brace]].line;
    found_.push_back({open > head ? tokens_[open - 1].text : std::string(), first, last - first + 1});
  }

  const std::vector<Token>& tokens_;
  std::vector<std::size_t> partner_;
  std::vector<Function> found_;
};

struct Exception {
  Row row;
  bool is_used = false;
};

bool is_excused(std::vector<Exception>& exceptions, const std::string& what) {
  const auto found =
      std::find_if(exceptions.begin(), exceptions.end(), [&](const Exception& e) { return e.row.key == what; });
  if (found == exceptions.end()) return false;
  found->is_used = true;
  return true;
}

}  // namespace

// sizes.txt: "path: reason" for a file, "path/function: reason" for a function; a row has a reason of four words at
// least.
Violations check_sizes(const std::filesystem::path& root) {
  const std::string table = "tests/check/sizes.txt";
  Violations found;
  std::vector<Exception> exceptions;
  for (Row& row : read_table(root / table)) {
    if (words(row.value).size() < 4)
      found.push_back({table, row.line, row.key + " has no reason; say why it is better whole"});
    exceptions.push_back({std::move(row)});
  }
  for (const Source& source : read_sources(root, {"lib", "daemon", "tests"})) {
    const std::size_t limit = source.is_header() ? longest_header : longest_source;
    if (source.lines > limit && !is_excused(exceptions, source.path))
      found.push_back({source.path, source.lines,
                       std::to_string(source.lines) + " lines; split it below " + std::to_string(limit) +
                           " or state in sizes.txt why not"});
    if (source.is_header() || source.path.starts_with("tests/")) continue;
    for (const Function& function : Functions{source}.find())
      if (function.lines > longest_function && !is_excused(exceptions, source.path + "/" + function.name))
        found.push_back({source.path, function.line,
                         function.name + " has " + std::to_string(function.lines) + " lines; split it below " +
                             std::to_string(longest_function) + " or state in sizes.txt why not"});
  }
  for (const Exception& exception : exceptions)
    if (!exception.is_used)
      found.push_back({table, exception.row.line, exception.row.key + " is within the limits; take the row out"});
  return found;
}

std::string to_string(const Violation& violation) {
  return violation.file + ":" + std::to_string(violation.line) + ": " + violation.text;
}

}  // namespace check
