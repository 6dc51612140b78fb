// The calls that change something: all alike, but for the time that they may take.

#include "client/cpp/call.h"
#include "client/cpp/client.h"

namespace credlink::client {

using Stub = v1::LinkService::Stub;

absl::StatusOr<v1::LinkAccountResponse> Client::Link(v1::LinkAccountRequest request) {
  return Mutate(*link_, &Stub::LinkAccount, request, timeouts_.live_check);
}

absl::StatusOr<v1::UpdateAccountResponse> Client::Update(v1::UpdateAccountRequest request) {
  return Mutate(*link_, &Stub::UpdateAccount, request, timeouts_.write);
}

absl::StatusOr<v1::RotateCredentialsResponse> Client::Rotate(v1::RotateCredentialsRequest request) {
  return Mutate(*link_, &Stub::RotateCredentials, request, timeouts_.live_check);
}

absl::StatusOr<v1::RollbackCredentialsResponse> Client::Rollback(
    v1::RollbackCredentialsRequest request) {
  return Mutate(*link_, &Stub::RollbackCredentials, request, timeouts_.live_check);
}

absl::StatusOr<v1::CheckAccountResponse> Client::Check(v1::CheckAccountRequest request) {
  return Mutate(*link_, &Stub::CheckAccount, request, timeouts_.live_check);
}

absl::StatusOr<v1::SuspendAccountResponse> Client::Suspend(v1::SuspendAccountRequest request) {
  return Mutate(*link_, &Stub::SuspendAccount, request, timeouts_.write);
}

absl::StatusOr<v1::ResumeAccountResponse> Client::Resume(v1::ResumeAccountRequest request) {
  return Mutate(*link_, &Stub::ResumeAccount, request, timeouts_.write);
}

absl::StatusOr<v1::DeleteAccountResponse> Client::Delete(v1::DeleteAccountRequest request) {
  return Mutate(*link_, &Stub::DeleteAccount, request, timeouts_.write);
}

absl::StatusOr<v1::UndeleteAccountResponse> Client::Undelete(v1::UndeleteAccountRequest request) {
  return Mutate(*link_, &Stub::UndeleteAccount, request, timeouts_.write);
}

absl::StatusOr<v1::PurgeAccountResponse> Client::Purge(v1::PurgeAccountRequest request) {
  return Mutate(*link_, &Stub::PurgeAccount, request, timeouts_.write);
}

}  // namespace credlink::client
