// An origin on loopback that speaks HTTP/2 over TLS (RFC 9113), as much of it as a test needs: it answers every request
// with the same fields and body, whatever it asks. A moment after each answer it sends a PING, which stands unread in
// the connection until the next request. Own thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/certificates.h"

namespace rapporteur::test {

class Http2Origin {
 public:
  // Names of fields in lower case; names and values of at most 126 bytes.
  Http2Origin(const Certificate& certificate, std::vector<std::pair<std::string, std::string>> fields,
              std::string body);
  ~Http2Origin();
  Http2Origin(const Http2Origin&) = delete;
  Http2Origin& operator=(const Http2Origin&) = delete;

  std::string url() const;
  unsigned connections() const;  // that chose HTTP/2
  unsigned answers() const;
  unsigned pings() const;  // sent after answers

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rapporteur::test
