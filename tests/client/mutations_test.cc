// Every change that the C++ client can make, against a service that fails on demand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "client/cpp/client.h"
#include "server/faults/faults.h"
#include "tests/client/scripted_service.h"

namespace credlink::client {
namespace {

using testing::ElementsAre;

// A method of the client, its name in the service, and the messages of both.
template <typename RequestType, typename ResponseType,
          absl::StatusOr<ResponseType> (Client::*kCall)(RequestType)>
struct Change {
  using Request = RequestType;
  static auto Call(Client& client, Request request) { return (client.*kCall)(std::move(request)); }
  static std::string Name() {
    const std::string name = Request::descriptor()->name();
    return name.substr(0, name.size() - std::string("Request").size());
  }
};

#define CREDLINK_CHANGE(name, type) Change<v1::type##Request, v1::type##Response, &Client::name>
using Changes = testing::Types<
    CREDLINK_CHANGE(Link, LinkAccount), CREDLINK_CHANGE(Update, UpdateAccount),
    CREDLINK_CHANGE(Rotate, RotateCredentials), CREDLINK_CHANGE(Rollback, RollbackCredentials),
    CREDLINK_CHANGE(Check, CheckAccount), CREDLINK_CHANGE(Suspend, SuspendAccount),
    CREDLINK_CHANGE(Resume, ResumeAccount), CREDLINK_CHANGE(Delete, DeleteAccount),
    CREDLINK_CHANGE(Undelete, UndeleteAccount), CREDLINK_CHANGE(Purge, PurgeAccount)>;

template <typename ChangeType>
class MutationTest : public testing::Test {
 protected:
  using Request = typename ChangeType::Request;

  MutationTest() {
    absl::StatusOr<Client> client = Client::Connect({.server = service_.address()});
    EXPECT_TRUE(client.ok());
    client_ = std::make_unique<Client>(*std::move(client));
  }
  auto Call(Request request) { return ChangeType::Call(*client_, std::move(request)); }
  std::vector<std::string> Ids() {
    std::vector<std::string> ids;
    for (const Request& request : service_.template Requests<Request>()) {
      ids.push_back(request.request_id());
    }
    return ids;
  }

  ScriptedService service_;
  std::unique_ptr<Client> client_;
};
TYPED_TEST_SUITE(MutationTest, Changes);

TYPED_TEST(MutationTest, IsRepeatedUnderTheSameIdWhenTheConnectionBreaks) {
  this->service_.Next(TypeParam::Name(), Broken());
  this->service_.Next(TypeParam::Name(), Broken());
  EXPECT_TRUE(this->Call({}).ok());
  const std::vector<std::string> ids = this->Ids();
  ASSERT_EQ(ids.size(), 3u);
  EXPECT_FALSE(ids[0].empty());
  EXPECT_THAT(ids, ElementsAre(ids[0], ids[0], ids[0]));
}

TYPED_TEST(MutationTest, KeepsTheCallersIdAndWhatTheServerDecided) {
  this->service_.Next(TypeParam::Name(), ToScripted(Fault(v1::ERROR_REASON_STORE_UNAVAILABLE)));
  typename TypeParam::Request request;
  request.set_request_id("mine");
  const auto answer = this->Call(request);
  EXPECT_EQ(answer.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(DetailsOf(answer.status()).reason, "STORE_UNAVAILABLE");
  EXPECT_THAT(this->Ids(), ElementsAre("mine"));
}

}  // namespace
}  // namespace credlink::client
