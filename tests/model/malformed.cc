#include "tests/model/malformed.h"

#include <string>

namespace credlink::model {
namespace {

v1::ErrorReason Spoil(v1::LinkAccountRequest& request, Random& random) {
  switch (random.Below(5)) {
    case 0:
      request.mutable_owner()->clear_id();
      return v1::ERROR_REASON_FIELD_REQUIRED;
    case 1:
      request.set_account_id("Not an id");
      return v1::ERROR_REASON_FIELD_MALFORMED;
    case 2:
      request.set_label(std::string(201, 'x'));
      return v1::ERROR_REASON_FIELD_TOO_LONG;
    case 3:
      request.set_parent("tenants/");
      return v1::ERROR_REASON_FIELD_MALFORMED;
    default:
      request.clear_credentials();
      return v1::ERROR_REASON_FIELD_REQUIRED;
  }
}

v1::ErrorReason Spoil(ListCall& list, Random& random) {
  switch (random.Below(4)) {
    case 0:
      list.request.set_page_size(-1);
      return v1::ERROR_REASON_FIELD_MALFORMED;
    case 1:
      list.request.set_filter("label = ");
      return v1::ERROR_REASON_FILTER_INVALID;
    case 2:
      list.request.set_order_by("owner.id");
      return v1::ERROR_REASON_ORDER_BY_INVALID;
    default:
      list.request.set_page_token("nonsense");
      return v1::ERROR_REASON_PAGE_TOKEN_INVALID;
  }
}

v1::ErrorReason Spoil(v1::UpdateAccountRequest& request, Random& random) {
  if (random.Percent(30)) {
    request.clear_update_mask();
    return v1::ERROR_REASON_FIELD_REQUIRED;
  }
  if (random.Percent(50)) {
    request.mutable_update_mask()->add_paths("state");
  } else {
    request.mutable_account()->set_name("tenants/acme");
  }
  return v1::ERROR_REASON_FIELD_MALFORMED;
}

v1::ErrorReason Spoil(v1::ValidateCredentialsRequest& request, Random&) {
  request.clear_parent();
  return v1::ERROR_REASON_FIELD_REQUIRED;
}

// Any that names an account.
template <typename Message>
v1::ErrorReason Spoil(Message& request, Random& random) {
  if constexpr (requires { request.set_version(0); }) {
    if (random.Percent(30)) {
      request.set_version(-1);
      return v1::ERROR_REASON_FIELD_MALFORMED;
    }
  }
  if constexpr (requires { request.set_request_id(""); }) {
    if (random.Percent(30)) {
      request.set_request_id("no id");
      return v1::ERROR_REASON_FIELD_MALFORMED;
    }
  }
  if (random.Percent(50)) {
    request.clear_name();
    return v1::ERROR_REASON_FIELD_REQUIRED;
  }
  request.set_name("tenants/acme/accounts/Not an id");
  return v1::ERROR_REASON_FIELD_MALFORMED;
}

}  // namespace

v1::ErrorReason Malform(Request& request, Random& random) {
  return std::visit([&random](auto& message) { return Spoil(message, random); }, request);
}

}  // namespace credlink::model
