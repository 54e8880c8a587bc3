#include "serve/coding.h"

#include <optional>

#include "base/text.h"

namespace rapporteur::serve {

namespace {

// Weights in thousandths (RFC 9110 12.4.2); what cannot be read is 0: a client that writes nonsense gets no coding for
// it.
int weight_of(std::string_view value) {
  value = base::trim(value);
  if (value.empty() || value.size() > 5 || (value[0] != '0' && value[0] != '1')) return 0;
  int weight = (value[0] - '0') * 1000;
  if (value.size() > 1 && value[1] != '.') return 0;
  int scale = 100;
  for (std::size_t i = 2; i < value.size(); ++i, scale /= 10) {
    if (!base::is_digit(value[i])) return 0;
    weight += (value[i] - '0') * scale;
  }
  return weight <= 1000 ? weight : 0;
}

struct Weights {
  std::optional<int> identity, gzip, brotli, any;

  void take(std::string_view element) {
    const std::size_t semicolon = element.find(';');
    const std::string_view name = base::trim(element.substr(0, semicolon));
    int weight = 1000;
    if (semicolon != std::string_view::npos) {
      const std::string_view parameter = base::trim(element.substr(semicolon + 1));
      if (base::starts_with_ignoring_case(parameter, "q=")) weight = weight_of(parameter.substr(2));
    }
    if (base::equals_ignoring_case(name, "gzip") || base::equals_ignoring_case(name, "x-gzip")) gzip = weight;
    if (base::equals_ignoring_case(name, "br")) brotli = weight;
    if (base::equals_ignoring_case(name, "identity")) identity = weight;
    if (name == "*") any = weight;
  }
};

}  // namespace

Coding choose_coding(std::string_view accept_encoding, OfferedCodings offered) {
  Weights weights;
  while (!accept_encoding.empty()) {
    const std::size_t comma = accept_encoding.find(',');
    weights.take(accept_encoding.substr(0, comma));
    accept_encoding.remove_prefix(comma == std::string_view::npos ? accept_encoding.size() : comma + 1);
  }
  const int gzip = offered.gzip ? weights.gzip.value_or(weights.any.value_or(0)) : 0;
  const int brotli = offered.brotli ? weights.brotli.value_or(weights.any.value_or(0)) : 0;
  // Not mentioned, identity is acceptable but never preferred to a coding that was asked for by name.
  const int identity = weights.identity.value_or(0);
  if (brotli > 0 && brotli >= gzip && brotli >= identity) return Coding::brotli;
  if (gzip > 0 && gzip >= identity) return Coding::gzip;
  return Coding::identity;
}

}  // namespace rapporteur::serve
