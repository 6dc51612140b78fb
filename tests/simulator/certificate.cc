#include "tests/simulator/certificate.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <memory>

namespace credlink::simulator {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Certificate = std::unique_ptr<X509, Free>;

void Require(bool ok) {
  if (!ok) std::abort();
}

void SetName(X509_NAME* name, const char* common_name) {
  Require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                     reinterpret_cast<const unsigned char*>(common_name), -1, -1,
                                     0) == 1);
}

void AddExtension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  Require(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

struct Validity {
  long from_seconds;
  long to_seconds;
};

Certificate NewCertificate(const char* common_name, EVP_PKEY* key, Validity validity) {
  Certificate certificate(X509_new());
  Require(certificate != nullptr && X509_set_version(certificate.get(), 2) == 1);
  uint64_t serial = 0;
  Require(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof(serial)) == 1);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), validity.from_seconds);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), validity.to_seconds);
  SetName(X509_get_subject_name(certificate.get()), common_name);
  Require(X509_set_pubkey(certificate.get(), key) == 1);
  return certificate;
}

std::string ToPem(X509* certificate) {
  std::unique_ptr<BIO, Free> bio(BIO_new(BIO_s_mem()));
  Require(PEM_write_bio_X509(bio.get(), certificate) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, size);
}

std::string ToPem(EVP_PKEY* key) {
  std::unique_ptr<BIO, Free> bio(BIO_new(BIO_s_mem()));
  Require(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, size);
}

}  // namespace

Identity MakeIdentity(CertificateKind kind) {
  constexpr long kDay = 24 * 60 * 60;
  const Key ca_key(EVP_EC_gen("P-256"));
  const Key key(EVP_EC_gen("P-256"));
  Require(ca_key != nullptr && key != nullptr);

  const Certificate ca = NewCertificate("LastPass simulator CA", ca_key.get(), {-kDay, 30 * kDay});
  X509_set_issuer_name(ca.get(), X509_get_subject_name(ca.get()));
  AddExtension(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  AddExtension(ca.get(), ca.get(), NID_subject_key_identifier, "hash");
  Require(X509_sign(ca.get(), ca_key.get(), EVP_sha256()) > 0);

  const bool self_signed = kind == CertificateKind::kSelfSigned;
  const Validity validity =
      kind == CertificateKind::kExpired ? Validity{-2 * kDay, -kDay} : Validity{-kDay, 30 * kDay};
  const Certificate leaf = NewCertificate("localhost", key.get(), validity);
  X509* issuer = self_signed ? leaf.get() : ca.get();
  X509_set_issuer_name(leaf.get(), X509_get_subject_name(issuer));
  AddExtension(leaf.get(), issuer, NID_basic_constraints, "critical,CA:FALSE");
  AddExtension(leaf.get(), issuer, NID_ext_key_usage, "serverAuth,clientAuth");
  AddExtension(leaf.get(), issuer, NID_subject_alt_name,
               kind == CertificateKind::kWrongHost ? "DNS:elsewhere.example"
                                                   : "IP:127.0.0.1,IP:::1,DNS:localhost");
  // As real authorities do. Without it the authority of another simulator, which has the same name,
  // would be tried, and a wrong signature is not what clients report as an unknown authority.
  if (!self_signed) AddExtension(leaf.get(), issuer, NID_authority_key_identifier, "keyid:always");
  Require(X509_sign(leaf.get(), self_signed ? key.get() : ca_key.get(), EVP_sha256()) > 0);
  return {ToPem(ca.get()), ToPem(leaf.get()), ToPem(key.get())};
}

boost::asio::ssl::context MakeServerContext(const Identity& identity) {
  namespace asio = boost::asio;
  asio::ssl::context context(asio::ssl::context::tls_server);
  context.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                      asio::ssl::context::no_tlsv1_1);
  context.use_certificate_chain(asio::buffer(identity.certificate_pem));
  context.use_private_key(asio::buffer(identity.key_pem), asio::ssl::context::pem);
  return context;
}

}  // namespace credlink::simulator
