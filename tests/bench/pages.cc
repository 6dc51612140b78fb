#include "tests/bench/pages.h"

#include <grpcpp/channel.h>

#include <chrono>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "credlink/v1/link_service.grpc.pb.h"
#include "tests/bench/api.h"

namespace credlink::bench {
namespace {

v1::ListAccountsRequest RequestOf(const Page& page) {
  v1::ListAccountsRequest request;
  request.set_parent(kTenant);
  request.set_page_size(page.size);
  request.set_page_token(page.token);
  request.set_filter(page.filter);
  return request;
}

class Lister {
 public:
  explicit Lister(int port) : stub_(v1::LinkService::NewStub(NewChannel(port))) {}

  absl::StatusOr<v1::ListAccountsResponse> List(const Page& page) {
    v1::ListAccountsResponse response;
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::seconds(kCallTimeoutSeconds));
    const grpc::Status status = stub_->ListAccounts(&context, RequestOf(page), &response);
    if (status.ok()) return response;
    return absl::UnavailableError(
        absl::StrCat("ListAccounts ", page.filter, ": ", status.error_message()));
  }

 private:
  const std::unique_ptr<v1::LinkService::Stub> stub_;
};

}  // namespace

absl::StatusOr<Place> WalkTo(int port, const std::string& filter, int size, int page) {
  Lister lister(port);
  Place last_full;
  std::string token;
  for (int number = 1; number <= page; ++number) {
    const Page wanted{filter, size, token};
    const absl::StatusOr<v1::ListAccountsResponse> answer = lister.List(wanted);
    if (!answer.ok()) return answer.status();
    if (answer->accounts_size() == size) last_full = Place{token, number};
    token = answer->next_page_token();
    if (token.empty()) break;
  }
  return last_full;
}

absl::StatusOr<int> CountOnFirstPage(int port, const std::string& filter, int size) {
  const Page first{filter, size};
  const absl::StatusOr<v1::ListAccountsResponse> answer = Lister(port).List(first);
  if (!answer.ok()) return answer.status();
  return answer->accounts_size();
}

absl::StatusOr<Gathered> GatherAll(int port, const std::string& filter, int size) {
  Lister lister(port);
  Gathered gathered;
  Page page{filter, size};
  const absl::Time start = absl::Now();
  do {
    const absl::StatusOr<v1::ListAccountsResponse> answer = lister.List(page);
    if (!answer.ok()) return answer.status();
    gathered.accounts += answer->accounts_size();
    page.token = answer->next_page_token();
  } while (!page.token.empty());
  gathered.seconds = absl::ToDoubleSeconds(absl::Now() - start);
  return gathered;
}

absl::StatusOr<std::unique_ptr<GrpcTarget>> PageTarget(int port, const Page& page) {
  const absl::StatusOr<v1::ListAccountsResponse> answer = Lister(port).List(page);
  if (!answer.ok()) return answer.status();
  if (answer->accounts_size() != page.size) {
    return absl::InternalError(absl::StrCat("listed ", answer->accounts_size(), " accounts of ",
                                            page.size, " with ", page.filter));
  }
  // The token of the next page may differ from answer to answer, but not in its size.
  const size_t bytes = answer->ByteSizeLong();
  const grpc::ByteBuffer request = ToByteBuffer(RequestOf(page).SerializeAsString());
  return std::make_unique<GrpcTarget>(
      port, "/credlink.v1.LinkService/ListAccounts", [request] { return request; },
      [bytes](const grpc::ByteBuffer& answer) { return answer.Length() == bytes; });
}

}  // namespace credlink::bench
