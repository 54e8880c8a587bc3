#include "ops/metrics.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace rapporteur::ops {

namespace {

// HELP escapes backslash and newline; label values the quote as well.
void append_escaped(std::string& out, std::string_view text, bool is_label) {
  for (const char c : text) {
    if (c == '\\')
      out += "\\\\";
    else if (c == '\n')
      out += "\\n";
    else if (c == '"' && is_label)
      out += "\\\"";
    else
      out += c;
  }
}

template <class Number>
std::string to_text(Number number) {
  char digits[64];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, number);
  return error == std::errc() ? std::string(digits, end) : std::string("NaN");
}

std::string to_number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return to_text(value);
}

}  // namespace

void Histogram::observe(std::chrono::nanoseconds duration) {
  const double seconds = std::chrono::duration<double>(duration).count();
  const auto place = std::lower_bound(bounds.begin(), bounds.end(), seconds) - bounds.begin();
  counts_[static_cast<std::size_t>(place)].fetch_add(1, std::memory_order_relaxed);
  if (duration.count() > 0)
    nanoseconds_.fetch_add(static_cast<std::uint64_t>(duration.count()), std::memory_order_relaxed);
}

std::uint64_t Histogram::up_to(std::size_t i) const {
  std::uint64_t count = 0;
  for (std::size_t at = 0; at <= i; ++at) count += counts_[at].load(std::memory_order_relaxed);
  return count;
}

void PrometheusText::family(std::string_view name, Type type, std::string_view help) {
  static constexpr const char* types[] = {"counter", "gauge", "histogram"};
  name_ = name;
  text_.append("# HELP ").append(name).append(" ");
  append_escaped(text_, help, false);
  text_.append("\n# TYPE ").append(name).append(" ").append(types[static_cast<std::size_t>(type)]).append("\n");
}

void PrometheusText::line(std::string_view suffix, Labels labels, std::string_view value) {
  text_.append(name_).append(suffix);
  char opening = '{';
  for (const auto& [key, label] : labels) {
    text_ += opening;
    text_.append(key).append("=\"");
    append_escaped(text_, label, true);
    text_ += '"';
    opening = ',';
  }
  if (opening == ',') text_ += '}';
  text_.append(" ").append(value).append("\n");
}

void PrometheusText::sample(double value, Labels labels) { line("", labels, to_number(value)); }
void PrometheusText::sample(std::uint64_t value, Labels labels) { line("", labels, to_text(value)); }
void PrometheusText::sample(std::int64_t value, Labels labels) { line("", labels, to_text(value)); }

// The counts are summed once, so that the last bucket and _count agree whatever is observed meanwhile.
void PrometheusText::histogram(std::string_view name, std::string_view help, const Histogram& histogram) {
  family(name, Type::histogram, help);
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < Histogram::bounds.size(); ++i) {
    count = std::max(count, histogram.up_to(i));
    line("_bucket", {{"le", to_number(Histogram::bounds[i])}}, to_text(count));
  }
  count = std::max(count, histogram.up_to(Histogram::bounds.size()));
  line("_bucket", {{"le", "+Inf"}}, to_text(count));
  line("_sum", {}, to_number(histogram.sum()));
  line("_count", {}, to_text(count));
}

}  // namespace rapporteur::ops
