// Hashes that come with rotations, and those that they replace, are in nothing that the server
// writes or answers, through an account's whole life.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/e2e/link_fixture.h"
#include "tests/e2e/secret_search.h"

namespace credlink {
namespace {

using testing::IsEmpty;

constexpr int kAccounts = 60;
constexpr uint64_t kNewHash = 1000;        // + the account's number
constexpr uint64_t kRefusedHash = 2000;    // never right
constexpr uint64_t kMalformedHash = 3000;  // pasted into the field of the account number

class SecrecyLifeTest : public LinkFixture {
 protected:
  static std::string Cid(int i) { return absl::StrCat(2000000 + i); }
  static std::string NameOf(int i) { return absl::StrCat("tenants/acme/accounts/a", i); }

  template <typename Request, typename Response>
  grpc::Status Call(grpc::Status (v1::LinkService::Stub::*method)(grpc::ClientContext*,
                                                                  const Request&, Response*),
                    const Request& request) {
    grpc::ClientContext context;
    Response response;
    const grpc::Status status = (stub_.get()->*method)(&context, request, &response);
    absl::StrAppend(&answers_, status.error_message(), status.error_details(),
                    response.SerializeAsString());
    return status;
  }

  template <typename Request, typename Response>
  grpc::Status CallOn(grpc::Status (v1::LinkService::Stub::*method)(grpc::ClientContext*,
                                                                    const Request&, Response*),
                      int i) {
    Request request;
    request.set_name(NameOf(i));
    return Call(method, request);
  }

  grpc::Status Rotate(int i, const std::string& number, const std::string& hash) {
    v1::RotateCredentialsRequest request;
    request.set_name(NameOf(i));
    request.set_request_id(absl::StrCat("rotate-", i, "-", ++requests_));
    request.mutable_credentials()->mutable_lastpass()->set_account_number(number);
    request.mutable_credentials()->mutable_lastpass()->set_provisioning_hash(hash);
    return Call(&v1::LinkService::Stub::RotateCredentials, request);
  }

  void ReadEvents(int count) {
    grpc::ClientContext context;
    v1::WatchAccountsRequest request;
    request.set_parent("tenants/acme");
    request.set_resume_token(beginning_);
    const auto stream = stub_->WatchAccounts(&context, request);
    v1::WatchAccountsResponse response;
    int seen = 0;
    while (seen < count && stream->Read(&response)) {
      seen += response.events_size();
      answers_ += response.SerializeAsString();
    }
    EXPECT_GE(seen, count);
    context.TryCancel();
    stream->Finish();
  }

  std::string TokenFromNow() {
    grpc::ClientContext context;
    v1::WatchAccountsRequest request;
    request.set_parent("tenants/acme");
    const auto stream = stub_->WatchAccounts(&context, request);
    v1::WatchAccountsResponse response;
    EXPECT_TRUE(stream->Read(&response));
    context.TryCancel();
    stream->Finish();
    return response.resume_token();
  }

  std::string answers_;
  std::string beginning_;
  int requests_ = 0;
};

TEST_F(SecrecyLifeTest, NoHashIsInAnythingThatTheServerWritesOrAnswers) {
  using Stub = v1::LinkService::Stub;
  StartServer("log { level: LEVEL_DEBUG }");
  beginning_ = TokenFromNow();
  SecretSearch search;
  for (int i = 0; i < kAccounts; ++i) {
    lastpass_->AddCompany({.cid = Cid(i), .hash = HashFor(i)});
    for (uint64_t hash : {uint64_t(i), kNewHash + i, kRefusedHash + i, kMalformedHash + i}) {
      search.Add(HashFor(hash));
    }
    v1::LinkAccountRequest link = RequestFor(i, Cid(i), HashFor(i));
    link.set_account_id(absl::StrCat("a", i));
    ASSERT_TRUE(Call(&Stub::LinkAccount, link).ok());
  }
  int rotated = 0;
  for (int i = 0; i < kAccounts; ++i) {
    EXPECT_FALSE(Rotate(i, Cid(i), HashFor(kRefusedHash + i)).ok());
    EXPECT_FALSE(Rotate(i, HashFor(kMalformedHash + i), Cid(i)).ok());
    lastpass_->AddCompany({.cid = Cid(i), .hash = HashFor(kNewHash + i)});
    EXPECT_TRUE(
        (CallOn<v1::CheckAccountRequest, v1::CheckAccountResponse>(&Stub::CheckAccount, i).ok()));
    rotated += Rotate(i, Cid(i), absl::StrCat("\"", HashFor(kNewHash + i), "\"\n")).ok();
    EXPECT_FALSE((CallOn<v1::RollbackCredentialsRequest, v1::RollbackCredentialsResponse>(
                      &Stub::RollbackCredentials, i)
                      .ok()));
    if (i % 3 != 0) continue;
    lastpass_->AddCompany({.cid = Cid(i), .hash = HashFor(i)});
    EXPECT_TRUE((CallOn<v1::RollbackCredentialsRequest, v1::RollbackCredentialsResponse>(
                     &Stub::RollbackCredentials, i)
                     .ok()));
    EXPECT_TRUE((
        CallOn<v1::DeleteAccountRequest, v1::DeleteAccountResponse>(&Stub::DeleteAccount, i).ok()));
    if (i % 2 != 0) continue;
    EXPECT_TRUE(
        (CallOn<v1::PurgeAccountRequest, v1::PurgeAccountResponse>(&Stub::PurgeAccount, i).ok()));
  }
  EXPECT_EQ(rotated, kAccounts);
  ReadEvents(3 * kAccounts);  // linked, UNHEALTHY, rotated

  int looked_at = 0;
  EXPECT_THAT(search.FilesWithHashes(folder_.path(), looked_at), IsEmpty());
  EXPECT_GE(looked_at, 5) << "the store, its log, the key, and both outputs";
  EXPECT_EQ(search.CountIn(answers_), 0) << "in an answer to a caller";
  EXPECT_EQ(search.CountIn(answers_ + HashFor(kNewHash + 5)), 1) << "the control";
}

}  // namespace
}  // namespace credlink
