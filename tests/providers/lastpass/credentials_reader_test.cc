#include "server/providers/lastpass/credentials_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"

namespace credlink::lastpass {
namespace {

using std::string_literals::operator""s;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string kCid = "12345678";
const std::string kHash = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0";

struct Outcome {
  absl::optional<ReadCredentials> read;
  std::vector<std::string> faults;  // "account_number: CID_MALFORMED"
  std::string said;                 // all that was said, for people and for programs
};

Outcome Read(const std::string& account_number, const std::string& hash) {
  v1::Credentials input;
  input.mutable_lastpass()->set_account_number(account_number);
  input.mutable_lastpass()->set_provisioning_hash(hash);
  FieldFaults faults;
  Outcome outcome;
  outcome.read = ReadLastPassCredentials(input, faults);
  EXPECT_EQ(outcome.read.has_value(), faults.empty());
  const absl::Status status = faults.ToStatus();
  outcome.said = std::string(status.message());
  status.ForEachPayload([&outcome](absl::string_view url, const absl::Cord& payload) {
    absl::StrAppend(&outcome.said, "\n", std::string(payload));
    google::rpc::ErrorInfo info;
    if (!absl::StrContains(url, "ErrorInfo") || !info.ParseFromString(std::string(payload))) return;
    for (const auto& [key, value] : info.metadata()) {
      const std::string prefix = "credentials.lastpass.";
      if (key.rfind(prefix, 0) == 0) {
        outcome.faults.push_back(key.substr(prefix.size()) + ": " + value);
      }
    }
  });
  std::sort(outcome.faults.begin(), outcome.faults.end());
  if (outcome.read) {
    for (const v1::InputNote& note : outcome.read->notes) {
      absl::StrAppend(&outcome.said, "\n", note.field(), note.message());
    }
  }
  return outcome;
}

std::vector<std::string> Notes(const Outcome& outcome) {
  std::vector<std::string> notes;
  for (const v1::InputNote& note : outcome.read->notes) notes.push_back(note.message());
  return notes;
}

TEST(CredentialsReaderTest, CleanValuesPassUnchanged) {
  const Outcome outcome = Read(kCid, kHash);
  ASSERT_TRUE(outcome.read);
  EXPECT_EQ(outcome.read->credentials.account_number, kCid);
  EXPECT_EQ(outcome.read->credentials.secret.Reveal(), kHash);
  EXPECT_THAT(Notes(outcome), IsEmpty());
}

struct Accepted {
  std::string account_number;
  std::string hash;
  std::string read_account_number;
  std::string read_hash;
  size_t notes;
};

TEST(CredentialsReaderTest, WhatCanBePutRightIsPutRight) {
  const Accepted table[] = {
      {"1", "a", "1", "a", 0},
      {"1234567890", std::string(1024, 'a'), "1234567890", std::string(1024, 'a'), 0},
      {" 12345678\r\n", kHash, kCid, kHash, 1},
      {"\"12345678\"", kHash, kCid, kHash, 1},
      {" ' 12345678 ' ", kHash, kCid, kHash, 2},
      {"0012345678", kHash, kCid, kHash, 1},
      {" \"0012345678\"", kHash, kCid, kHash, 3},
      {kCid, "\t\n\v\f\r " + kHash + " \r\n", kCid, kHash, 1},
      {kCid, "\"" + kHash + "\"", kCid, kHash, 1},
      {kCid, " \" " + kHash + " \" ", kCid, kHash, 2},
      {kCid, "“" + kHash + "”", kCid, kHash, 1},
      {kCid, "„" + kHash + "“", kCid, kHash, 1},
      {kCid, "«" + kHash + "»", kCid, kHash, 1},
      {kCid, "‘" + kHash + "’", kCid, kHash, 1},
      {kCid, "`" + kHash + "`", kCid, kHash, 1},
      {kCid, "\u00a0" + kHash + "\u00a0", kCid, kHash, 1},
      {kCid, "\ufeff" + kHash, kCid, kHash, 1},
      {kCid, "\u200b" + kHash + "\u200b\u200d", kCid, kHash, 1},
      {kCid, "\u202a" + kHash + "\u202c", kCid, kHash, 1},
      {"\u00a0" + kCid + "\u3000", "\u2028“\u00a0" + kHash + "”\u2060", kCid, kHash, 3},
      // Neither length nor alphabet is published.
      {kCid, "12345", kCid, "12345", 0},
      {kCid, "12345678901234567890", kCid, "12345678901234567890", 0},
      {kCid, "ABCxyz", kCid, "ABCxyz", 0},
      {kCid, "ключ", kCid, "ключ", 0},
      {kCid, "abcdefgh-ijklmnop_qrst+/=", kCid, "abcdefgh-ijklmnop_qrst+/=", 0},
      {kCid, "abcdefgh@ijklmnopqrstuvwxyz", kCid, "abcdefgh@ijklmnopqrstuvwxyz", 0},
      {kCid, "lpkey", kCid, "lpkey", 0},
      {kCid, "abcdefghijkl'mnopqrstuvwxyz", kCid, "abcdefghijkl'mnopqrstuvwxyz", 0},
  };
  for (const Accepted& test : table) {
    const Outcome outcome = Read(test.account_number, test.hash);
    ASSERT_TRUE(outcome.read) << test.account_number << " " << test.hash;
    EXPECT_EQ(outcome.read->credentials.account_number, test.read_account_number);
    EXPECT_EQ(outcome.read->credentials.secret.Reveal(), test.read_hash);
    EXPECT_EQ(Notes(outcome).size(), test.notes) << test.account_number << " " << test.hash;
  }
}

TEST(CredentialsReaderTest, NotesSayWhatWasDoneAndWhere) {
  const Outcome outcome = Read(" \"0012345678\"", "“" + kHash + " ”");
  ASSERT_TRUE(outcome.read);
  EXPECT_THAT(Notes(outcome),
              ElementsAre("White space around the account number was removed.",
                          "The quotation marks around the account number were removed.",
                          "Leading zeros of the account number were dropped.",
                          "White space around the provisioning hash was removed.",
                          "The quotation marks around the provisioning hash were removed."));
  EXPECT_EQ(outcome.read->notes.front().field(), "credentials.lastpass.account_number");
  EXPECT_EQ(outcome.read->notes.back().field(), "credentials.lastpass.provisioning_hash");
}

TEST(CredentialsReaderTest, WrongAccountNumbers) {
  for (const std::string& empty : {""s, " "s, "\"\""s, "\u200b"s}) {
    EXPECT_THAT(Read(empty, kHash).faults, ElementsAre("account_number: FIELD_REQUIRED"));
  }
  const std::string malformed[] = {"0",
                                   "0000000000",
                                   "12345678901",
                                   "00000000001",
                                   "-1",
                                   "+1",
                                   "1e3",
                                   "1.0",
                                   "1,234,567",
                                   "12 345 678",
                                   "1'234'567",
                                   "0x10",
                                   "１２３",
                                   "١٢٣",
                                   "12345678\"",
                                   "''12345678''",
                                   "abc",
                                   "a@b.example",
                                   "12\u200b3",
                                   "1\0"s,
                                   "\0001"s,
                                   "CID:12345678",
                                   std::string(256, '1')};
  for (const std::string& cid : malformed) {
    EXPECT_THAT(Read(cid, kHash).faults, ElementsAre("account_number: CID_MALFORMED")) << cid;
  }
  EXPECT_THAT(Read(std::string(257, '1'), kHash).faults,
              ElementsAre("account_number: FIELD_TOO_LONG"));
  EXPECT_THAT(Read("123\xff", kHash).faults, ElementsAre("account_number: FIELD_MALFORMED"));
}

struct Refused {
  std::string hash;
  std::string reason;
};

TEST(CredentialsReaderTest, WrongHashes) {
  const Refused table[] = {
      {"", "HASH_EMPTY"},
      {" \t\r\n", "HASH_EMPTY"},
      {"\"\"", "HASH_EMPTY"},
      {"“ ”", "HASH_EMPTY"},
      {"\u00a0\ufeff\u200b", "HASH_EMPTY"},
      {"lpkey_a1b2c3d4e5f6_0123456789abcdef0123456789abcdef", "HASH_IS_REST_KEY"},
      {" \"lpkey_a1b2c3d4e5f6_0123456789abcdef0123456789abcdef\"", "HASH_IS_REST_KEY"},
      {"LPKEY_x", "HASH_IS_REST_KEY"},
      {"ann@example.com", "HASH_IS_EMAIL"},
      {"ann.bee+test@mail.example.co.uk", "HASH_IS_EMAIL"},
      {"\"\"" + kHash + "\"\"", "HASH_HAS_QUOTES"},
      {"\"" + kHash, "HASH_HAS_QUOTES"},
      {kHash + "”", "HASH_HAS_QUOTES"},
      {"'" + kHash, "HASH_HAS_QUOTES"},
      {"\"" + kHash + "”", "HASH_HAS_QUOTES"},
      {"\"provhash\":\"" + kHash + "\"", "HASH_HAS_QUOTES"},
      {"abcdef 0123456", "HASH_HAS_SPACES"},
      {kHash + "\n" + kHash, "HASH_HAS_SPACES"},
      {kHash + "\0"s, "HASH_HAS_SPACES"},
      {"\0"s + kHash, "HASH_HAS_SPACES"},
      {"abc\0def"s, "HASH_HAS_SPACES"},
      {"abc\u00a0def", "HASH_HAS_SPACES"},
      {"abc\u200bdef", "HASH_HAS_SPACES"},
      {"abc\x7f" + kHash, "HASH_HAS_SPACES"},
      {"abc\u0085" + kHash, "HASH_HAS_SPACES"},
      {"Summer2024!", "HASH_IS_PASSWORD"},
      {"p@ssword", "HASH_IS_PASSWORD"},
      {"correct-horse-battery-s", "HASH_IS_PASSWORD"},
      {std::string(1025, 'a'), "FIELD_TOO_LONG"},
      {"abc\xff", "FIELD_MALFORMED"},
      {"\xc0\xaf", "FIELD_MALFORMED"},
      {"\xed\xa0\x80", "FIELD_MALFORMED"},
      {"abc\xe2\x80", "FIELD_MALFORMED"},
  };
  for (const Refused& test : table) {
    EXPECT_THAT(Read(kCid, test.hash).faults, ElementsAre("provisioning_hash: " + test.reason))
        << test.hash;
  }
}

TEST(CredentialsReaderTest, FieldsThatChangedPlacesAreOneFault) {
  EXPECT_THAT(Read(kHash, kCid).faults, ElementsAre("account_number: FIELDS_SWAPPED"));
  EXPECT_THAT(Read(" \"" + kHash + "\"", " 12345678").faults,
              ElementsAre("account_number: FIELDS_SWAPPED"));
  EXPECT_THAT(Read("abc", kCid).faults, ElementsAre("account_number: CID_MALFORMED"));
  EXPECT_THAT(Read(kHash, kHash).faults, ElementsAre("account_number: CID_MALFORMED"));
  EXPECT_THAT(Read(kCid, kCid).faults, IsEmpty());
}

TEST(CredentialsReaderTest, AllFaultyFieldsAtOnce) {
  EXPECT_THAT(Read("", "").faults,
              ElementsAre("account_number: FIELD_REQUIRED", "provisioning_hash: HASH_EMPTY"));
  EXPECT_THAT(Read("1e3", "ann@example.com").faults,
              ElementsAre("account_number: CID_MALFORMED", "provisioning_hash: HASH_IS_EMAIL"));
  EXPECT_THAT(Read("\xff", "\xff").faults,
              ElementsAre("account_number: FIELD_MALFORMED", "provisioning_hash: FIELD_MALFORMED"));
}

TEST(CredentialsReaderTest, NoCredentialsAtAll) {
  FieldFaults faults;
  EXPECT_FALSE(ReadLastPassCredentials(v1::Credentials(), faults).has_value());
  EXPECT_EQ(ReasonOf(faults.ToStatus()), v1::ERROR_REASON_FIELD_REQUIRED);
}

TEST(CredentialsReaderTest, NothingSaidHoldsTheInput) {
  const std::string planted = "q7Zk";
  const std::string around[][2] = {{"", ""},
                                   {" ", ""},
                                   {"\"", "\""},
                                   {"\"", ""},
                                   {"a b", ""},
                                   {"", "\n"},
                                   {"!", "!"},
                                   {"", "@a.b"},
                                   {"lpkey_", ""},
                                   {"\xff", ""},
                                   {std::string(2000, 'x'), ""}};
  for (const auto& [before, after] : around) {
    const std::string value = before + planted + after;
    EXPECT_EQ(Read(kCid, value).said.find(planted), std::string::npos) << value;
    EXPECT_EQ(Read(value, kHash).said.find(planted), std::string::npos) << value;
    EXPECT_EQ(Read(value, value).said.find(planted), std::string::npos) << value;
    EXPECT_EQ(Read(value, kCid).said.find(planted), std::string::npos) << value;
  }
  EXPECT_EQ(Read(kHash, kCid).said.find(kHash), std::string::npos);
}

}  // namespace
}  // namespace credlink::lastpass
