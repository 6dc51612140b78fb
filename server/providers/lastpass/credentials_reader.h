// Brings what people paste into LastPass's two fields into shape, or says what is wrong with it.
#pragma once

#include "absl/types/optional.h"
#include "credlink/v1/credentials.pb.h"
#include "server/faults/faults.h"
#include "server/providers/provider.h"

namespace credlink::lastpass {

inline constexpr char kAccountNumberField[] = "credentials.lastpass.account_number";
inline constexpr char kProvisioningHashField[] = "credentials.lastpass.provisioning_hash";

// The rules of Provider::Read, for LastPass. Corrects blanks and one pair of quotation marks around
// either value, and leading zeros of the account number, with a note for each. At most one fault a
// field; fields that have changed places are one fault, of the account number. Neither the hash's
// length nor its alphabet is published, so neither alone makes a fault.
//
// The hash is copied once, into the Secret. Nothing that is said about a field holds any of it.
absl::optional<ReadCredentials> ReadLastPassCredentials(const v1::Credentials& input,
                                                        FieldFaults& faults);

}  // namespace credlink::lastpass
