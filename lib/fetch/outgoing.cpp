#include "fetch/outgoing.h"

#include <netdb.h>

#include <algorithm>

#include "base/url.h"
#include "fetch/easy.h"

namespace rapporteur::fetch {

void take_userinfo(Request& request) {
  if (!request.username.empty() || !request.password.empty()) return;
  const auto begin = request.url.find("://");
  if (begin == std::string::npos) return;
  const auto authority = std::string_view(request.url)
                             .substr(begin + 3)
                             .substr(0, std::string_view(request.url).substr(begin + 3).find_first_of("/?#"));
  const auto at = authority.rfind('@');
  if (at == authority.npos) return;
  const auto colon = std::min(authority.find(':'), at);
  const auto decoded = [](std::string_view text) {
    int size = 0;
    char* plain = curl_easy_unescape(nullptr, text.data(), static_cast<int>(text.size()), &size);
    std::string out(plain ? plain : "", static_cast<std::size_t>(plain ? size : 0));
    curl_free(plain);
    return out;
  };
  request.username = decoded(authority.substr(0, colon));
  if (colon < at) request.password = decoded(authority.substr(colon + 1, at - colon - 1));
}

std::string target_of(const std::string& url) {
  const std::string plain = base::without_fragment(url);
  const std::size_t authority = plain.find("://");
  const std::size_t begin = authority == plain.npos ? plain.npos : plain.find_first_of("/?", authority + 3);
  if (begin == plain.npos) return "/";
  return plain[begin] == '?' ? "/" + plain.substr(begin) : plain.substr(begin);
}

std::optional<std::string> refusal_behind_proxy(const std::string& url, const AddressPolicy& policy) {
  const auto authority = base::authority_of(url);
  if (!authority) return std::nullopt;
  addrinfo wanted{}, *found = nullptr;
  wanted.ai_flags = AI_NUMERICHOST;
  wanted.ai_socktype = SOCK_STREAM;
  if (getaddrinfo(authority->host.c_str(), nullptr, &wanted, &found) != 0) return std::nullopt;
  auto reason = refusal(found->ai_addr, found->ai_addrlen, policy);
  freeaddrinfo(found);
  return reason;
}

}  // namespace rapporteur::fetch
