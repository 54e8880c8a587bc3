#include "support/certificates.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace rapporteur::test {

namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(BIO* text) const { BIO_free(text); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Paper = std::unique_ptr<X509, Free>;

void need(bool is_done, const char* what) {
  if (!is_done) throw std::runtime_error(std::string("no certificate: ") + what);
}

template <class Write>
std::string pem(Write write) {
  const std::unique_ptr<BIO, Free> text(BIO_new(BIO_s_mem()));
  need(write(text.get()) == 1, "PEM");
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(text.get(), &bytes);
  return std::string(bytes, static_cast<std::size_t>(size));
}

void add_extension(X509* paper, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, paper, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  need(extension && X509_add_ext(paper, extension, -1) == 1, value.c_str());
  X509_EXTENSION_free(extension);
}

void name_subject(X509* paper, const char* words) {
  X509_NAME_add_entry_by_txt(X509_get_subject_name(paper), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(words), -1, -1, 0);
}

Paper blank(EVP_PKEY* key, std::chrono::seconds from, std::chrono::seconds until) {
  static long serial = 1000;
  Paper paper(X509_new());
  X509_set_version(paper.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(paper.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(paper.get()), from.count());
  X509_gmtime_adj(X509_getm_notAfter(paper.get()), until.count());
  X509_set_pubkey(paper.get(), key);
  return paper;
}

Key new_key() {
  Key key(EVP_EC_gen("P-256"));
  need(key != nullptr, "key");
  return key;
}

}  // namespace

struct Authority::Impl {
  Key key = new_key();
  Paper root = blank(key.get(), std::chrono::hours(-24 * 365), std::chrono::hours(24 * 365));
};

Authority::Authority() : impl_(std::make_unique<Impl>()) {
  X509* root = impl_->root.get();
  static int authorities = 0;
  name_subject(root, ("authority " + std::to_string(++authorities) + " of a test").c_str());
  X509_set_issuer_name(root, X509_get_subject_name(root));
  add_extension(root, root, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(root, root, NID_key_usage, "critical,keyCertSign");
  need(X509_sign(root, impl_->key.get(), EVP_sha256()) > 0, "signature");
  root_ = pem([&](BIO* text) { return PEM_write_bio_X509(text, root); });
}

Authority::~Authority() = default;

Certificate Authority::make(const CertificateWish& wish) const {
  const Key key = new_key();
  const Paper paper = blank(key.get(), wish.from, wish.until);
  name_subject(paper.get(), "a server of a test");
  X509* issuer = wish.is_self_signed ? paper.get() : impl_->root.get();
  X509_set_issuer_name(paper.get(), X509_get_subject_name(issuer));
  add_extension(paper.get(), issuer, NID_subject_alt_name, wish.name);
  add_extension(paper.get(), issuer, NID_ext_key_usage, "serverAuth");
  EVP_PKEY* signer = wish.is_self_signed ? key.get() : impl_->key.get();
  need(X509_sign(paper.get(), signer, EVP_sha256()) > 0, "signature");
  return {pem([&](BIO* text) { return PEM_write_bio_X509(text, paper.get()); }), pem([&](BIO* text) {
            return PEM_write_bio_PrivateKey(text, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

}  // namespace rapporteur::test
