#include "server/accounts/names.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/accounts/uuid.h"

namespace credlink {
namespace {

TEST(NamesTest, ReadsTenants) {
  EXPECT_EQ(ParseTenantName("tenants/acme"), "acme");
  EXPECT_EQ(ParseTenantName("tenants/0-9"), "0-9");
  EXPECT_EQ(ParseTenantName(absl::StrCat("tenants/", std::string(63, 'a'))), std::string(63, 'a'));
}

TEST(NamesTest, RefusesEverythingElse) {
  for (const std::string& name :
       {std::string(), std::string("acme"), std::string("tenants/"), std::string("tenants/Acme"),
        std::string("tenants/-acme"), std::string("tenants/a b"), std::string("tenants/a/"),
        std::string("/tenants/a"), std::string("tenants/a/b"), std::string("tenants/.."),
        std::string("tenants/a%2e"), std::string("tenants/\xc3\xa4"),
        std::string("tenants/a\0b", 11), absl::StrCat("tenants/", std::string(64, 'a'))}) {
    EXPECT_FALSE(ParseTenantName(name).has_value()) << name;
  }
}

TEST(NamesTest, AccountNamesGoBothWays) {
  const std::string name = FormatAccountName("acme", "one");
  EXPECT_EQ(name, "tenants/acme/accounts/one");
  const auto parsed = ParseAccountName(name);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->tenant, "acme");
  EXPECT_EQ(parsed->account_id, "one");
  for (const char* wrong : {"tenants/acme", "tenants/acme/accounts/", "tenants//accounts/one",
                            "tenants/acme/account/one", "tenants/acme/accounts/one/two"}) {
    EXPECT_FALSE(ParseAccountName(wrong).has_value()) << wrong;
  }
}

TEST(NamesTest, ReadsConnectors) {
  EXPECT_EQ(ParseConnectorName("connectors/lastpass"), "lastpass");
  EXPECT_FALSE(ParseConnectorName("connectors/").has_value());
  EXPECT_FALSE(ParseConnectorName("lastpass").has_value());
}

TEST(UuidTest, IsVersion7AndAResourceId) {
  const std::string uuid = NewUuid(absl::FromUnixMillis(0x0123456789ab));
  EXPECT_EQ(uuid.size(), 36u);
  EXPECT_TRUE(absl::StartsWith(uuid, "01234567-89ab-7")) << uuid;
  EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos) << uuid;
  EXPECT_TRUE(IsResourceId(uuid));
}

TEST(UuidTest, NeverRepeats) {
  std::set<std::string> seen;
  for (int i = 0; i < 10000; ++i) seen.insert(NewUuid(absl::UnixEpoch()));
  EXPECT_EQ(seen.size(), 10000u);
}

}  // namespace
}  // namespace credlink
