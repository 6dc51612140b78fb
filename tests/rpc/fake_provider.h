// A provider that does as it is told, in place of LastPass.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/providers/provider.h"
#include "server/runtime/completion.h"
#include "server/runtime/mutex.h"

namespace credlink {

// Takes LastPass credentials as they are. Thread-safe.
class FakeProvider final : public Provider {
 public:
  // What a probe answers; decided when the probe is made.
  using Answer = std::function<ProbeResult(const ProviderCredentials&)>;

  FakeProvider();

  void SetAnswer(Answer answer);
  // From now on probes wait: until Release(), or until they are cancelled.
  void Hold();
  // The same for the next `count` probes alone.
  void HoldNext(int count = 1);
  void Release();
  // Waits until so many probes have been begun, or cancelled, in all.
  void WaitForProbes(int count);
  void WaitForCancelled(int count);
  int probes() const;

  // What Read() notes from now on.
  void SetNotes(std::vector<v1::InputNote> notes);

  static ProbeResult Valid(int64_t user_count = 4);
  static ProbeResult Not(v1::Verdict::Outcome outcome, v1::ErrorReason reason);

  absl::string_view id() const override { return "lastpass"; }
  const v1::Connector& connector() const override { return connector_; }
  absl::optional<ReadCredentials> Read(const v1::Credentials& input,
                                       FieldFaults& faults) const override;
  Task<ProbeResult> Probe(const ProviderCredentials& credentials, Deadline deadline) override;

 private:
  v1::Connector connector_;
  mutable Mutex mutex_;
  CondVar changed_;
  Answer answer_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::InputNote> notes_ ABSL_GUARDED_BY(mutex_);
  bool hold_ ABSL_GUARDED_BY(mutex_) = false;
  int hold_next_ ABSL_GUARDED_BY(mutex_) = 0;
  int releases_ ABSL_GUARDED_BY(mutex_) = 0;
  int probes_ ABSL_GUARDED_BY(mutex_) = 0;
  int cancelled_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<std::shared_ptr<Completion<bool>>> held_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace credlink
