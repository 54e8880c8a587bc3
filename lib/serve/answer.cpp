#include "serve/answer.h"

#include <optional>
#include <utility>

#include "base/text.h"
#include "publish/compress.h"
#include "serve/conditional.h"
#include "serve/head.h"
#include "serve/routes.h"

namespace rapporteur::serve {

namespace {

constexpr std::string_view retry_seconds = "5";  // until the first edition, or until a connection is free

bool prefers_html(std::string_view accept) { return base::contains_ignoring_case(accept, "text/html"); }

void append_html_problem(std::string& body, int status, std::string_view sentence) {
  const std::string title = std::to_string(status) + ' ' + std::string(reason_phrase(status));
  body += "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + title + "</title>";
  body +=
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"></head>\n<body><h1>" + title + "</h1><p>";
  base::append_escaped(body, sentence);
  body += "</p><p><a href=\"/\">To the stories</a></p></body></html>\n";
}

// RFC 9457; the path that was asked for is never repeated.
void append_json_problem(std::string& body, int status, std::string_view sentence) {
  body += "{\"type\":\"about:blank\",\"title\":";
  base::append_json_string(body, reason_phrase(status));
  body += ",\"status\":" + std::to_string(status) + ",\"detail\":";
  base::append_json_string(body, sentence);
  body += "}\n";
}

class Answer {
 public:
  Answer(const HttpRequest& request, std::string_view http_date) : request_(request), http_date_(http_date) {
    response_.keep_alive = request.keep_alive;
  }

  HttpResponse problem(int status, std::string_view sentence, std::string_view further_fields = {}) {
    start(status);
    const bool as_html = prefers_html(request_.accept);
    if (as_html)
      append_html_problem(response_.own, status, sentence);
    else
      append_json_problem(response_.own, status, sentence);
    response_.head += further_fields;
    append_field(response_.head, "Content-Security-Policy", as_html ? "default-src 'none'" : strict_policy);
    return finish_own(as_html ? "text/html; charset=utf-8" : "application/problem+json");
  }

  HttpResponse page(const ShelvedPage& shelved, const std::shared_ptr<const Shelf>& shelf) {
    const auto coding = static_cast<std::size_t>(choose_coding(request_.accept_encoding, shelved.offered));
    const bool is_held = is_unchanged({request_.if_none_match, request_.if_modified_since}, shelved.page->etag,
                                      shelved.page->last_modified);
    const Snapshot* held =
        !is_held && accepts_delta(request_.a_im) ? find_held(shelved.past, request_.if_none_match) : nullptr;
    if (held) return delta(shelved, *held);
    response_.head.reserve(128 + shelved.fields_200[coding].size());
    start(is_held ? 304 : 200);
    response_.head += is_held ? shelved.fields_304[coding] : shelved.fields_200[coding];
    if (!is_held && request_.method != "HEAD") {
      response_.page = shelved.bodies[coding];
      response_.keep = shelf;
    }
    return finish();
  }

  // RFC 3229: the entries that the client lacks, under the tag of the whole, so that what it then holds has that tag. A
  // cache that knows nothing of deltas must not keep it (10.8.3 there).
  HttpResponse delta(const ShelvedPage& shelved, const Snapshot& held) {
    const publish::Page& page = *shelved.page;
    response_.own = write_delta(page, held);
    const bool is_packed = choose_coding(request_.accept_encoding, {.gzip = true, .brotli = false}) == Coding::gzip;
    if (is_packed) response_.own = publish::gzip(response_.own);
    start(226);
    append_field(response_.head, "IM", "feed");
    append_field(response_.head, "ETag", tag_of_coding(page.etag, is_packed ? "-g" : ""));
    append_field(response_.head, "Last-Modified", base::to_http_date(page.last_modified));
    append_field(response_.head, "Cache-Control", "no-store, im");
    append_field(response_.head, "Vary", "A-IM, If-None-Match");
    append_field(response_.head, "Content-Type", page.media_type);
    if (is_packed) append_field(response_.head, "Content-Encoding", "gzip");
    append_field(response_.head, "Content-Length", std::to_string(response_.own.size()));
    append_field(response_.head, "Content-Security-Policy", strict_policy);
    if (page.allow_any_origin) append_field(response_.head, "Access-Control-Allow-Origin", "*");
    response_.head += common_fields;
    if (request_.method == "HEAD") response_.own.clear();
    return finish();
  }

  HttpResponse document(const LiveRoute& route, std::string text) {
    response_.own = std::move(text);
    start(200);
    if (route.kind == LiveKind::status) append_field(response_.head, "Access-Control-Allow-Origin", "*");
    append_field(response_.head, "Content-Security-Policy", strict_policy);
    return finish_own(route.media_type);
  }

  HttpResponse live(const LiveRoute& route, const Live& live) {
    switch (route.kind) {
      case LiveKind::status:
      case LiveKind::metrics:
        break;  // answer_written()
      case LiveKind::health:
        return verdict(route, live.health);
      case LiveKind::readiness:
        return verdict(route, live.ready);
    }
    return problem(404, "There is no such page.");
  }

