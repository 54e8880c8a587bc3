// Reads the head of one request with Beast's parser: what decides the answer is copied into a Request whose strings are
// reused, so a kept-alive connection allocates nothing. A body is read where the session goes on after the header,
// which it does for what a hub brings. io thread; Beast stays in the .cpp's base.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "serve/answer.h"

namespace rapporteur::serve {

inline constexpr std::uint32_t max_header_bytes = 16 * 1024;
inline constexpr std::size_t max_target_bytes = std::size_t{8} * 1024;

// The words of a request, owned.
struct Request {
  std::string method, target, if_none_match, if_modified_since, accept_encoding, accept, a_im;
  std::string content_type, signature;  // signature: X-Hub-Signature (W3C WebSub 7.1)
  std::string body;                     // decoded of chunks
  int version = 11;
  int hosts = 0;                  // Host fields
  bool has_length = false;        // Content-Length above 0
  bool expects_continue = false;  // Expect: 100-continue
  bool expects_too_much = false;  // Expect with anything but 100-continue (RFC 9110 10.1.1)

  void clear();
  HttpRequest view(bool keep_alive) const;
};

class RequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  // Fills `request`, which must outlive the parser. put() stops after the header; is_done() says whether that was all.
  explicit RequestParser(Request& request);

  bool has_body() const;
  std::optional<std::uint64_t> stated_length() const;  // nullopt: in chunks

 private:
  using Text = boost::beast::string_view;
  using Error = boost::beast::error_code;
  using Length = boost::optional<std::uint64_t>;

  void on_request_impl(boost::beast::http::verb, Text method, Text target, int version, Error&) override;
  void on_response_impl(int, Text, int, Error&) override {}
  void on_field_impl(boost::beast::http::field name, Text, Text value, Error&) override;
  void on_header_impl(Error&) override {}
  void on_body_init_impl(const Length&, Error&) override {}
  std::size_t on_body_impl(Text body, Error&) override { return keep(body); }
  void on_chunk_header_impl(std::uint64_t, Text, Error&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, Text body, Error&) override { return keep(body); }
  void on_finish_impl(Error&) override {}
  std::size_t keep(Text body);

  Request& request_;
};

// Why a request could not be read, as the status and the sentence of the refusal.
struct Fault {
  int status = 0;  // 0: none
  std::string_view sentence;
};
Fault fault_of(const boost::beast::error_code& error);
// What is wrong with a header that could be read; whether its body may come is another question.
Fault fault_of(const Request& request);
inline constexpr Fault no_body_here{413, "Requests with a body are not taken here."};

}  // namespace rapporteur::serve
