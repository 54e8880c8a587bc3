#include "serve/request_parser.h"

#include <boost/beast/http/error.hpp>

#include "base/text.h"

namespace rapporteur::serve {

namespace http = boost::beast::http;

namespace {

std::string_view plain(boost::beast::string_view text) { return {text.data(), text.size()}; }

// Several lines of one name are one list (RFC 9110 5.3).
void join(std::string& list, std::string_view value) {
  if (!list.empty()) list += ", ";
  list += value;
}

}  // namespace

void Request::clear() {
  for (std::string* text : {&method, &target, &if_none_match, &if_modified_since, &accept_encoding, &accept, &a_im,
                            &content_type, &signature, &body})
    text->clear();
  version = 11;
  hosts = 0;
  has_length = false;
  expects_continue = false;
  expects_too_much = false;
}

HttpRequest Request::view(bool keep_alive) const {
  HttpRequest request;
  request.method = method;
  request.target = target;
  request.version = version;
  request.keep_alive = keep_alive;
  request.if_none_match = if_none_match;
  request.if_modified_since = if_modified_since;
  request.accept_encoding = accept_encoding;
  request.accept = accept;
  request.a_im = a_im;
  request.content_type = content_type;
  request.signature = signature;
  request.body = body;
  return request;
}

RequestParser::RequestParser(Request& request) : request_(request) {
  request_.clear();
  header_limit(max_header_bytes);
  body_limit(boost::none);  // the session counts: what is too much depends on the path
  eager(false);
}

bool RequestParser::has_body() const { return chunked() || request_.has_length; }

std::optional<std::uint64_t> RequestParser::stated_length() const {
  const auto length = content_length();
  return length ? std::optional<std::uint64_t>(*length) : std::nullopt;
}

std::size_t RequestParser::keep(Text body) {
  request_.body.append(body.data(), body.size());
  return body.size();
}

void RequestParser::on_request_impl(http::verb, Text method, Text target, int version, Error&) {
  request_.method = plain(method);
  request_.target = plain(target);
  request_.version = version;
}

void RequestParser::on_field_impl(http::field name, Text name_as_sent, Text value, Error&) {
  const std::string_view text = plain(value);
  switch (name) {
    case http::field::host:
      ++request_.hosts;
      break;
    case http::field::content_length:  // Beast refuses what is no number, and two that differ
      if (text.find_first_not_of("0 \t") != std::string_view::npos) request_.has_length = true;
      break;
    case http::field::if_none_match:
      join(request_.if_none_match, text);
      break;
    case http::field::if_modified_since:
      join(request_.if_modified_since, text);
      break;
    case http::field::accept_encoding:
      join(request_.accept_encoding, text);
      break;
    case http::field::a_im:
      join(request_.a_im, text);
      break;
    case http::field::accept:
      join(request_.accept, text);
      break;
    case http::field::content_type:
      request_.content_type = text;
      break;
    case http::field::expect:
      request_.expects_continue = base::equals_ignoring_case(base::trim(text), "100-continue");
      request_.expects_too_much = request_.expects_too_much || !request_.expects_continue;
      break;
    case http::field::unknown:
      if (base::equals_ignoring_case(plain(name_as_sent), "X-Hub-Signature")) request_.signature = text;
      break;
    default:
      break;
  }
}

Fault fault_of(const boost::beast::error_code& error) {
  if (error == http::error::header_limit) return {431, "The header of the request is larger than 16 KiB."};
  if (error == http::error::bad_version) return {505, "HTTP/1.1 is spoken here."};
  return {400, "The request could not be read as HTTP/1.1."};
}

Fault fault_of(const Request& request) {
  if (request.target.size() > max_target_bytes) return {414, "The target of the request is longer than 8 KiB."};
  if (request.version != 10 && request.version != 11) return {505, "HTTP/1.1 is spoken here."};
  // RFC 9112 3.2: exactly one Host in HTTP/1.1.
  if (request.hosts > 1 || (request.hosts == 0 && request.version == 11))
    return {400, "The request must name one host."};
  if (request.expects_too_much) return {417, "Nothing but 100-continue can be expected here."};
  return {};
}

}  // namespace rapporteur::serve
