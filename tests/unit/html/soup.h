// Random markup for the properties of the sanitiser: well nested, nearly, and not at all. The same seed, the same soup.
#pragma once

#include <random>
#include <string>
#include <vector>

namespace rapporteur::test {

class Soup {
 public:
  explicit Soup(unsigned seed) : random_(seed) {}

  std::string next() {
    out_.clear();
    open_.clear();
    shape_ = pick(3);
    kinds_ = pick(5);
    for (std::size_t count = 1 + pick(16); count > 0; --count) add_piece();
    if (shape_ == 0 || pick(2) == 0) {
      while (!open_.empty()) close(open_.size() - 1);
    }
    return out_;
  }

 private:
  std::size_t pick(std::size_t bound) { return random_() % bound; }

  void add_piece() {
    const std::size_t dice = pick(100);
    if (dice < 40) return open();
    if (dice < 68 && shape_ < 2 && !open_.empty())
      return close(shape_ == 0 || pick(8) != 0 ? open_.size() - 1 : pick(open_.size()));
    if (dice < 68) return void(out_ += "</" + name() + ">");
    static const std::vector<std::string> other = {"x",
                                                   "y z",
                                                   " ",
                                                   "\n",
                                                   "\n\n",
                                                   "&amp;",
                                                   "&lt;b&gt;",
                                                   "&nbsp;",
                                                   "&#13;",
                                                   "\r\n",
                                                   "<br>",
                                                   "<hr>",
                                                   "<img src=x>",
                                                   "<wbr/>",
                                                   "<col>",
                                                   "</br>",
                                                   "</p>",
                                                   "<!--c-->",
                                                   "<font>",
                                                   "</font>",
                                                   "<menu>",
                                                   "</menu>",
                                                   "<custom-x>",
                                                   "<video src=v></video>",
                                                   "<form>q<b>q</b></form>",
                                                   "<svg><p>q</p></svg>",
                                                   "<script>q</script>",
                                                   "<a name=x />",
                                                   "<td/>",
                                                   "<p/>",
                                                   "<",
                                                   "<x",
                                                   "\xC2\xA0"};
    out_ += other[pick(other.size())];
  }

  // Whole families and narrow ones: rare rules show only where their elements crowd.
  std::string name() {
    static const std::vector<std::vector<std::string>> families = {
        {"a", "b", "i", "em", "strong", "code", "u", "s", "small", "big", "tt", "strike", "span", "sub", "ins", "q",
         "bdo"},
        {"p", "div", "ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "blockquote", "pre", "center", "address"},
        {"table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption", "colgroup"},
        {"section", "article", "aside", "details", "summary", "figure", "figcaption", "main", "hgroup", "header",
         "nav"},
        {"ruby", "rt", "rp", "p", "span", "a"}};
    const auto& family = families[kinds_ < families.size() && pick(6) != 0 ? kinds_ : pick(families.size())];
    return family[pick(family.size())];
  }

  void open() {
    const std::string tag = name();
    out_ += "<" + tag;
    if (pick(10) == 0) out_ += " lang=fr";
    if (tag == "a") out_ += " href=h";
    out_ += ">";
    open_.push_back(tag);
  }

  void close(std::size_t index) {
    out_ += "</" + open_[index] + ">";
    open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(index));
  }

  std::mt19937 random_;
  std::string out_;
  std::vector<std::string> open_;
  std::size_t shape_ = 0, kinds_ = 0;
};

}  // namespace rapporteur::test
