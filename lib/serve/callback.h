// The callbacks of WebSub subscriptions (W3C WebSub sections 5.3 and 7): what a hub asks or brings at
// /websub/callback/TOKEN, and what it is told. Whom a token belongs to and what is done with a body is decided by the
// functions given to the server; here is only the path. Called on the io thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace rapporteur::serve {

inline constexpr std::string_view callback_prefix = "/websub/callback/";

struct CallbackRequest {
  std::string_view token;
  bool is_push = false;                            // POST: content; else GET: verification of intent, or a denial
  std::string_view query;                          // as sent, without "?"
  std::string_view content_type, signature, body;  // of a push; signature: X-Hub-Signature
};

struct CallbackAnswer {
  int status = 404;
  std::string text;  // with 200: the body, as plain text; else a sentence
};

struct Callbacks {
  // Asked before the body of a push is read: 200, or the status it is refused with (404, 410, 503).
  std::function<int(std::string_view token)> admit;
  // `told` is called once, at once or later, on the io thread; `request` holds until the call of `answer` returns.
  using Told = std::function<void(CallbackAnswer)>;
  std::function<void(const CallbackRequest& request, Told told)> answer;
};

// The token in a request's target; nullopt: the target is no callback. "": a callback without a token.
std::optional<std::string> token_of(std::string_view target);
std::string_view query_of(std::string_view target);

}  // namespace rapporteur::serve
