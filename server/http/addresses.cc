#include "server/http/addresses.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstdint>
#include <cstring>
#include <string>

#include "absl/strings/match.h"

namespace credlink {
namespace {

bool InBlock(uint32_t address, uint32_t block, int bits) {
  return (address ^ block) >> (32 - bits) == 0;
}

// The special-purpose blocks of RFC 6890 and its registry.
bool IsPublicV4(uint32_t a) {
  struct Block {
    uint32_t address;
    int bits;
  };
  constexpr Block kSpecial[] = {
      {0x00000000, 8},  {0x0a000000, 8},  {0x64400000, 10}, {0x7f000000, 8},  {0xa9fe0000, 16},
      {0xac100000, 12}, {0xc0000000, 24}, {0xc0000200, 24}, {0xc0a80000, 16}, {0xc6120000, 15},
      {0xc6336400, 24}, {0xcb007100, 24}, {0xe0000000, 4},  {0xf0000000, 4},
  };
  for (const Block& block : kSpecial) {
    if (InBlock(a, block.address, block.bits)) return false;
  }
  return true;
}

bool IsPublicV6(const uint8_t* a) {
  constexpr uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  constexpr uint8_t kNat64[12] = {0, 0x64, 0xff, 0x9b};
  if (std::memcmp(a, kMapped, 12) == 0 || std::memcmp(a, kNat64, 12) == 0) {
    return IsPublicV4(uint32_t{a[12]} << 24 | a[13] << 16 | a[14] << 8 | a[15]);
  }
  if ((a[0] & 0xe0) != 0x20) return false;  // only 2000::/3 is global unicast
  const bool documentation = (a[0] == 0x20 && a[1] == 0x01 && a[2] == 0x0d && a[3] == 0xb8) ||
                             (a[0] == 0x3f && a[1] == 0xff && a[2] < 0x10);
  const bool six_to_four = a[0] == 0x20 && a[1] == 0x02;  // would carry any IPv4 address
  const bool protocols = a[0] == 0x20 && a[1] == 0x01 && a[2] < 0x02;  // Teredo, ORCHID, ...
  return !documentation && !six_to_four && !protocols;
}

absl::string_view WithoutBrackets(absl::string_view host) {
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    return host.substr(1, host.size() - 2);
  }
  return host;
}

}  // namespace

bool IsPublicAddress(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    return IsPublicV4(ntohl(reinterpret_cast<const sockaddr_in*>(address)->sin_addr.s_addr));
  }
  if (address->sa_family == AF_INET6) {
    return IsPublicV6(reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr.s6_addr);
  }
  return false;
}

bool IsLiteralAddress(absl::string_view host) {
  const std::string text(WithoutBrackets(host));
  in6_addr parsed;
  return absl::EqualsIgnoreCase(text, "localhost") ||
         inet_pton(AF_INET, text.c_str(), &parsed) == 1 ||
         inet_pton(AF_INET6, text.c_str(), &parsed) == 1;
}

bool IsLoopback(absl::string_view host) {
  const std::string text(WithoutBrackets(host));
  in_addr v4;
  in6_addr v6;
  if (absl::EqualsIgnoreCase(text, "localhost")) return true;
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24 == 127;
  return inet_pton(AF_INET6, text.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

}  // namespace credlink
