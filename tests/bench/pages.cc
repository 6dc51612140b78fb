#include "tests/bench/pages.h"

#include <grpcpp/channel.h>

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "tests/bench/api.h"
#include "tests/bench/grpc_target.h"

namespace credlink::bench {
namespace {

constexpr char kListAccounts[] = "/credlink.v1.LinkService/ListAccounts";

v1::ListAccountsRequest RequestOf(const Page& page) {
  v1::ListAccountsRequest request;
  request.set_parent(kTenant);
  request.set_page_size(page.size);
  request.set_page_token(page.token);
  request.set_filter(page.filter);
  return request;
}

void SetDeadline(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::seconds(kCallTimeoutSeconds));
}

absl::Status FailureOf(const Page& page, absl::string_view why) {
  return absl::UnavailableError(absl::StrCat("ListAccounts ", page.filter, ": ", why));
}

struct TimedCall {
  grpc::ClientContext context;
  grpc::ByteBuffer request;
  grpc::ByteBuffer response;
  grpc::Status status;
  absl::Time end;
  absl::Notification ended;
};

}  // namespace

PageReader::PageReader(int port) : PageReader(NewChannel(port)) {}

PageReader::PageReader(std::shared_ptr<grpc::Channel> channel)
    : stub_(v1::LinkService::NewStub(channel)), bytes_stub_(channel) {}

absl::StatusOr<v1::ListAccountsResponse> PageReader::List(const Page& page) {
  v1::ListAccountsResponse response;
  grpc::ClientContext context;
  SetDeadline(context);
  const grpc::Status status = stub_->ListAccounts(&context, RequestOf(page), &response);
  if (!status.ok()) return FailureOf(page, status.error_message());
  return response;
}

absl::StatusOr<Place> PageReader::WalkTo(const std::string& filter, int size, int page) {
  Place last_full;
  Page wanted{filter, size};
  for (int number = 1; number <= page; ++number) {
    const absl::StatusOr<v1::ListAccountsResponse> answer = List(wanted);
    if (!answer.ok()) return answer.status();
    if (answer->accounts_size() == size) last_full = Place{wanted.token, number};
    wanted.token = answer->next_page_token();
    if (wanted.token.empty()) break;
  }
  return last_full;
}

absl::StatusOr<Gathered> PageReader::GatherFrom(Page page) {
  Gathered gathered;
  const absl::Time start = absl::Now();
  do {
    const absl::StatusOr<v1::ListAccountsResponse> answer = List(page);
    if (!answer.ok()) return answer.status();
    gathered.accounts += answer->accounts_size();
    page.token = answer->next_page_token();
  } while (!page.token.empty());
  gathered.seconds = absl::ToDoubleSeconds(absl::Now() - start);
  return gathered;
}

absl::StatusOr<absl::Duration> PageReader::Time(const Page& page, size_t bytes) {
  // Not shared with gRPC's thread, which must not let go of the last channel; see GrpcTarget.
  TimedCall call;
  SetDeadline(call.context);
  call.request = ToByteBuffer(RequestOf(page).SerializeAsString());
  const absl::Time start = absl::Now();
  bytes_stub_.UnaryCall(&call.context, kListAccounts, {}, &call.request, &call.response,
                        [&call](grpc::Status status) {
                          call.end = absl::Now();
                          call.status = std::move(status);
                          call.ended.Notify();
                        });
  call.ended.WaitForNotification();
  if (!call.status.ok()) return FailureOf(page, call.status.error_message());
  if (call.response.Length() != bytes) return FailureOf(page, "another answer than before");
  return call.end - start;
}

}  // namespace credlink::bench
