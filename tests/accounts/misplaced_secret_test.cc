#include "server/accounts/misplaced_secret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "credlink/v1/link_service.pb.h"

namespace credlink {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kHash[] = "0123456789abcdef";

// Names the first field, and how many more there are.
std::string FaultsOf(const v1::LinkAccountRequest& request, const std::string& secret = kHash) {
  FieldFaults faults;
  CheckHoldsNot(Secret(secret), request, faults);
  const std::string message(faults.ToStatus().message());
  EXPECT_THAT(message, Not(HasSubstr(secret)));
  return message;
}

struct Place {
  const char* field;
  void (*put)(v1::LinkAccountRequest& request, const std::string& text);
};

constexpr Place kPlaces[] = {
    {"account_id", [](v1::LinkAccountRequest& r, const std::string& t) { r.set_account_id(t); }},
    {"label", [](v1::LinkAccountRequest& r, const std::string& t) { r.set_label("x " + t); }},
    {"owner.id",
     [](v1::LinkAccountRequest& r, const std::string& t) { r.mutable_owner()->set_id(t); }},
    {"owner.username", [](v1::LinkAccountRequest& r,
                          const std::string& t) { r.mutable_owner()->set_username(t + "."); }},
    {"annotations", [](v1::LinkAccountRequest& r,
                       const std::string& t) { (*r.mutable_annotations())["note"] = t; }},
    {"annotations", [](v1::LinkAccountRequest& r,
                       const std::string& t) { (*r.mutable_annotations())[t] = "note"; }},
    {"request_id", [](v1::LinkAccountRequest& r, const std::string& t) { r.set_request_id(t); }},
};

TEST(MisplacedSecretTest, IsFoundInEveryText) {
  for (const Place& place : kPlaces) {
    v1::LinkAccountRequest request;
    request.set_parent("tenants/acme");
    place.put(request, kHash);
    EXPECT_THAT(FaultsOf(request), HasSubstr(absl::StrCat(place.field, ": Must not hold")));
  }
}

TEST(MisplacedSecretTest, AllFieldsAreNamed) {
  v1::LinkAccountRequest request;
  request.set_label(kHash);
  request.mutable_owner()->set_display_name(kHash);
  for (const char* key : {"a", "b"}) (*request.mutable_annotations())[key] = kHash;
  EXPECT_THAT(FaultsOf(request), HasSubstr("(and 2 more)"));
}

TEST(MisplacedSecretTest, OtherTextsAreFine) {
  v1::LinkAccountRequest request;
  request.set_label("0123456789abcde");
  (*request.mutable_annotations())["team"] = "red";
  EXPECT_EQ(FaultsOf(request), "");
  EXPECT_EQ(FaultsOf(request, "red"), "") << "too short to be a hash";
}

}  // namespace
}  // namespace credlink
