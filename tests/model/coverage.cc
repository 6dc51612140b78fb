#include "tests/model/coverage.h"

#include "absl/strings/str_cat.h"

namespace credlink::model {
namespace {

struct Method {
  const char* name;
  std::vector<const char*> answers;
};

const std::vector<Method>& Documented() {
  static const auto* const kMethods = new std::vector<Method>{
      {"ValidateCredentials", {"OK", "FIELD_REQUIRED"}},
      {"LinkAccount",
       {"OK", "again", "tried", "suspects", "FIELD_REQUIRED", "FIELD_MALFORMED", "FIELD_TOO_LONG",
        "REQUEST_ID_REUSED", "CREDENTIALS_REJECTED", "ACCOUNT_ALREADY_LINKED", "ACCOUNT_ID_TAKEN",
        "UPSTREAM_UNAVAILABLE"}},
      {"ListAccounts",
       {"OK", "FIELD_MALFORMED", "FILTER_INVALID", "ORDER_BY_INVALID", "PAGE_TOKEN_INVALID"}},
      {"GetAccount", {"OK", "ACCOUNT_NOT_FOUND", "FIELD_MALFORMED"}},
      {"UpdateAccount",
       {"OK", "again", "tried", "FIELD_MALFORMED", "REQUEST_ID_REUSED", "ACCOUNT_NOT_FOUND",
        "ETAG_MISMATCH", "ACCOUNT_DELETED"}},
      {"RotateCredentials",
       {"OK", "again", "tried", "suspects", "also rotated", "REQUEST_ID_REUSED",
        "CREDENTIALS_REJECTED", "UPSTREAM_UNAVAILABLE", "ACCOUNT_NUMBER_MISMATCH",
        "ACCOUNT_NOT_FOUND", "ETAG_MISMATCH", "ACCOUNT_DELETED"}},
      {"RollbackCredentials",
       {"OK", "again", "tried", "CREDENTIALS_REJECTED", "CREDENTIAL_VERSION_NOT_KEPT",
        "ACCOUNT_NOT_FOUND", "ETAG_MISMATCH", "ACCOUNT_DELETED"}},
      {"CheckAccount",
       {"OK", "again", "tried", "suspects", "ACCOUNT_NOT_FOUND", "ETAG_MISMATCH",
        "ACCOUNT_SUSPENDED", "ACCOUNT_DELETED"}},
      {"SuspendAccount",
       {"OK", "again", "tried", "ACCOUNT_NOT_FOUND", "ETAG_MISMATCH", "ACCOUNT_SUSPENDED",
        "ACCOUNT_DELETED"}},
      {"ResumeAccount",
       {"OK", "again", "tried", "ACCOUNT_NOT_FOUND", "ETAG_MISMATCH", "ACCOUNT_NOT_SUSPENDED",
        "ACCOUNT_DELETED"}},
      {"DeleteAccount",
       {"OK", "again", "tried", "ACCOUNT_NOT_FOUND", "ETAG_MISMATCH", "ACCOUNT_DELETED"}},
      {"UndeleteAccount",
       {"OK", "again", "tried", "ACCOUNT_NOT_FOUND", "ETAG_MISMATCH", "ACCOUNT_NOT_DELETED",
        "ACCOUNT_ALREADY_LINKED"}},
      {"PurgeAccount",
       {"OK", "again", "tried", "ACCOUNT_NOT_FOUND", "ETAG_MISMATCH", "ACCOUNT_NOT_DELETED"}},
  };
  return *kMethods;
}

}  // namespace

void Add(const Coverage& from, Coverage& to) {
  for (const auto& [answer, count] : from) to[answer] += count;
}

std::vector<std::string> MissingIn(const Coverage& coverage) {
  std::vector<std::string> missing;
  for (const Method& method : Documented()) {
    for (const char* answer : method.answers) {
      std::string key = absl::StrCat(method.name, " ", answer);
      if (coverage.count(key) == 0) missing.push_back(std::move(key));
    }
  }
  return missing;
}

}  // namespace credlink::model
