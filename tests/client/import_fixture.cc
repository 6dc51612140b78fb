#include "tests/client/import_fixture.h"

#include <algorithm>
#include <boost/json/parse.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/faults/faults.h"

namespace credlink {

ImportTest::ImportTest() {
  service_.Always("LinkAccount", [this](const auto& request, auto* response) {
    return Link(static_cast<const v1::LinkAccountRequest&>(request),
                static_cast<v1::LinkAccountResponse&>(*response));
  });
}

grpc::Status ImportTest::Link(const v1::LinkAccountRequest& request,
                              v1::LinkAccountResponse& response) {
  const std::string& owner = request.owner().id();
  const std::lock_guard<std::mutex> lock(mutex_);
  const int attempt = ++attempts_[owner];
  EXPECT_EQ(request.credentials().lastpass().provisioning_hash(), TestHash());
  EXPECT_EQ(request.parent(), "tenants/acme");
  const std::pair<const char*, grpc::Status> kErrors[] = {
      {"refused", ToScripted(Fault(v1::ERROR_REASON_CREDENTIALS_REJECTED))},
      {"linked-before", ToScripted(Fault(v1::ERROR_REASON_ACCOUNT_ALREADY_LINKED,
                                         {"credlink.v1.Account", "tenants/acme/accounts/before"}))},
      {"unproven", SoonAgain(v1::ERROR_REASON_UPSTREAM_API_ERROR)},
      {"busy", SoonAgain(v1::ERROR_REASON_SERVER_OVERLOADED)},
      {"changing", SoonAgain(v1::ERROR_REASON_CONCURRENT_CHANGE)},
      {"taken", ToScripted(Fault(v1::ERROR_REASON_ACCOUNT_ID_TAKEN))},
      {"faulty", ToScripted(Fault(v1::ERROR_REASON_INTERNAL))},
      {"late", grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED, "Deadline Exceeded")},
      {"denied", grpc::Status(grpc::StatusCode::PERMISSION_DENIED, "not you")},
  };
  for (const auto& [prefix, error] : kErrors) {
    if (absl::StartsWith(owner, prefix)) return error;
  }
  if (absl::StartsWith(owner, "slow") && attempt < 3) {
    return SoonAgain(v1::ERROR_REASON_UPSTREAM_RATE_LIMITED);
  }
  if (absl::StartsWith(owner, "suspect")) {
    response.add_suspect_accounts("tenants/acme/accounts/old");
    response.add_notes()->set_message("White space was removed.");
  }
  response.mutable_account()->set_name("tenants/acme/accounts/of-" + owner);
  return grpc::Status::OK;
}

std::string ImportTest::Csv(const std::vector<std::string>& owners) {
  std::string text = "account_number,provisioning_hash,owner_id\n";
  for (const std::string& owner : owners) {
    absl::StrAppend(&text, "1234567,", TestHash(), ",", owner, "\n");
  }
  return text;
}

Ended ImportTest::Import(std::vector<std::string> arguments, const std::string& input) {
  arguments.insert(arguments.begin(), "import");
  return Credlink(arguments, input);
}

absl::StatusOr<std::unique_ptr<ChildProcess>> ImportTest::Start(const std::string& csv) {
  return StartCredlink({"import", File("a.csv", csv), "--concurrency=1", "--output=json"});
}

std::vector<std::string> ImportTest::Verdicts(const std::string& json_lines) {
  std::vector<std::string> verdicts;
  for (absl::string_view line : absl::StrSplit(json_lines, '\n', absl::SkipEmpty())) {
    const auto object = boost::json::parse({line.data(), line.size()}).as_object();
    EXPECT_EQ(object.at("account_number"), "1234567");
    EXPECT_TRUE(object.at("next_step").is_object());
    const auto text = [&object](const char* key) {
      const auto& value = object.at(key).as_string();
      return std::string(value.data(), value.size());
    };
    verdicts.push_back(absl::StrCat(object.at("line").as_int64(), " ", text("result"), " ",
                                    text("account"), " ", text("reason")));
  }
  std::sort(verdicts.begin(), verdicts.end());  // they come as they are done
  return verdicts;
}

std::map<std::string, std::string> ImportTest::IdsByOwner() const {
  std::map<std::string, std::string> ids;
  for (const auto& request : service_.Requests<v1::LinkAccountRequest>()) {
    const auto [at, is_new] = ids.emplace(request.owner().id(), request.request_id());
    EXPECT_TRUE(is_new || at->second == request.request_id()) << "one id a line";
  }
  return ids;
}

int ImportTest::Attempts(const std::string& owner) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return attempts_[owner];
}

}  // namespace credlink
