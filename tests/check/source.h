// C++ text as the rules see it: files of the tree, their includes, and tokens without comments. Not a parser: it knows
// strings, comments, preprocessor lines and matching brackets, which is what the rules need.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace check {

enum class Kind { name, number, text, sign };

struct Token {
  Kind kind = Kind::sign;
  std::string text;  // of a string or character literal: nothing
  std::size_t line = 0;
  bool is(std::string_view what) const { return kind != Kind::text && text == what; }
};

struct Include {
  std::string header;
  bool is_quoted = false;
  std::size_t line = 0;
};

struct Source {
  std::string path;  // relative to the root, "lib/base/url.cpp"
  std::size_t lines = 0;
  std::vector<Include> includes;
  std::vector<Token> tokens;  // preprocessor lines left out
  bool is_header() const { return path.ends_with(".h"); }
};

Source read_source(std::string path, std::string_view text);
// Every .h and .cpp below the named folders of the root, in the order of their paths. A missing folder has none.
std::vector<Source> read_sources(const std::filesystem::path& root, const std::vector<std::string>& folders);
std::string read_file(const std::filesystem::path& file);  // "" when it cannot be read

// For each bracket the place of its partner, else its own; "<" and ">" are no brackets.
std::vector<std::size_t> match_brackets(const std::vector<Token>& tokens);

// Lines of a table, comments (#) and empty ones left out, each cut at the first separators: "key: value".
struct Row {
  std::size_t line = 0;
  std::string key, value;
};
std::vector<Row> read_table(const std::filesystem::path& file);
std::vector<std::string> words(std::string_view text);

}  // namespace check
