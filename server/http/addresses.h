// Which network addresses lead out to the internet.
#pragma once

#include <sys/socket.h>

#include "absl/strings/string_view.h"

namespace credlink {

// Whether a socket address (IPv4 or IPv6) is of the public internet: not loopback, private,
// link-local, shared, multicast, reserved or unspecified, nor one of these mapped into IPv6.
bool IsPublicAddress(const sockaddr* address);

// Whether a URL's host is an address written out, or localhost.
bool IsLiteralAddress(absl::string_view host);

// Whether that address, or localhost, means this machine only.
bool IsLoopback(absl::string_view host);

}  // namespace credlink
