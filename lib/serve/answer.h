// One request answered: a function of the request and of the shelf, so routing, ETag, 304, HEAD and coding are tests
// without sockets. RFC 9110. No Beast in this header. Thread: none of its own.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "publish/page.h"
#include "serve/callback.h"
#include "serve/shelf.h"

namespace rapporteur::serve {

struct HttpRequest {
  std::string_view method = "GET";
  std::string_view target;  // as sent
  int version = 11;
  bool keep_alive = true;
  // Only the fields that decide; several lines of one name are joined by ", ".
  std::string_view if_none_match, if_modified_since, accept_encoding, accept, a_im;
  std::string_view content_type, signature, body;  // of what a hub brings; every other request has none
};

// What is made per request, never cached. Called on the io thread; must be quick.
struct Live {
  std::function<std::string()> health;  // "" : healthy, else the sentence of a 503
  std::function<std::string()> ready;
  // Pages that are made when somebody asks and no edition has them: whether `path` is one, and the making. `done` is
  // called once, later, on the io thread, with an edition that holds the page, or no page when there is nothing to
  // show; nullptr: it could not be made.
  using Made = std::function<void(std::shared_ptr<const publish::Edition>)>;
  std::function<bool(std::string_view path)> is_made;
  std::function<void(const std::string& path, Made done)> make;
  // Documents that are written anew for whoever asks, elsewhere: "/status.json" and "/metrics". `done` is called once,
  // later, on the io thread; "": it could not be written.
  using Written = std::function<void(std::string)>;
  std::function<void(Written done)> status_json, metrics_text;
  Callbacks callbacks;  // without them there are none, and no request may have a body
};

// Head as bytes to send; the body lies in the edition, which `keep` keeps alive, or in `own`.
struct HttpResponse {
  HttpResponse() = default;
  int status = 200;
  std::string head;  // status line and fields, ends with the empty line
  std::string own;
  std::string_view page;  // in the edition
  bool keep_alive = true;
  std::shared_ptr<const Shelf> keep;

  // What is sent after the head; empty for HEAD and 304. Valid while this response is neither moved nor destroyed.
  std::string_view body() const { return own.empty() ? page : std::string_view(own); }
};

// `shelf` may be null: nothing was printed yet, pages are answered with 503. Throws what a function of `live` throws.
HttpResponse answer(const HttpRequest& request, const std::shared_ptr<const Shelf>& shelf, const Live& live,
                    std::string_view http_date);
// To a hub that asked or brought something at its callback.
HttpResponse answer_hub(const HttpRequest& request, CallbackAnswer told, std::string_view http_date);
// GET or HEAD of "/status.json" or "/metrics", once it is written. `answer` answers the rest.
HttpResponse answer_written(const HttpRequest& request, std::string text, std::string_view http_date);
// For requests that cannot be read or borne: 400, 404, 408, 410, 413, 414, 417, 431, 500, 503, 505; the connection ends
// after it.
HttpResponse refuse(int status, std::string_view sentence, std::string_view http_date);

}  // namespace rapporteur::serve
