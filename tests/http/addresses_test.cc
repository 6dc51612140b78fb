#include "server/http/addresses.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <string>

namespace credlink {
namespace {

// Whether the address, which must be well written, is of the public internet.
bool IsPublic(const std::string& text) {
  sockaddr_in v4 = {};
  v4.sin_family = AF_INET;
  if (inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    return IsPublicAddress(reinterpret_cast<const sockaddr*>(&v4));
  }
  sockaddr_in6 v6 = {};
  v6.sin6_family = AF_INET6;
  EXPECT_EQ(inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr), 1) << text << " is no address";
  return IsPublicAddress(reinterpret_cast<const sockaddr*>(&v6));
}

class RefusedAddressTest : public ::testing::TestWithParam<const char*> {};

TEST_P(RefusedAddressTest, IsNotPublic) { EXPECT_FALSE(IsPublic(GetParam())); }

// First and last of each block.
INSTANTIATE_TEST_SUITE_P(V4, RefusedAddressTest,
                         ::testing::Values("0.0.0.0", "0.255.255.255",        // this network
                                           "10.0.0.0", "10.255.255.255",      // private
                                           "100.64.0.0", "100.127.255.255",   // shared (CGNAT)
                                           "127.0.0.0", "127.0.0.1",          // loopback
                                           "127.255.255.255",                 //
                                           "169.254.0.0", "169.254.169.254",  // link-local
                                           "169.254.255.255",                 //
                                           "172.16.0.0", "172.31.255.255",    // private
                                           "192.0.0.0", "192.0.0.255",        // protocols
                                           "192.0.2.0", "192.0.2.255",        // documents
                                           "192.168.0.0", "192.168.255.255",  // private
                                           "198.18.0.0", "198.19.255.255",    // benchmarks
                                           "198.51.100.0", "198.51.100.255",  // documents
                                           "203.0.113.0", "203.0.113.255",    // documents
                                           "224.0.0.0", "239.255.255.255",    // multicast
                                           "240.0.0.0", "255.255.255.255"));  // reserved

INSTANTIATE_TEST_SUITE_P(
    V6, RefusedAddressTest,
    ::testing::Values("::", "::1",                                    // unspecified, loopback
                      "::127.0.0.1", "::8.8.8.8",                     // IPv4-compatible
                      "100::", "100::ffff:ffff:ffff:ffff",            // discard
                      "fc00::", "fd12:3456:789a::1", "fdff:ffff::1",  // unique local
                      "fe80::", "fe80::1", "febf:ffff::1",            // link-local
                      "fec0::1",                                      // site-local
                      "ff00::", "ff02::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",  // multicast
                      "2001:db8::1", "2001:db8:ffff::1", "3fff::1",
                      "3fff:fff:ffff::1",                                           // documents
                      "2001::1", "2001:0:7f00:1::1",                                // Teredo
                      "2001:2::1", "2001:10::1", "2001:20::1", "2001:1ff:ffff::1",  // protocols
                      "2002::1", "2002:7f00:1::1", "2002:808:808::1",               // 6to4
                      "64:ff9b:1::1", "64:ff9b:1:ffff::7f00:1",                     // local NAT64
                      "4000::1", "8000::1"));                                       // not assigned

// An IPv6 address that leads to an IPv4 one is as public as that.
INSTANTIATE_TEST_SUITE_P(V4InV6, RefusedAddressTest,
                         ::testing::Values("::ffff:127.0.0.1", "::ffff:10.1.2.3",
                                           "::ffff:169.254.169.254", "::ffff:192.168.1.1",
                                           "::ffff:100.64.0.1", "::ffff:0.0.0.0",
                                           "::ffff:224.0.0.1", "64:ff9b::127.0.0.1",
                                           "64:ff9b::10.1.2.3", "64:ff9b::169.254.169.254",
                                           "64:ff9b::192.168.1.1"));

class PublicAddressTest : public ::testing::TestWithParam<const char*> {};

TEST_P(PublicAddressTest, IsPublic) { EXPECT_TRUE(IsPublic(GetParam())); }

// The neighbours of the blocks above, and addresses that everyone knows.
INSTANTIATE_TEST_SUITE_P(V4, PublicAddressTest,
                         ::testing::Values("1.0.0.0", "1.1.1.1", "8.8.8.8", "9.255.255.255",
                                           "11.0.0.0", "100.63.255.255", "100.128.0.0",
                                           "126.255.255.255", "128.0.0.0", "169.253.255.255",
                                           "169.255.0.0", "172.15.255.255", "172.32.0.0",
                                           "191.255.255.255", "192.0.1.0", "192.0.3.0",
                                           "192.167.255.255", "192.169.0.0", "198.17.255.255",
                                           "198.20.0.0", "198.51.99.255", "198.51.101.0",
                                           "203.0.112.255", "203.0.114.0", "223.255.255.255"));

INSTANTIATE_TEST_SUITE_P(V6, PublicAddressTest,
                         ::testing::Values("2606:4700:4700::1111", "2001:4860:4860::8888",
                                           "2001:200::1", "2001:db7::1", "2001:db9::1", "2003::1",
                                           "2a00::1", "3ffe::1", "::ffff:8.8.8.8",
                                           "64:ff9b::8.8.8.8"));

TEST(AddressesTest, OtherFamiliesAreNotPublic) {
  sockaddr_un path = {};
  path.sun_family = AF_UNIX;
  EXPECT_FALSE(IsPublicAddress(reinterpret_cast<const sockaddr*>(&path)));
}

TEST(AddressesTest, KnowsAddressesThatAreWrittenOut) {
  for (const char* host : {"127.0.0.1", "10.0.0.1", "8.8.8.8", "::1", "[::1]", "[2001:db8::1]",
                           "localhost", "LocalHost"}) {
    EXPECT_TRUE(IsLiteralAddress(host)) << host;
  }
  for (const char* host :
       {"lastpass.com", "localhost.example.com", "sim.localhost", "127.0.0.1.nip", "127.1",
        "0x7f000001", "2130706433", "[::1", "", "[]"}) {
    EXPECT_FALSE(IsLiteralAddress(host)) << host;
  }
}

TEST(AddressesTest, KnowsWhatMeansThisMachine) {
  for (const char* host : {"127.0.0.1", "127.255.0.1", "::1", "[::1]", "localhost", "LocalHost"}) {
    EXPECT_TRUE(IsLoopback(host)) << host;
  }
  for (const char* host : {"0.0.0.0", "::", "[::]", "128.0.0.1", "10.0.0.1", "169.254.0.1",
                           "lastpass.com", "localhost.example.com", "", "*", "::ffff:127.0.0.1"}) {
    EXPECT_FALSE(IsLoopback(host)) << host;
  }
}

}  // namespace
}  // namespace credlink
