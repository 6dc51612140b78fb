// The input is "account number|provisioning hash".
#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "server/providers/lastpass/credentials_reader.h"
#include "tests/fuzz/check.h"

namespace credlink::lastpass {
namespace {

v1::Credentials Input(absl::string_view account_number, absl::string_view hash) {
  v1::Credentials input;
  input.mutable_lastpass()->set_account_number(std::string(account_number));
  input.mutable_lastpass()->set_provisioning_hash(std::string(hash));
  return input;
}

void CheckAccepted(const ReadCredentials& read, absl::string_view pasted_hash) {
  const std::string& cid = read.credentials.account_number;
  Check(!cid.empty() && cid.size() <= 10, "1 to 10 digits");
  Check(std::all_of(cid.begin(), cid.end(), absl::ascii_isdigit), "digits only");
  Check(cid[0] != '0', "no leading zero");

  const absl::string_view hash = read.credentials.secret.Reveal();
  Check(!hash.empty() && hash.size() <= 1024, "1 to 1024 bytes of hash");
  Check(std::none_of(
            hash.begin(), hash.end(),
            [](unsigned char c) { return absl::ascii_isspace(c) || absl::ascii_iscntrl(c); }),
        "no space in the hash");
  Check(absl::StrContains(pasted_hash, hash), "the hash is a part of what was pasted");

  FieldFaults faults;
  const auto again = ReadLastPassCredentials(Input(cid, hash), faults);
  Check(again && faults.empty() && again->notes.empty(), "what was read needs no correction");
  Check(again->credentials.account_number == cid && again->credentials.secret.Reveal() == hash,
        "what was read reads as itself");
}

void CheckRead(absl::string_view account_number, absl::string_view hash) {
  FieldFaults faults;
  const auto read = ReadLastPassCredentials(Input(account_number, hash), faults);
  Check(read.has_value() == faults.empty(), "either credentials or faults");
  if (read) CheckAccepted(*read, hash);
}

}  // namespace
}  // namespace credlink::lastpass

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t bar = std::min(input.find('|'), input.size());
  credlink::lastpass::CheckRead(input.substr(0, bar),
                                input.substr(std::min(bar + 1, input.size())));
  return 0;
}
