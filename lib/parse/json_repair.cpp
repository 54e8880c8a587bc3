#include "parse/json_repair.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "base/text.h"

namespace rapporteur::parse {

namespace {

// What "\uXXXX" at the beginning of `text` says; nullopt when none stands there.
std::optional<unsigned> unicode_escape(std::string_view text) {
  if (text.size() < 6 || !text.starts_with("\\u")) return std::nullopt;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + 6, value, 16);
  return error == std::errc{} && end == text.data() + 6 ? std::optional{value} : std::nullopt;
}

// Walks over the text once, copying it. At every complete value inside a list or object it remembers how much was
// written and what was open, so that a broken end can be cut back to there.
class Repairer {
 public:
  explicit Repairer(std::string_view text) : text_(text) { out_.reserve(text.size() + 64); }

  JsonRepaired run() {
    while (at_ < text_.size() && !is_done_) step(text_[at_]);
    if (!is_done_) {
      note(text_.size());
      out_.resize(kept_size_);
      open_.resize(std::min(kept_depth_, open_.size()));
      while (!open_.empty()) close();
    }
    return {std::move(out_), first_change_ == std::string_view::npos ? 0 : first_change_};
  }

 private:
  void step(char c) {
    if (c == '"') return read_string();
    if (c == '{' || c == '[') {
      out_ += c;
      open_.push_back(c);
      ++at_;
      keep();
      return;
    }
    if (c == '}' || c == ']') {
      ++at_;
      if (open_.empty() || open_.back() != (c == '}' ? '{' : '[')) return note(at_ - 1);  // closes nothing
      keep();
      close();
      keep();
      is_done_ = open_.empty();
      return;
    }
    if (c == ',') keep();
    if (c == ':') is_value_ = true;
    out_ += c;
    ++at_;
  }

  void read_string() {
    const std::size_t start = out_.size();
    out_ += '"';
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\\' && at_ + 1 < text_.size()) {
        at_ += read_escape() - 1;
      } else if (static_cast<unsigned char>(c) < 0x20) {
        note(at_);
        out_ += c == '\n' ? "\\n" : c == '\t' ? "\\t" : " ";
      } else {
        out_ += c;
        if (c == '"') {
          ++at_;
          if (is_value_ || (!open_.empty() && open_.back() == '[')) keep();
          return;
        }
      }
    }
    // The text of a member that was cut is worth keeping: it is closed where it ends.
    if (is_value_ && out_.size() - start > 1) {
      if (out_.ends_with('\\')) out_.pop_back();
      if (const std::size_t escape = out_.rfind("\\u"); escape != std::string::npos && escape + 6 > out_.size())
        out_.resize(escape);
      out_.resize(base::find_invalid_utf8(out_));
      out_ += '"';
      keep();
    }
  }

  // Appends the escape that begins here, or what was meant by it; returns how many bytes were read.
  std::size_t read_escape() {
    const std::string_view rest = text_.substr(at_);
    const char kind = rest[1];
    if (kind == 'u' && rest.size() >= 6) return read_unicode_escape(rest);
    if (kind == 'u' || std::string_view{"\"\\/bfnrt"}.find(kind) != std::string_view::npos) {
      out_ += rest.substr(0, 2);
      return 2;
    }
    note(at_);
    if (kind != '\'') out_ += "\\\\";  // "\'" is what PHP makes of an apostrophe
    return 1;
  }

  std::size_t read_unicode_escape(std::string_view rest) {
    const std::optional<unsigned> value = unicode_escape(rest);
    const bool is_first_half = value && (*value & 0xFC00) == 0xD800;
    if (is_first_half) {
      const std::optional<unsigned> second = unicode_escape(rest.substr(6));
      if (second && (*second & 0xFC00) == 0xDC00) {
        out_ += rest.substr(0, 12);
        return 12;
      }
    }
    const bool is_half = value && (*value & 0xF800) == 0xD800;
    if (!value || is_half) note(at_);
    if (!value) {
      out_ += "\\\\";
      return 1;
    }
    out_ += is_half ? "\\ufffd" : rest.substr(0, 6);
    return 6;
  }

  void close() {
    out_ += open_.back() == '{' ? '}' : ']';
    open_.pop_back();
  }

  void keep() {
    kept_size_ = out_.size();
    if (!out_.empty() && out_.back() == ',') --kept_size_;
    kept_depth_ = open_.size();
    is_value_ = false;
  }

  void note(std::size_t at) { first_change_ = std::min(first_change_, at); }

  std::string_view text_;
  std::string out_;
  std::vector<char> open_;
  std::size_t at_ = 0, kept_size_ = 0, kept_depth_ = 0;
  std::size_t first_change_ = std::string_view::npos;
  bool is_value_ = false;  // behind a ':'
  bool is_done_ = false;
};

}  // namespace

JsonRepaired repair_json(std::string_view text) { return Repairer(text).run(); }

}  // namespace rapporteur::parse