  // To a hub (W3C WebSub 5.3, 7): 200 is the challenge, other successes are for the log of the hub.
  HttpResponse hub(CallbackAnswer told) {
    if (told.status >= 400) return problem(told.status, told.text);
    response_.own = std::move(told.text);
    start(told.status);
    append_field(response_.head, "Content-Security-Policy", strict_policy);
    return finish_own("text/plain; charset=utf-8");
  }

  // Preflights of browsers: none of the conditional fields is safelisted (Fetch standard, CORS-safelisted
  // request-header).
  HttpResponse options(bool allow_any_origin) {
    start(204);
    append_field(response_.head, "Allow", allowed_methods);
    if (allow_any_origin) {
      append_field(response_.head, "Access-Control-Allow-Origin", "*");
      append_field(response_.head, "Access-Control-Allow-Methods", allowed_methods);
      append_field(response_.head, "Access-Control-Allow-Headers", "If-None-Match, If-Modified-Since, A-IM");
      append_field(response_.head, "Access-Control-Max-Age", "86400");
    }
    append_field(response_.head, "Content-Security-Policy", strict_policy);
    response_.head += common_fields;
    return finish();
  }

 private:
  void start(int status) {
    response_.status = status;
    append_status_line(response_.head, status, http_date_);
    append_connection(response_.head, response_.keep_alive, request_.version);
  }

  HttpResponse finish() {
    response_.head += "\r\n";
    return std::move(response_);
  }

  HttpResponse finish_own(std::string_view media_type) {
    append_field(response_.head, "Content-Type", media_type);
    append_field(response_.head, "Content-Length", std::to_string(response_.own.size()));
    append_field(response_.head, "Cache-Control", "no-store");
    response_.head += common_fields;
    if (request_.method == "HEAD") response_.own.clear();
    return finish();
  }

  HttpResponse verdict(const LiveRoute& route, const std::function<std::string()>& judge) {
    const std::string complaint = judge ? judge() : std::string();
    response_.own = complaint.empty() ? "ok\n" : complaint + '\n';
    start(complaint.empty() ? 200 : 503);
    append_field(response_.head, "Content-Security-Policy", strict_policy);
    return finish_own(route.media_type);
  }

  const HttpRequest& request_;
  std::string_view http_date_;
  HttpResponse response_;
};

const std::string& allow_field() {
  static const std::string field = "Allow: " + std::string(allowed_methods) + "\r\n";
  return field;
}

const std::string& retry_field() {
  static const std::string field = "Retry-After: " + std::string(retry_seconds) + "\r\n";
  return field;
}

}  // namespace

HttpResponse answer(const HttpRequest& request, const std::shared_ptr<const Shelf>& shelf, const Live& live,
                    std::string_view http_date) {
  Answer made(request, http_date);
  const bool is_options = request.method == "OPTIONS";
  // GET and POST were asked of the callbacks.
  if (request.method != "GET" && live.callbacks.answer && token_of(request.target))
    return made.problem(405, "Hubs ask and bring here, nothing else.", "Allow: GET, POST\r\n");
  if (request.method != "GET" && request.method != "HEAD" && !is_options)
    return made.problem(405, "Pages can be read here, nothing else.", allow_field());
  if (is_options && request.target == "*") return made.options(false);

  std::string room;
  const std::optional<std::string_view> path = path_of(request.target, room);
  if (!path) return made.problem(400, "The target of the request is neither a path nor an http address.");
  if (const ShelvedPage* shelved = shelf ? shelf->find(*path) : nullptr)
    return is_options ? made.options(shelved->page->allow_any_origin) : made.page(*shelved, shelf);
  if (const LiveRoute* route = find_live_route(*path))
    return is_options ? made.options(route->kind == LiveKind::status) : made.live(*route, live);
  if (!shelf) return made.problem(503, "The first edition is being made; it is a matter of seconds.", retry_field());
  return made.problem(404, "There is no such page.");
}

HttpResponse answer_hub(const HttpRequest& request, CallbackAnswer told, std::string_view http_date) {
  return Answer(request, http_date).hub(std::move(told));
}

HttpResponse answer_written(const HttpRequest& request, std::string text, std::string_view http_date) {
  std::string room;
  const std::optional<std::string_view> path = path_of(request.target, room);
  const LiveRoute* route = path ? find_live_route(*path) : nullptr;
  if (!route || text.empty())
    return refuse(500, "It could not be written; the operator finds the reason in the log.", http_date);
  return Answer(request, http_date).document(*route, std::move(text));
}

HttpResponse refuse(int status, std::string_view sentence, std::string_view http_date) {
  HttpRequest unread;
  unread.keep_alive = false;
  return Answer(unread, http_date)
      .problem(status, sentence, status == 503 ? std::string_view(retry_field()) : std::string_view());
}

}  // namespace rapporteur::serve
