#include "engine/hub_words.h"

#include <array>
#include <charconv>
#include <utility>

#include "base/hash.h"
#include "base/text.h"
#include "serve/callback.h"

namespace rapporteur::engine {

namespace {

// application/x-www-form-urlencoded, with %20 for blanks, which every reader of it takes.
void append_field(std::string& form, std::string_view name, std::string_view value) {
  static constexpr char digits[] = "0123456789ABCDEF";
  if (!form.empty()) form += '&';
  form.append(name).append("=");
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (base::is_alpha(c) || base::is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~')
      form += c;
    else
      form.append("%").append(1, digits[byte >> 4]).append(1, digits[byte & 0xF]);
  }
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = text[i] == '%' && i + 2 < text.size() ? base::from_hex(text.substr(i + 1, 2)) : std::nullopt;
    if (byte) {
      out += *byte;
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::optional<base::Duration> read_lease(const std::string& text) {
  constexpr long long longest = 10LL * 365 * 24 * 3600;
  long long seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds <= 0) return std::nullopt;
  return std::chrono::seconds(std::min(seconds, longest));
}

}  // namespace

std::string callback_of(const feed::Subscription& subscription) {
  std::string_view base_url = subscription.base_url;
  while (base_url.ends_with('/')) base_url.remove_suffix(1);
  return std::string(base_url).append(serve::callback_prefix).append(subscription.token);
}

std::string request_form(const feed::Subscription& subscription) {
  const bool is_end = subscription.agreement == feed::Agreement::leaving;
  std::string form;
  append_field(form, "hub.mode", is_end ? "unsubscribe" : "subscribe");
  append_field(form, "hub.topic", subscription.topic);
  append_field(form, "hub.callback", callback_of(subscription));
  if (is_end) return form;
  append_field(form, "hub.secret", subscription.secret);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(wanted_lease).count();
  append_field(form, "hub.lease_seconds", std::to_string(seconds));
  return form;
}

Intent read_intent(std::string_view query) {
  Intent intent;
  for (const std::string_view field : base::split(query, '&')) {
    const std::size_t equals = std::min(field.find('='), field.size());
    const std::string name = decoded(field.substr(0, equals));
    std::string value = decoded(field.substr(std::min(equals + 1, field.size())));
    if (name == "hub.mode")
      intent.mode = std::move(value);
    else if (name == "hub.topic")
      intent.topic = std::move(value);
    else if (name == "hub.challenge")
      intent.challenge = std::move(value);
    else if (name == "hub.reason")
      intent.reason = std::move(value);
    else if (name == "hub.lease_seconds")
      intent.lease = read_lease(value);
  }
  return intent;
}

bool is_signed(std::string_view body, std::string_view secret, std::string_view signature) {
  static constexpr std::array<std::pair<std::string_view, base::Digest>, 4> methods{{
      {"sha1", base::Digest::sha1},
      {"sha256", base::Digest::sha256},
      {"sha384", base::Digest::sha384},
      {"sha512", base::Digest::sha512},
  }};
  const std::size_t equals = signature.find('=');
  if (equals == signature.npos || secret.empty()) return false;
  const std::string_view name = base::trim(signature.substr(0, equals));
  const auto given = base::from_hex(base::trim(signature.substr(equals + 1)));
  for (const auto& [method, digest] : methods)
    if (base::equals_ignoring_case(name, method))
      return given && base::is_same_secret(*given, base::hmac(digest, secret, body));
  return false;
}

}  // namespace rapporteur::engine
