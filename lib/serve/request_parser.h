// Reads the head of one request with Beast's parser: what decides the answer is copied into a Request whose strings are
// reused, so a kept-alive connection allocates nothing. Bodies are not read. io thread; Beast stays in the .cpp's base.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "serve/answer.h"

namespace rapporteur::serve {

inline constexpr std::uint32_t max_header_bytes = 16 * 1024;
inline constexpr std::size_t max_target_bytes = std::size_t{8} * 1024;

// The words of a request, owned.
struct Request {
  std::string method, target, if_none_match, if_modified_since, accept_encoding, accept, a_im;
  int version = 11;
  int hosts = 0;                  // Host fields
  bool has_length = false;        // Content-Length above 0
  bool expects_too_much = false;  // Expect with anything but 100-continue (RFC 9110 10.1.1)

  void clear();
  HttpRequest view(bool keep_alive) const;
};

class RequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  // Fills `request`, which must outlive the parser.
  explicit RequestParser(Request& request);

  bool has_body() const;

 private:
  using Text = boost::beast::string_view;
  using Error = boost::beast::error_code;
  using Length = boost::optional<std::uint64_t>;

  void on_request_impl(boost::beast::http::verb, Text method, Text target, int version, Error&) override;
  void on_response_impl(int, Text, int, Error&) override {}
  void on_field_impl(boost::beast::http::field name, Text, Text value, Error&) override;
  void on_header_impl(Error&) override {}
  void on_body_init_impl(const Length&, Error&) override {}
  std::size_t on_body_impl(Text body, Error&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, Text, Error&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, Text body, Error&) override { return body.size(); }
  void on_finish_impl(Error&) override {}

  Request& request_;
};

// Why a request could not be read, as the status and the sentence of the refusal.
struct Fault {
  int status = 0;  // 0: none
  std::string_view sentence;
};
Fault fault_of(const boost::beast::error_code& error);
// What is wrong with a request that could be read.
Fault fault_of(const Request& request, const RequestParser& parser);

}  // namespace rapporteur::serve
