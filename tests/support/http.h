// A reader of HTTP for tests: one blocking request, every field as it came.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rapporteur::test {

struct Got {
  int status = 0;  // 0: no answer
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;                                 // as sent; not decoded
  std::string header(std::string_view name) const;  // ignoring case; "" when absent
};

// `url` is http://IPv4:port/target.
Got ask(const std::string& url, const std::vector<std::pair<std::string, std::string>>& headers = {},
        const std::string& method = "GET", const std::string& body = {});

}  // namespace rapporteur::test
