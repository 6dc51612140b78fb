#include "server/providers/lastpass/connector.h"

#include <gtest/gtest.h>

#include <regex>
#include <string>

#include "server/providers/lastpass/credentials_reader.h"

namespace credlink::lastpass {
namespace {

TEST(ConnectorTest, AsksForTheTwoFields) {
  const v1::Connector connector = MakeConnector();
  EXPECT_EQ(connector.name(), "connectors/lastpass");
  ASSERT_EQ(connector.fields_size(), 2);
  const v1::ConnectorField& cid = connector.fields(0);
  EXPECT_EQ("credentials." + cid.key(), kAccountNumberField);
  EXPECT_EQ(cid.type(), v1::ConnectorField::TYPE_TEXT);
  EXPECT_TRUE(cid.required());
  EXPECT_FALSE(cid.secret());
  const std::regex pattern(cid.pattern());
  EXPECT_TRUE(std::regex_match(cid.placeholder(), pattern));
  EXPECT_FALSE(std::regex_match("12345678901", pattern));
  EXPECT_FALSE(std::regex_match("1e3", pattern));
  const v1::ConnectorField& hash = connector.fields(1);
  EXPECT_EQ("credentials." + hash.key(), kProvisioningHashField);
  EXPECT_EQ(hash.type(), v1::ConnectorField::TYPE_PASSWORD);
  EXPECT_TRUE(hash.required());
  EXPECT_TRUE(hash.secret());
}

TEST(ConnectorTest, GuidesAndWarns) {
  const v1::Connector connector = MakeConnector();
  EXPECT_GE(connector.guide().steps_size(), 4);
  for (const v1::GuideStep& step : connector.guide().steps()) {
    EXPECT_FALSE(step.title().empty());
    EXPECT_FALSE(step.text().empty());
  }
  ASSERT_GE(connector.guide().links_size(), 3);
  for (const v1::GuideLink& link : connector.guide().links()) {
    EXPECT_EQ(link.url().rfind("https://", 0), 0u) << link.url();
    EXPECT_FALSE(link.title().empty());
  }
  EXPECT_EQ(connector.required_plan(), "LastPass Business");
  EXPECT_EQ(connector.required_role(), "Admin or super admin");
  EXPECT_EQ(connector.warnings_size(), 3);
}

}  // namespace
}  // namespace credlink::lastpass
