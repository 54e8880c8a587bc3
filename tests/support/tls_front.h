// TLS before a scripted origin: takes connections on a port of its own, speaks TLS there, and hands the plain bytes to
// the origin and back. So all that the origin can say can be said over TLS, and its log shows what came through. Own
// thread; loopback only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "support/certificates.h"

namespace rapporteur::test {

enum class Handshake {
  good,
  silent,  // accepts the connection and says nothing
  cut,     // reads the client's greeting and closes
  old,     // speaks TLS 1.1 at most
};

// How the end of the origin's bytes is passed on.
enum class Farewell {
  said,     // close_notify
  dropped,  // the connection just ends, as when somebody on the way cut it
};

class TlsFront {
 public:
  TlsFront(std::uint16_t origin, const Certificate& certificate, Handshake handshake = Handshake::good,
           Farewell farewell = Farewell::said);
  ~TlsFront();
  TlsFront(const TlsFront&) = delete;
  TlsFront& operator=(const TlsFront&) = delete;

  std::string url(std::string_view target, std::string_view host = "127.0.0.1") const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rapporteur::test
