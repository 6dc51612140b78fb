#include "tests/model/runner.h"

#include <google/protobuf/text_format.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "credlink/v1/annotations.pb.h"

namespace credlink::model {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(60);
constexpr int kBetweenComparisons = 500;

std::string Text(const google::protobuf::Message& message) {
  std::string text;
  google::protobuf::TextFormat::PrintToString(message, &text);
  return text;
}

template <typename Names>
std::string Sorted(const Names& names) {
  return absl::StrJoin(std::set<std::string>(names.begin(), names.end()), " ");
}

std::string NameOf(v1::ErrorReason reason) {
  if (reason == v1::ERROR_REASON_UNSPECIFIED) return "";
  return v1::ErrorReason_Name(reason).substr(sizeof("ERROR_REASON_") - 1);
}

int CodeOf(v1::ErrorReason reason) {
  const auto* value = v1::ErrorReason_descriptor()->FindValueByNumber(reason);
  return value->options().GetExtension(v1::reason).code();
}

}  // namespace

Runner::Runner(ServerLine& servers, LastPassWorld& world, const std::string& tenant,
               RunnerOptions options)
    : world_(world),
      options_(std::move(options)),
      client_(servers),
      model_(tenant, world),
      operations_(options_.seed, world, options_.always_with_id),
      watch_(servers, model_.parent()) {}

void Runner::Differ(absl::string_view what, const std::string& how) {
  if (how.empty() || !difference_.empty()) return;
  difference_ = absl::StrCat("call ", calls_, " of ", model_.parent(), ", seed ", options_.seed,
                             "\n", doing_, "\n", what, ": ", how);
}

void Runner::Run(int calls, const std::atomic<bool>& stop) {
  for (int i = 0; i < calls && !stop && difference_.empty(); ++i) {
    if (operations_.random().Percent(3)) ChangeWorld();
    {
      const LastPassWorld::Shared shared(world_);
      const Operation operation = operations_.Next(model_, learned_);
      ++calls_;
      options_.before_call();
      std::visit([&](const auto& request) { RunOne(request, operation.malformed); },
                 operation.request);
    }
    if (calls_ % kBetweenComparisons == 0) CompareAll();
  }
}

void Runner::ChangeWorld() {
  Random& random = operations_.random();
  const std::string cid = LastPassWorld::CidOf(random.Below(LastPassWorld::kCompanies));
  switch (random.Below(4)) {
    case 0:
      return world_.Reset(cid, /*back=*/false);
    case 1:
      return world_.Reset(cid, /*back=*/true);
    default:
      return world_.SetDown(cid, random.Percent(15));
  }
}

template <typename Message>
void Runner::RunOne(const Message& request, v1::ErrorReason malformed) {
  doing_ = absl::StrCat(request.GetDescriptor()->name(), " { ", Text(request), "}");
  const auto method = MethodOf(request);
  auto response = ResponseOf(method);
  const grpc::Status status = client_.Call(method, request, &response);
  if constexpr (std::is_same_v<Message, v1::LinkAccountRequest>) {
    model_.SetNextName(response.account().name());
  }
  Expected expected;
  expected.error = malformed;
  if (malformed == v1::ERROR_REASON_UNSPECIFIED) expected = model_.Apply(request);
  CompareFault(status, expected);
  if (!difference_.empty() || !status.ok()) return;
  if (expected.first_answer != nullptr) {
    decltype(response) first;
    first.ParseFromString(*expected.first_answer);
    const std::string then = Text(first);
    const std::string now = Text(response);
    if (then != now) Differ("another answer than the first", absl::StrCat(then, "---\n", now));
    return;
  }
  bool validate_only = false;
  if constexpr (requires { request.validate_only(); }) {
    validate_only = request.validate_only();
    model_.Answered(response);
  }
  CompareAnswer(response, expected, validate_only);
}

void Runner::CompareFault(const grpc::Status& status, const Expected& expected) {
  const std::string reason = NameOf(expected.error);
  if (status.ok() && reason.empty()) return;
  ++refused_;
  const int code = reason.empty() ? 0 : CodeOf(expected.error);
  if (status.error_code() != code || ReasonOf(status) != reason) {
    Differ("status", absl::StrCat("expected ", code, " ", reason, ", got ", status.error_code(),
                                  " ", ReasonOf(status), " ", status.error_message()));
  }
  if (!expected.resource.empty() && ResourceOf(status) != expected.resource) {
    Differ("resource", absl::StrCat("expected ", expected.resource, ", got ", ResourceOf(status)));
  }
}

