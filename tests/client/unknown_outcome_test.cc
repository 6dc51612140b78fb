// What the command line makes of a change whose outcome nobody told.
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "server/faults/faults.h"
#include "tests/client/scripted_cli.h"

namespace credlink {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

using UnknownOutcomeTest = ScriptedCli;

TEST_F(UnknownOutcomeTest, CanBeRepeated) {
  const grpc::Status late(grpc::StatusCode::DEADLINE_EXCEEDED, "Deadline Exceeded");
  for (const grpc::Status& unknown : {late, grpc::Status(grpc::StatusCode::CANCELLED, "Cancelled"),
                                      ToScripted(Fault(v1::ERROR_REASON_INTERNAL)), Broken()}) {
    service_.Always("SuspendAccount", [unknown](const auto&, auto*) { return unknown; });
    const Ended ended = Credlink({"suspend", "head"});
    const auto id = service_.Requests<v1::SuspendAccountRequest>().back().request_id();
    EXPECT_THAT(ended.err,
                HasSubstr("It may have been done. To repeat safely: --request-id " + id + "\n"));
    EXPECT_NE(ended.exit_code, 0);
  }
  service_.Next("LinkAccount", late);
  EXPECT_THAT(Credlink({"link", "--account-number", "1", "--owner-id", "o", "--request-id", "mine"},
                       TestHash())
                  .err,
              HasSubstr("--request-id mine\n"));
  service_.Next("CheckAccount", late);
  const Ended json = Credlink({"check", "head", "--request-id", "mine", "--output", "json"});
  const auto error = FromJson<google::rpc::Status>(json.err);
  google::rpc::RequestInfo info;
  bool told = false;
  for (const auto& detail : error.details()) {
    told |= detail.UnpackTo(&info);
  }
  EXPECT_TRUE(told);
  EXPECT_EQ(info.request_id(), "mine");
}

TEST_F(UnknownOutcomeTest, AKnownOneIsNot) {
  const auto err = [&](const grpc::Status& status, std::vector<std::string> flags) {
    service_.Next("UpdateAccount", status);
    flags.insert(flags.begin(), {"update", "head"});
    return Credlink(flags).err;
  };
  const grpc::Status late(grpc::StatusCode::DEADLINE_EXCEEDED, "Deadline Exceeded");
  EXPECT_THAT(err(ToScripted(Fault(v1::ERROR_REASON_STORE_UNAVAILABLE)), {"--label", "x"}),
              Not(HasSubstr("may have been done")));
  EXPECT_THAT(err(late, {"--label", "x", "--validate-only"}), Not(HasSubstr("may have been done")));
  EXPECT_THAT(err(late, {"--label", "x"}), HasSubstr("--request-id"));
  // It would be another request, for it begins with what the account has then.
  EXPECT_THAT(
      err(late, {"--annotation", "a=b"}),
      AllOf(HasSubstr("The same command again does no harm"), Not(HasSubstr("--request-id"))));
}

TEST_F(UnknownOutcomeTest, AnErrorThatNoServerExplainsSaysWhoseMoveItIs) {
  const Ended nobody = Credlink({"suspend", "head", "--server", "127.0.0.1:1"});
  EXPECT_EQ(nobody.exit_code, 7);
  EXPECT_THAT(nobody.err, AllOf(HasSubstr("whoever runs the Credlink server"),
                                HasSubstr("--server is its address")));
  service_.Next("GetAccount", grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED, ""));
  EXPECT_THAT(Credlink({"get", "head"}).err, HasSubstr("more time with --timeout"));
}

}  // namespace
}  // namespace credlink
