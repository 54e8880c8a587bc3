// One request answered: a function of the request and of the shelf, so routing, ETag, 304, HEAD and coding are tests
// without sockets. RFC 9110. No Beast in this header. Thread: none of its own.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "publish/page.h"

namespace rapporteur::serve {

struct HttpRequest {
  std::string_view method;
  std::string_view target;  // as sent
  int version = 11;
  bool keep_alive = true;
  // Only the fields that decide; several lines of one name are joined by ", ".
  std::string_view if_none_match, if_modified_since, accept_encoding, accept;
};

// What is made per request: small, never cached. Called on the io thread; must be quick.
struct Live {
  std::function<std::string()> status_json;
  std::function<std::string()> metrics_text;
  std::function<std::string()> health;  // "" : healthy, else the sentence of a 503
  std::function<std::string()> ready;
};

// Head as bytes to send, body as a view into the edition (kept alive by `keep`) or into `own`.
struct HttpResponse {
  HttpResponse() = default;
  int status = 200;
  std::string head;  // status line and fields, ends with the empty line
  std::string own;
  std::string_view body;  // what is sent after the head; empty for HEAD and 304
  bool keep_alive = true;
  std::shared_ptr<const publish::Edition> keep;
};

HttpResponse answer(const HttpRequest& request, std::shared_ptr<const publish::Edition> edition, const Live& live,
                    std::string_view http_date);
// For requests that cannot be read: 400, 408, 414, 431, 503; the connection ends after it.
HttpResponse refuse(int status, std::string_view sentence, std::string_view http_date);

}  // namespace rapporteur::serve