template <typename Response>
void Runner::CompareAnswer(const Response& response, const Expected& expected, bool validate_only) {
  if constexpr (requires { response.account(); }) {
    Differ("account", learned_.Compare(response.account(), *expected.account, validate_only));
  }
  if constexpr (requires { response.verdict(); }) {
    if (response.verdict().outcome() != expected.proof->outcome ||
        response.verdict().reason() != expected.proof->reason) {
      Differ("verdict", Text(response.verdict()));
    }
  }
  if constexpr (requires { response.user_count(); }) {
    if (response.user_count() != expected.proof->user_count) {
      Differ("user_count", absl::StrCat(response.user_count()));
    }
  }
  if constexpr (requires { response.notes(); }) {
    if (response.notes_size() != expected.notes) Differ("notes", Text(response));
  }
  if constexpr (requires { response.suspect_accounts(); }) {
    const std::string suspects = Sorted(response.suspect_accounts());
    if (suspects != Sorted(expected.suspects)) {
      Differ("suspects", absl::StrCat("expected ", Sorted(expected.suspects), ", got ", suspects));
    }
  }
  if constexpr (requires { response.also_rotated(); }) {
    const std::string rotated = Sorted(response.also_rotated());
    if (rotated != Sorted(expected.also_rotated)) {
      Differ("also_rotated",
             absl::StrCat("expected ", Sorted(expected.also_rotated), ", got ", rotated));
    }
  }
  if constexpr (requires { response.receipt(); }) {
    v1::PurgeReceipt receipt = response.receipt();
    const bool made = !receipt.id().empty() && receipt.has_purge_time();
    const bool none = receipt.id().empty() && !receipt.has_purge_time();
    const Snapshot& account = *expected.account;
    if (!(validate_only ? none : made) || receipt.uid() != account.identity->uid ||
        receipt.name() != account.shown.name() || receipt.provider() != account.shown.provider() ||
        receipt.account_number() != account.shown.account_number() ||
        receipt.credential_versions() != expected.erased_versions) {
      Differ("receipt", absl::StrCat("expected ", expected.erased_versions, " versions of uid ",
                                     account.identity->uid, ", got ", Text(receipt)));
    }
  }
}

void Runner::RunOne(const ListCall& list, v1::ErrorReason malformed) {
  v1::ListAccountsRequest request = list.request;
  doing_ = absl::StrCat("ListAccountsRequest { ", Text(request), "}");
  Expected fault;
  fault.error = malformed;
  const std::vector<Snapshot> expected = ExpectedList(model_, list);
  std::vector<v1::Account> accounts;
  do {
    v1::ListAccountsResponse page;
    const grpc::Status status = client_.Call(&Stub::ListAccounts, request, &page);
    CompareFault(status, fault);
    if (!status.ok() || !difference_.empty()) return;
    if (request.return_total_size() &&
        (page.total_size() != static_cast<int64_t>(expected.size()) ||
         page.total_size_is_lower_bound())) {
      Differ("total_size", absl::StrCat(page.total_size(), " of ", expected.size()));
    }
    const int most = request.page_size() == 0 ? 50 : std::min(request.page_size(), 1000);
    if (page.accounts_size() > most) Differ("page", absl::StrCat(page.accounts_size()));
    accounts.insert(accounts.end(), page.accounts().begin(), page.accounts().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  CompareList(accounts, expected);
}

void Runner::CompareList(const std::vector<v1::Account>& accounts,
                         const std::vector<Snapshot>& expected) {
  const auto actual_name = [](std::string* out, const v1::Account& a) { *out += a.name(); };
  const auto expected_name = [](std::string* out, const Snapshot& s) { *out += s.shown.name(); };
  const std::string names = absl::StrJoin(expected, " ", expected_name);
  const std::string actual_names = absl::StrJoin(accounts, " ", actual_name);
  if (names != actual_names) {
    return Differ("list", absl::StrCat("expected ", names, ", got ", actual_names));
  }
  for (size_t i = 0; i < accounts.size(); ++i) {
    Differ(accounts[i].name(), learned_.Compare(accounts[i], expected[i]));
  }
}

void Runner::CompareAll() {
  ListCall all;
  all.request.set_parent(model_.parent());
  all.request.set_show_deleted(true);
  all.request.set_page_size(7);
  all.request.set_return_total_size(true);
  all.matches = [](const ModelAccount&) { return true; };
  RunOne(all, v1::ERROR_REASON_UNSPECIFIED);
  CompareEvents();
}

std::string Runner::FitsOneOf(const v1::Event& event, EventGroup& group) {
  const auto found = std::find_if(group.begin(), group.end(), [&](const ExpectedEvent& expected) {
    return expected.account.shown.name() == event.account().name();
  });
  if (found == group.end()) return "of no account that the change was about";
  if (event.type() != found->type) return absl::StrCat("expected ", found->type);
  if (event.actor() != "local" || !event.has_time()) return "actor or time";
  std::string wrong = learned_.Compare(event.account(), found->account);
  group.erase(found);
  return wrong;
}

void Runner::CompareEvents() {
  for (EventGroup& group : model_.TakeEvents()) {
    while (!group.empty() && difference_.empty()) {
      doing_ = absl::StrCat("after event ", events_);
      const absl::optional<v1::Event> event = watch_.Next(kPatience);
      if (!event) return Differ("no event", watch_.fault() + ".");
      if (event->sequence() != ++events_) Differ("sequence", absl::StrCat(event->sequence()));
      Differ(Text(*event), FitsOneOf(*event, group));
    }
  }
  // None too many, as far as it can be seen without waiting.
  const absl::optional<v1::Event> more = watch_.Next(absl::ZeroDuration());
  if (more) Differ("one event too many", Text(*more));
  Differ("watch", watch_.fault());
}

}  // namespace credlink::model
