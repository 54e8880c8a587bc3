#include "fetch/failures.h"

#include <algorithm>
#include <optional>
#include <system_error>

#include "base/text.h"
#include "base/url.h"

namespace rapporteur::fetch {
namespace {

// "example.test", for sentences.
std::string host_of(std::string_view url) {
  const auto authority = base::authority_of(url);
  return authority ? authority->host : std::string("the server");
}

Explanation connect_failure(const Transfer& transfer, std::string_view url) {
  if (transfer.is_out_of_descriptors)
    return {Failure::other,
            "no file descriptor was left for a connection; raise LimitNOFILE or lower fetch.connections"};
  // Else another of the host's addresses was allowed, and failed.
  if (!transfer.guard_reason.empty() && !transfer.has_opened_socket) return {Failure::guard, transfer.guard_reason};
  long number = 0;
  curl_easy_getinfo(transfer.handle(), CURLINFO_OS_ERRNO, &number);
  const auto authority = base::authority_of(url);
  auto sentence = "no connection to " + host_of(url);
  if (authority) sentence += " port " + authority->port;
  if (number != 0) sentence += ": " + std::generic_category().message(static_cast<int>(number));
  return {Failure::connect, std::move(sentence)};
}

Explanation timeout_failure(const Transfer& transfer, std::string_view url) {
  const auto& settings = transfer.profile().settings;
  curl_off_t resolved = 0;
  curl_easy_getinfo(transfer.handle(), CURLINFO_NAMELOOKUP_TIME_T, &resolved);
  if (!transfer.is_connected) {
    const auto limit = base::describe(std::min(settings.connect_timeout, transfer.limit));
    if (resolved == 0 && transfer.guard_reason.empty())
      return {Failure::resolve, "the name " + host_of(url) + " could not be resolved within " + limit};
    return {Failure::connect, "no connection to " + host_of(url) + " within " + limit};
  }
  if (transfer.was_paused)
    return {Failure::timeout, "the body was not complete within " + base::describe(transfer.limit) +
                                  ", part of which it waited for room in fetch.body_budget"};
  if (transfer.curl_words().find("too slow") != std::string::npos)
    return {Failure::timeout, host_of(url) + " sends too slowly"};
  if (!transfer.head.is_complete) return explain_timeout(transfer.limit);
  return {Failure::timeout, "the body was not complete within " + base::describe(transfer.limit)};
}

// curl tells damaged chunks by its words only, and calls a trailer beyond its bounds a want of memory.
Explanation receive_failure(const Transfer& transfer, const std::string& host) {
  const auto words = transfer.curl_words();
  if (words.find("chunked-encoding") == std::string::npos)
    return {Failure::protocol, "the connection to " + host + " broke"};
  if (words.find("memory") != std::string::npos)
    return {Failure::too_large, "a line behind the body is longer than 4 KiB"};
  return {Failure::protocol, "the chunks of the body are damaged"};
}

// So it calls a line of the header beyond its bounds; where we are truly out of memory, curl is not the first to say
// so.
Explanation memory_failure(const Transfer& transfer) {
  if (transfer.is_connected && !transfer.head.is_complete)
    return {Failure::too_large, "a line of the answer's header is longer than 100 KiB"};
  return {Failure::other, "libcurl found no memory"};
}

// Too much of what.
std::string excess_sentence(const Transfer& transfer) {
  const auto most = transfer.profile().settings.max_body;
  switch (transfer.excess) {
    case Excess::none:
      break;
    case Excess::header:
      return "the header of the answer is larger than 256 KiB";
    case Excess::body:
      return "the body is larger than " + base::describe_bytes(most);
    case Excess::codings:
      return "the body is coded more than once (Content-Encoding) and was not read";
    case Excess::transfer:
      return "the transfer of the body is coded (Transfer-Encoding), which nobody asked for; it was not read";
    case Excess::wire:
      return "more than " + base::describe_bytes(most + most_extra) + " were sent for a body of at most " +
             base::describe_bytes(most);
  }
  return {};
}

// What curl knows only as "failed writing" and "aborted by callback".
std::optional<Explanation> own_reason(const Transfer& transfer, const std::string& host) {
  if (transfer.excess == Excess::codings || transfer.excess == Excess::transfer)
    return Explanation{Failure::protocol, excess_sentence(transfer)};
  if (transfer.excess != Excess::none) return Explanation{Failure::too_large, excess_sentence(transfer)};
  if (transfer.is_stalled)
    return Explanation{Failure::timeout,
                       host + " all but stopped sending, while others waited for room in fetch.body_budget"};
  if (transfer.is_second_try)
    return Explanation{Failure::protocol,
                       host + " closed a kept connection without an answer; it is not asked again at once"};
  return std::nullopt;
}

}  // namespace

Explanation explain_timeout(base::Duration limit) {
  return {Failure::timeout, "no answer within " + base::describe(limit)};
}

Explanation explain_failure(const Transfer& transfer, std::string_view url) {
  const auto host = host_of(url);
  const auto& settings = transfer.profile().settings;
  if (auto own = own_reason(transfer, host)) return std::move(*own);
  switch (transfer.code) {
    case CURLE_OK:
      return {Failure::protocol, host + " closed the connection within the header of its answer"};
    case CURLE_ABORTED_BY_CALLBACK:
      return {Failure::guard, transfer.guard_reason};
    case CURLE_COULDNT_RESOLVE_HOST:
      return {Failure::resolve, "the name " + host + " could not be resolved"};
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {Failure::resolve, "the name of the proxy could not be resolved"};
    case CURLE_COULDNT_CONNECT:
      return connect_failure(transfer, url);
    case CURLE_OPERATION_TIMEDOUT:
      return timeout_failure(transfer, url);
    case CURLE_URL_MALFORMAT:
      return {Failure::protocol, "the address is not usable: " + base::without_userinfo(url)};
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
      return {Failure::protocol, host + " does not answer in HTTP"};
    case CURLE_GOT_NOTHING:
      return {Failure::protocol, host + " closed the connection without an answer"};
    case CURLE_PARTIAL_FILE:
      return {Failure::protocol, "the body ended early"};
    case CURLE_RECV_ERROR:
      return receive_failure(transfer, host);
    case CURLE_OUT_OF_MEMORY:
      return memory_failure(transfer);
    case CURLE_SEND_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return {Failure::protocol, "the connection to " + host + " broke"};
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return {Failure::tls, "no TLS connection to " + host + ": " + transfer.curl_words()};
    case CURLE_SSL_CACERT_BADFILE:
      return {
          Failure::tls,
          settings.ca_file.empty()
              ? std::string(
                    "the certificates of this machine cannot be read; install ca-certificates, or set fetch.ca_file")
              : "fetch.ca_file cannot be read: " + settings.ca_file};
    default:
      return {Failure::other, "asking " + host + " failed: " + curl_easy_strerror(transfer.code)};
  }
}

}  // namespace rapporteur::fetch
