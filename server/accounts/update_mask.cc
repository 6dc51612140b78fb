#include "server/accounts/update_mask.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/accounts/field_checks.h"

namespace credlink {
namespace {

struct Path {
  const char* name;
  void (*check)(const v1::Account& account, FieldFaults& faults);
  void (*apply)(const v1::Account& from, v1::Account& to);
};

constexpr Path kPaths[] = {
    {"label",
     [](const v1::Account& account, FieldFaults& faults) {
       CheckText("account.label", account.label(), kMaxText, faults);
     },
     [](const v1::Account& from, v1::Account& to) { to.set_label(from.label()); }},
    {"annotations",
     [](const v1::Account& account, FieldFaults& faults) {
       CheckAnnotations("account.annotations", account.annotations(), faults);
     },
     [](const v1::Account& from, v1::Account& to) {
       *to.mutable_annotations() = from.annotations();
     }},
    {"environment",
     [](const v1::Account& account, FieldFaults& faults) {
       CheckEnvironment("account.environment", account.environment(), faults);
     },
     [](const v1::Account& from, v1::Account& to) {
       to.set_environment(from.environment() == v1::ENVIRONMENT_UNSPECIFIED
                              ? v1::ENVIRONMENT_PRODUCTION
                              : from.environment());
     }},
    {"owner.display_name",
     [](const v1::Account& account, FieldFaults& faults) {
       CheckText("account.owner.display_name", account.owner().display_name(), kMaxText, faults);
     },
     [](const v1::Account& from, v1::Account& to) {
       to.mutable_owner()->set_display_name(from.owner().display_name());
     }},
    {"owner.username",
     [](const v1::Account& account, FieldFaults& faults) {
       CheckText("account.owner.username", account.owner().username(), kMaxText, faults);
     },
     [](const v1::Account& from, v1::Account& to) {
       to.mutable_owner()->set_username(from.owner().username());
     }},
};

const Path* FindPath(const std::string& name) {
  const auto* found = std::find_if(std::begin(kPaths), std::end(kPaths),
                                   [&name](const Path& path) { return name == path.name; });
  return found == std::end(kPaths) ? nullptr : found;
}

}  // namespace

void CheckUpdate(const v1::UpdateAccountRequest& request, FieldFaults& faults) {
  if (request.update_mask().paths().empty()) {
    faults.Add("update_mask", v1::ERROR_REASON_FIELD_REQUIRED,
               "Must name what to change: label, annotations, environment, owner.display_name, "
               "owner.username.");
  }
  bool unknown = false;
  for (const std::string& name : request.update_mask().paths()) {
    const Path* path = FindPath(name);
    if (path == nullptr) {
      unknown = true;
    } else {
      path->check(request.account(), faults);
    }
  }
  if (unknown) {
    faults.Add("update_mask", v1::ERROR_REASON_FIELD_MALFORMED,
               "Must name only label, annotations, environment, owner.display_name and "
               "owner.username; nothing else can be changed so.");
  }
}

void ApplyUpdate(const v1::UpdateAccountRequest& request, v1::Account& account) {
  for (const std::string& name : request.update_mask().paths()) {
    if (const Path* path = FindPath(name)) path->apply(request.account(), account);
  }
}

}  // namespace credlink
