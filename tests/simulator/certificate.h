// A throw-away certificate authority and one server certificate of it. Keys live in memory only.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <string>

namespace credlink::simulator {

// What is wrong with the server's certificate, if anything.
enum class CertificateKind { kGood, kExpired, kWrongHost, kSelfSigned };

struct Identity {
  std::string ca_pem;           // for clients to trust
  std::string certificate_pem;  // for 127.0.0.1, ::1 and localhost, unless the kind says otherwise
  std::string key_pem;
};

Identity MakeIdentity(CertificateKind kind);

// A server context with that identity, TLS 1.2 or newer.
boost::asio::ssl::context MakeServerContext(const Identity& identity);

}  // namespace credlink::simulator
