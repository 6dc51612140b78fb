// kill -9 after the commit and before its answer has come: the same request_id gives the answer,
// and does nothing twice.

#include <google/protobuf/text_format.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

#include "absl/strings/str_cat.h"
#include "tests/model/dying_server.h"
#include "tests/model/mute_proxy.h"
#include "tests/model/simulator_world.h"
#include "tests/model/watch_reader.h"
#include "tests/store/temp_directory.h"

namespace credlink::model {
namespace {

constexpr char kParent[] = "tenants/acme";

std::string Text(const google::protobuf::Message& message) {
  std::string text;
  google::protobuf::TextFormat::PrintToString(message, &text);
  return text;
}

class LostAnswerTest : public testing::Test {
 protected:
  void SetUp() override {
    auto simulator = simulator::Simulator::Start({});
    ASSERT_TRUE(simulator.ok()) << simulator.status();
    simulator_ = *std::move(simulator);
    world_ = std::make_unique<SimulatorWorld>(*simulator_);
    server_ = std::make_unique<DyingServer>(folder_.path(), *simulator_);
    ASSERT_TRUE(server_->Start().ok());
    watch_ = std::make_unique<WatchReader>(*server_, kParent);
  }

  v1::Credentials CredentialsOf(size_t hash) const {
    v1::Credentials credentials;
    const std::string cid = LastPassWorld::CidOf(0);
    credentials.mutable_lastpass()->set_account_number(cid);
    credentials.mutable_lastpass()->set_provisioning_hash(LastPassWorld::HashOf(cid, hash));
    return credentials;
  }

  v1::LinkAccountRequest LinkRequest() const {
    v1::LinkAccountRequest request;
    request.set_parent(kParent);
    request.mutable_owner()->set_id("owner");
    *request.mutable_credentials() = CredentialsOf(0);
    request.set_label("Head office");
    return request;
  }

  // Makes the call, whose answer never comes, and kills the server once the commit has been seen:
  // in `event`.
  template <typename Request>
  void Lose(const Request& request, v1::Event* event) {
    auto response = ResponseOf(MethodOf(request));
    grpc::Status status;
    MuteProxy proxy(server_->process().address());
    const auto channel = grpc::CreateChannel(proxy.address(), grpc::InsecureChannelCredentials());
    Stub stub(channel);
    {
      grpc::ClientContext context;
      v1::ListAccountsRequest list;
      list.set_parent(kParent);
      v1::ListAccountsResponse page;
      ASSERT_TRUE(stub.ListAccounts(&context, list, &page).ok()) << "so that it is connected";
    }
    proxy.Mute();
    grpc::ClientContext context;
    std::thread caller([&] { status = (stub.*MethodOf(request))(&context, request, &response); });
    const absl::optional<v1::Event> seen = watch_->Next(kPatience);
    server_->Kill();
    context.TryCancel();
    caller.join();
    ASSERT_TRUE(seen) << watch_->fault();
    ASSERT_FALSE(status.ok()) << "an answer came through";
    *event = *seen;
    ASSERT_TRUE(server_->Start().ok());
  }

  // The call again, on the server that is there by now.
  template <typename Request>
  auto Again(const Request& request, grpc::Status* status) {
    auto response = ResponseOf(MethodOf(request));
    grpc::ClientContext context;
    const auto stub = server_->process().NewStub();
    *status = (stub.get()->*MethodOf(request))(&context, request, &response);
    return response;
  }

  template <typename Request>
  void ExpectReuseIsRefused(const Request& other_content) {
    grpc::Status status;
    Again(other_content, &status);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(ReasonOf(status), "REQUEST_ID_REUSED");
  }

  // Loses the call's answer, and expects it then: the account as the event had it.
  template <typename Request>
  v1::Account LoseAndAskAgain(Request request, const Request& other_content) {
    v1::Event event;
    Lose(request, &event);
    if (HasFatalFailure()) return {};
    grpc::Status status;
    const auto response = Again(request, &status);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(Text(response.account()), Text(event.account()));
    EXPECT_EQ(Text(Again(request, &status)), Text(response)) << "and once more";
    ExpectReuseIsRefused(other_content);
    EXPECT_FALSE(watch_->Next(absl::ZeroDuration())) << "it was done twice";
    EXPECT_EQ(watch_->fault(), "");
    return event.account();
  }

