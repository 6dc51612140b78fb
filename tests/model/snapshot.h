// An account as the model expects it to be shown, and what the server may choose itself: uids,
// etags, times and fingerprints. Those are learned when they are first seen, and must fit from then
// on.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "credlink/v1/account.pb.h"

namespace credlink::model {

// Counts a tenant's changes: the model's time. 0: never.
using Tick = int64_t;

// What belongs to one account from its first event to its last.
struct Identity {
  std::string uid;
  std::map<int, std::string> etags;  // by how often the account was changed
};

// `shown` holds what follows from the calls: times are there or not, fingerprints are the hashes
// themselves, reasons have only their code, and uid and etag are empty.
struct Snapshot {
  v1::Account shown;
  std::shared_ptr<Identity> identity;
  int changes = 0;  // that give a new etag
  Tick created = 0;
  Tick updated = 0;
};

// What was learned of a tenant.
class Learned {
 public:
  // What is wrong with an account that was shown; empty when it fits. `validate_only`: its etag is
  // the one before, and its times may be either.
  std::string Compare(const v1::Account& actual, const Snapshot& expected,
                      bool validate_only = false);

  // When it was, as far as it was seen; else the last that was seen before it.
  std::map<Tick, absl::Time>::const_iterator TimeOf(Tick tick) const;
  bool HasTimes() const { return !times_.empty(); }

 private:
  std::string CompareTime(const char* what, const google::protobuf::Timestamp& time, Tick tick);
  std::string CompareFingerprint(const std::string& hash, const std::string& fingerprint);
  std::string CompareEtag(const std::string& etag, Identity& identity, int changes);

  std::map<Tick, absl::Time> times_;                 // of changes; later ticks are later
  std::map<std::string, std::string> fingerprints_;  // by hash
  std::map<std::string, std::string> hashes_;        // by fingerprint
};

}  // namespace credlink::model
