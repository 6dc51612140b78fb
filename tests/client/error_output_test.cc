// How an error's details are told.
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "server/faults/faults.h"
#include "tests/client/scripted_cli.h"

namespace credlink {
namespace {

constexpr char kName[] = "tenants/acme/accounts/head";

class ErrorOutputTest : public ScriptedCli {
 protected:
  Ended SuspendAgain(absl::Status status, const std::string& format) {
    service_.Next("SuspendAccount", ToScripted(status));
    return Credlink({"suspend", "head", "--output", format});
  }

  const absl::Status fault_ = Fault(v1::ERROR_REASON_ACCOUNT_SUSPENDED, AccountSubject(kName));
};

TEST_F(ErrorOutputTest, TextSaysEverythingOnce) {
  const v1::ReasonInfo& info = InfoOf(v1::ERROR_REASON_ACCOUNT_SUSPENDED);
  const std::string err = SuspendAgain(fault_, "text").err;
  for (const std::string& part : {info.message(), std::string(kName),
                                  std::string("ACCOUNT_SUSPENDED"), info.next_step().action()}) {
    const size_t found = err.find(part);
    ASSERT_NE(found, std::string::npos) << part << "\n" << err;
    EXPECT_EQ(err.find(part, found + 1), std::string::npos) << part << "\n" << err;
  }
}

TEST_F(ErrorOutputTest, JsonHasEveryDetail) {
  const auto error = FromJson<google::rpc::Status>(SuspendAgain(fault_, "json").err);
  google::rpc::PreconditionFailure failure;
  google::rpc::ResourceInfo resource;
  google::rpc::ErrorInfo info;
  for (const auto& detail : error.details()) {
    EXPECT_TRUE(detail.UnpackTo(&failure) || detail.UnpackTo(&resource) || detail.UnpackTo(&info));
  }
  EXPECT_EQ(error.details_size(), 3);
  ASSERT_EQ(failure.violations_size(), 1);
  EXPECT_EQ(failure.violations(0).type(), "ACCOUNT_SUSPENDED");
  EXPECT_EQ(resource.resource_name(), kName);
  EXPECT_EQ(info.reason(), "ACCOUNT_SUSPENDED");
}

TEST_F(ErrorOutputTest, JsonLeavesOutWhatNobodyHereKnows) {
  absl::Status status = fault_;
  status.SetPayload("type.googleapis.com/example.Unknown", absl::Cord("\x0a\x01x"));
  status.SetPayload("no type at all", absl::Cord("x"));
  const Ended ended = SuspendAgain(status, "json");
  const auto error = FromJson<google::rpc::Status>(ended.err);
  EXPECT_EQ(error.code(), 9);
  EXPECT_EQ(error.message(), std::string(fault_.message()));
  EXPECT_EQ(error.details_size(), 3);
}

}  // namespace
}  // namespace credlink