  const TempDirectory folder_{std::getenv("TEST_TMPDIR")};
  std::unique_ptr<simulator::Simulator> simulator_;
  std::unique_ptr<SimulatorWorld> world_;
  std::unique_ptr<DyingServer> server_;
  std::unique_ptr<WatchReader> watch_;
};

TEST_F(LostAnswerTest, EveryMethodGivesItToTheSameRequestId) {
  v1::LinkAccountRequest link = LinkRequest();
  link.set_request_id("link");
  v1::LinkAccountRequest other_link = link;
  other_link.set_label("Branch office");
  const v1::Account linked = LoseAndAskAgain(link, other_link);
  ASSERT_FALSE(HasFailure());
  // The hash counts as content, too.
  *other_link.mutable_credentials() = CredentialsOf(1);
  other_link.set_label(link.label());
  ExpectReuseIsRefused(other_link);

  v1::UpdateAccountRequest update;
  update.mutable_account()->set_name(linked.name());
  update.mutable_account()->set_label("Branch office");
  update.mutable_update_mask()->add_paths("label");
  update.set_request_id("update");
  v1::UpdateAccountRequest other_update = update;
  other_update.mutable_account()->set_label("Third office");
  LoseAndAskAgain(update, other_update);

  world_->Reset(LastPassWorld::CidOf(0), /*back=*/false);
  v1::CheckAccountRequest check;
  check.set_name(linked.name());
  check.set_request_id("check");
  v1::CheckAccountRequest other_check = check;
  other_check.set_validate_only(true);
  const v1::Account checked = LoseAndAskAgain(check, other_check);
  EXPECT_EQ(checked.health(), v1::Account::HEALTH_UNHEALTHY);

  v1::RotateCredentialsRequest rotate;
  rotate.set_name(linked.name());
  *rotate.mutable_credentials() = CredentialsOf(1);
  rotate.set_request_id("rotate");
  v1::RotateCredentialsRequest other_rotate = rotate;
  *other_rotate.mutable_credentials() = CredentialsOf(2);
  const v1::Account rotated = LoseAndAskAgain(rotate, other_rotate);
  EXPECT_EQ(rotated.credential().version(), 2);

  world_->Reset(LastPassWorld::CidOf(0), /*back=*/true);
  v1::RollbackCredentialsRequest rollback;
  rollback.set_name(linked.name());
  rollback.set_request_id("rollback");
  v1::RollbackCredentialsRequest other_rollback = rollback;
  other_rollback.set_version(1);
  const v1::Account back = LoseAndAskAgain(rollback, other_rollback);
  EXPECT_EQ(back.credential().version(), 3);
  EXPECT_EQ(back.credential().fingerprint(), linked.credential().fingerprint());
}

TEST_F(LostAnswerTest, SoDoTheSteps) {
  grpc::Status status;
  const std::string name = Again(LinkRequest(), &status).account().name();
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_TRUE(watch_->Next(kPatience));

  v1::SuspendAccountRequest suspend;
  suspend.set_name(name);
  suspend.set_request_id("suspend");
  v1::SuspendAccountRequest other_suspend = suspend;
  other_suspend.set_reason("moved away");
  LoseAndAskAgain(suspend, other_suspend);

  v1::ResumeAccountRequest resume;
  resume.set_name(name);
  resume.set_request_id("resume");
  v1::ResumeAccountRequest other_resume = resume;
  other_resume.set_etag("1-other");
  LoseAndAskAgain(resume, other_resume);

  v1::DeleteAccountRequest erase;
  erase.set_name(name);
  erase.set_request_id("delete");
  v1::DeleteAccountRequest other_erase = erase;
  other_erase.set_reason("moved away");
  LoseAndAskAgain(erase, other_erase);

  v1::UndeleteAccountRequest undelete;
  undelete.set_name(name);
  undelete.set_request_id("undelete");
  v1::UndeleteAccountRequest other_undelete = undelete;
  other_undelete.set_name(name + "-other");
  LoseAndAskAgain(undelete, other_undelete);

  erase.set_request_id("delete-again");
  other_erase.set_request_id("delete-again");
  const v1::Account deleted = LoseAndAskAgain(erase, other_erase);

  v1::PurgeAccountRequest purge;
  purge.set_name(name);
  purge.set_request_id("purge");
  v1::Event event;
  ASSERT_NO_FATAL_FAILURE(Lose(purge, &event));
  const v1::PurgeAccountResponse receipt = Again(purge, &status);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(receipt.receipt().uid(), deleted.uid());
  EXPECT_EQ(Text(Again(purge, &status)), Text(receipt)) << "one receipt for one erasure";
  purge.set_etag("1-other");
  ExpectReuseIsRefused(purge);
}

}  // namespace
}  // namespace credlink::model
