#include "support/http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace rapporteur::test {

std::string Got::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key.size() == name.size() && ::strncasecmp(key.data(), name.data(), name.size()) == 0) return value;
  return {};
}

namespace {

std::string exchange(const std::string& host, int port, const std::string& request) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(static_cast<std::uint16_t>(port));
  ::inet_pton(AF_INET, host.c_str(), &where.sin_addr);
  const timeval patience{20, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  std::string answer;
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0 &&
      ::send(socket, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size())) {
    char chunk[65536];
    for (ssize_t got; (got = ::recv(socket, chunk, sizeof chunk, 0)) > 0;)
      answer.append(chunk, static_cast<std::size_t>(got));
  }
  ::close(socket);
  return answer;
}

}  // namespace

Got ask(const std::string& url, const std::vector<std::pair<std::string, std::string>>& headers,
        const std::string& method, const std::string& body) {
  const std::string rest = url.substr(url.find("//") + 2);
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  const std::string authority = rest.substr(0, slash);
  const std::string target = slash < rest.size() ? rest.substr(slash) : "/";
  const std::size_t colon = authority.rfind(':');
  std::string request = method + " " + target + " HTTP/1.1\r\nHost: " + authority + "\r\nConnection: close\r\n";
  for (const auto& [name, value] : headers) request += name + ": " + value + "\r\n";
  if (!body.empty()) request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  const std::string answer =
      exchange(authority.substr(0, colon), std::atoi(authority.substr(colon + 1).c_str()), request + "\r\n" + body);
  Got got;
  const std::size_t end = answer.find("\r\n\r\n");
  if (end == std::string::npos) return got;
  got.status = std::atoi(answer.substr(answer.find(' ') + 1, 3).c_str());
  got.body = answer.substr(end + 4);
  for (std::size_t at = answer.find("\r\n") + 2; at < end + 2;) {
    const std::size_t stop = answer.find("\r\n", at);
    const std::string line = answer.substr(at, stop - at);
    const std::size_t split = line.find(':');
    if (split != std::string::npos)
      got.headers.emplace_back(line.substr(0, split), line.substr(std::min(split + 2, line.size())));
    at = stop + 2;
  }
  return got;
}

}  // namespace rapporteur::test
