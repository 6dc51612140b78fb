#include "tests/rpc/fake_provider.h"

#include <memory>
#include <utility>

namespace credlink {
namespace {

// A probe may be released and cancelled at once; the first wins.
void Complete(Completion<bool>& done, bool released) {
  if (!done) return;
  Completion<bool> once = std::move(done);
  done = nullptr;
  std::move(once)(released);
}

}  // namespace

FakeProvider::FakeProvider() : answer_([](const ProviderCredentials&) { return Valid(); }) {
  connector_.set_name("connectors/lastpass");
  connector_.set_display_name("LastPass Business");
}

void FakeProvider::SetAnswer(Answer answer) {
  MutexLock lock(mutex_);
  answer_ = std::move(answer);
}

void FakeProvider::Hold() {
  MutexLock lock(mutex_);
  hold_ = true;
}

void FakeProvider::HoldNext(int count) {
  MutexLock lock(mutex_);
  hold_next_ = count;
}

void FakeProvider::SetNotes(std::vector<v1::InputNote> notes) {
  MutexLock lock(mutex_);
  notes_ = std::move(notes);
}

void FakeProvider::Release() {
  MutexLock lock(mutex_);
  hold_ = false;
  hold_next_ = 0;
  ++releases_;
  for (auto& done : held_) Complete(*done, true);
  held_.clear();
}

void FakeProvider::WaitForProbes(int count) {
  MutexLock lock(mutex_);
  while (probes_ < count) changed_.Wait(mutex_);
}

void FakeProvider::WaitForCancelled(int count) {
  MutexLock lock(mutex_);
  while (cancelled_ < count) changed_.Wait(mutex_);
}

int FakeProvider::probes() const {
  MutexLock lock(mutex_);
  return probes_;
}

ProbeResult FakeProvider::Valid(int64_t user_count) {
  ProbeResult result;
  result.verdict.set_outcome(v1::Verdict::OUTCOME_VALID);
  result.verdict.mutable_evidence()->mutable_time()->set_seconds(1'700'000'000);
  result.user_count = user_count;
  return result;
}

ProbeResult FakeProvider::Not(v1::Verdict::Outcome outcome, v1::ErrorReason reason) {
  ProbeResult result;
  result.verdict.set_outcome(outcome);
  result.verdict.set_reason(reason);
  return result;
}

absl::optional<ReadCredentials> FakeProvider::Read(const v1::Credentials& input,
                                                   FieldFaults& faults) const {
  if (input.lastpass().account_number().empty()) {
    faults.Add("credentials.lastpass.account_number", v1::ERROR_REASON_CID_MALFORMED);
  }
  if (input.lastpass().provisioning_hash().empty()) {
    faults.Add("credentials.lastpass.provisioning_hash", v1::ERROR_REASON_HASH_EMPTY);
  }
  if (!faults.empty()) return absl::nullopt;
  ReadCredentials read;
  read.credentials.account_number = input.lastpass().account_number();
  read.credentials.secret = Secret(input.lastpass().provisioning_hash());
  MutexLock lock(mutex_);
  read.notes = notes_;
  return read;
}

Task<ProbeResult> FakeProvider::Probe(const ProviderCredentials& credentials, Deadline) {
  ProbeResult result;
  bool wait = false;
  int releases = 0;
  {
    MutexLock lock(mutex_);
    ++probes_;
    result = answer_(credentials);
    wait = hold_ || hold_next_ > 0;
    if (hold_next_ > 0) --hold_next_;
    releases = releases_;
    changed_.NotifyAll();
  }
  if (!wait) co_return result;
  auto held = std::make_shared<Completion<bool>>();
  // By reference: GCC 12 destroys a temporary closure's captures twice in a co_await.
  const bool released = co_await AwaitCancellable<bool>(
      [this, &held, releases](Completion<bool> done) {
        MutexLock lock(mutex_);
        *held = std::move(done);
        // Whoever saw the probe counted may have released it already.
        if (releases_ != releases) return Complete(*held, true);
        held_.push_back(held);
      },
      [this, &held] {
        MutexLock lock(mutex_);
        ++cancelled_;
        changed_.NotifyAll();
        Complete(*held, false);
      });
  result.cancelled = !released;
  co_return result;
}

}  // namespace credlink
