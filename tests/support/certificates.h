// Certificates made when a test runs: an authority of its own, and what it signs, right or wrong on purpose.
#pragma once

#include <chrono>
#include <memory>
#include <string>

namespace rapporteur::test {

struct Certificate {
  std::string certificate, key;  // PEM
};

// What a certificate is to say. Times count from now.
struct CertificateWish {
  std::string name = "IP:127.0.0.1";  // a subjectAltName as OpenSSL writes it
  std::chrono::seconds from = std::chrono::hours(-24), until = std::chrono::hours(24 * 30);
  bool is_self_signed = false;
};

class Authority {
 public:
  Authority();
  ~Authority();
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;

  const std::string& root() const { return root_; }  // PEM, for fetch.ca_file
  Certificate make(const CertificateWish& wish) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::string root_;
};

}  // namespace rapporteur::test
