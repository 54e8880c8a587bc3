#include "check/source.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace check {

namespace fs = std::filesystem;

namespace {

bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_part(char c) { return is_name_start(c) || is_digit(c); }

class Reader {
 public:
  Reader(Source& source, std::string_view text) : source_(source), text_(text) {}

  void read() {
    bool is_line_start = true;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') is_line_start = true;
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        advance(1);
      } else if (starts("//")) {
        advance(std::min(text_.find('\n', at_), text_.size()) - at_);
      } else if (starts("/*")) {
        advance_past("*/", 2);
      } else if (c == '#' && is_line_start) {
        directive();
      } else {
        is_line_start = false;
        token(c);
      }
    }
    source_.lines = text_.empty() ? 0 : line_ - (text_.back() == '\n' ? 1 : 0);
  }

 private:
  bool starts(std::string_view what) const { return text_.substr(at_).starts_with(what); }
  void advance(std::size_t count) {
    for (; count > 0 && at_ < text_.size(); --count)
      if (text_[at_++] == '\n') ++line_;
  }
  void advance_past(std::string_view end, std::size_t from) {
    const std::size_t found = text_.find(end, at_ + from);
    advance(found == std::string_view::npos ? text_.size() - at_ : found + end.size() - at_);
  }
  void push(Kind kind, std::string_view text) { source_.tokens.push_back({kind, std::string{text}, line_}); }

  void directive() {
    const std::size_t first_line = line_;
    std::size_t end = at_;
    do end = std::min(text_.find('\n', end + 1), text_.size());
    while (end < text_.size() && text_[end - 1] == '\\');
    const std::string_view line = text_.substr(at_, end - at_);
    const std::size_t open = line.find_first_of("<\"");
    if (line.substr(1).find("include") < 4 && open != std::string_view::npos) {
      const std::size_t close = line.find_first_of(">\"", open + 1);
      if (close != std::string_view::npos)
        source_.includes.push_back(
            {std::string{line.substr(open + 1, close - open - 1)}, line[open] == '"', first_line});
    }
    advance(end - at_);
  }

  void token(char c) {
    std::size_t end = at_ + 1;
    if (is_name_start(c)) {
      while (end < text_.size() && is_name_part(text_[end])) ++end;
      const std::string_view name = text_.substr(at_, end - at_);
      if (end < text_.size() && text_[end] == '"' && name.ends_with('R')) return raw_string(end);
      push(Kind::name, name);
    } else if (is_digit(c)) {
      while (end < text_.size() && (is_name_part(text_[end]) || text_[end] == '.' || text_[end] == '\'')) ++end;
      push(Kind::number, text_.substr(at_, end - at_));
    } else if (c == '"' || c == '\'') {
      while (end < text_.size() && text_[end] != c && text_[end] != '\n') end += text_[end] == '\\' ? 2 : 1;
      push(Kind::text, {});
      ++end;
    } else {
      if (starts("::") || starts("->") || starts("&&") || starts("||")) ++end;
      push(Kind::sign, text_.substr(at_, end - at_));
    }
    advance(end - at_);
  }

  void raw_string(std::size_t quote) {
    const std::size_t open = std::min(text_.find('(', quote), text_.size());
    const std::string end = ")" + std::string{text_.substr(quote + 1, open - quote - 1)} + "\"";
    push(Kind::text, {});
    advance_past(end, open - at_);
  }

  Source& source_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

}  // namespace

Source read_source(std::string path, std::string_view text) {
  Source source;
  source.path = std::move(path);
  Reader{source, text}.read();
  return source;
}

std::vector<Source> read_sources(const fs::path& root, const std::vector<std::string>& folders) {
  std::vector<Source> sources;
  for (const std::string& folder : folders) {
    if (!fs::is_directory(root / folder)) continue;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator{root / folder}) {
      const fs::path& file = entry.path();
      if (!entry.is_regular_file() || (file.extension() != ".h" && file.extension() != ".cpp")) continue;
      sources.push_back(read_source(fs::relative(file, root).generic_string(), read_file(file)));
    }
  }
  std::sort(sources.begin(), sources.end(), [](const Source& a, const Source& b) { return a.path < b.path; });
  return sources;
}

std::string read_file(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<std::size_t> match_brackets(const std::vector<Token>& tokens) {
  std::vector<std::size_t> partner(tokens.size()), open;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    partner[i] = i;
    if (tokens[i].is("(") || tokens[i].is("[") || tokens[i].is("{")) open.push_back(i);
    if ((tokens[i].is(")") || tokens[i].is("]") || tokens[i].is("}")) && !open.empty()) {
      partner[i] = open.back();
      partner[open.back()] = i;
      open.pop_back();
    }
  }
  return partner;
}

std::vector<Row> read_table(const fs::path& file) {
  std::vector<Row> rows;
  std::istringstream in{read_file(file)};
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    line.resize(std::min(line.find('#'), line.size()));
    const std::size_t colon = line.find(": ");
    const std::vector<std::string> key = words(line.substr(0, std::min(colon, line.size())));
    if (key.empty()) continue;
    const std::size_t first = colon == std::string::npos ? std::string::npos : line.find_first_not_of(' ', colon + 1);
    Row row{number, key.front(), first == std::string::npos ? "" : line.substr(first)};
    if (colon == std::string::npos && row.key.ends_with(':')) row.key.pop_back();
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<std::string> words(std::string_view text) {
  std::istringstream in{std::string{text}};
  std::vector<std::string> out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

}  // namespace check
