// Changes of accounts: whole records, compared and swapped.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "credlink/v1/account.pb.h"
#include "credlink/v1/event.pb.h"

namespace credlink {

// AccountRecord.check_due of what is to be checked now, before all else of its tenant that is due.
// Other than every one before, so that a check under way can tell that another one is wanted.
inline absl::Time DueFirst(absl::Time now) { return now - absl::Hours(10 * 365 * 24); }

// An account as it is stored.
struct AccountRecord {
  std::string account_id;
  v1::Account account;
  // Equal exactly for equal secrets, whatever the tenant; a keyed hash.
  std::string credential_tag;
  absl::Time check_due;  // when ACTIVE
  // The state to restore when DELETED, and why it was that.
  v1::Account::State restore_state = v1::Account::STATE_ACTIVE;
  std::string restore_reason{};
  int64_t revision = 0;  // 1 once it is stored, one more with every change; 0: not stored
};

// A sealed credential.
struct SealedVersion {
  int64_t version = 0;
  std::string sealed;
};

struct AccountChange {
  enum Kind {
    kInsert,  // the record is new; its revision does not count
    kUpdate,  // the record takes the place of the one that has its revision
    kErase,   // the record that has this revision, or any if it is 0, and its credentials go; its
              // id stays taken
  };
  Kind kind = kUpdate;
  AccountRecord record;
  std::vector<SealedVersion> add_credentials{};
  std::vector<int64_t> drop_credentials{};  // versions; kErase drops all
};

// The first answer to a request_id, kept so that the same request gets it again.
struct RequestRecord {
  std::string request_id;
  std::string digest;    // keyed hash of the request's content
  std::string response;  // the serialised response message
  absl::Time expire_time;
};

// Makes a check of ACTIVE accounts of other tenants due first: those with this number, another
// credential_tag, and a last success before `proven`. Also where it is due already: a check under
// way may have begun too early. Not of UNHEALTHY ones: what was refused is checked at its own pace.
struct Recheck {
  std::string provider;
  std::string account_number;
  std::string credential_tag;
  absl::Time proven;
};

// What is to be changed in one tenant.
struct ChangeSet {
  std::string tenant;
  std::vector<AccountChange> changes{};
  // Without sequence and resume_token; in their order. Left out are an UPSTREAM_OUTAGE_BEGAN when
  // the tenant's last one has not ended, and an UPSTREAM_OUTAGE_ENDED when it has: so that of
  // several who tell a tenant at the same time one does.
  std::vector<v1::Event> events{};
  absl::optional<RequestRecord> request{};
  absl::optional<Recheck> elsewhere{};
  absl::Time now;  // request records that expired before it do not count
};

// What became of them. Only kApplied has changed the store.
struct ChangeOutcome {
  enum Kind {
    kApplied,
    kRequestSeen,     // the request_id is on record; `request` is what it got then
    kAlreadyLinked,   // a live account of the same owner, provider and account number is there:
                      // `existing_account_id`
    kAccountIdTaken,  // the tenant has, or had, an account of this id
    kConflict,        // a record has another revision by now, or is gone
  };
  Kind kind = kApplied;
  absl::optional<RequestRecord> request{};
  std::string existing_account_id{};
  bool made_due = false;  // kApplied: ChangeSet.elsewhere was about some account
};

}  // namespace credlink
