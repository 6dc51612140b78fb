#include "server/secrets/sealer.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "server/faults/faults.h"
#include "server/secrets/crypto.h"

namespace credlink {
namespace {

SealingKey TestKey(uint8_t fill = 7, uint32_t version = 1) {
  SealingKey key{version, Secret::OfSize(kKeySize)};
  std::fill_n(key.key.mutable_data(), kKeySize, fill);
  return key;
}

SealContext TestContext() { return {"credential", "deployment-1", "acme", "uid-1", "1234567", 1}; }

bool IsIntegrityFailure(const absl::StatusOr<Secret>& result) {
  return !result.ok() && ReasonOf(result.status()) == v1::ERROR_REASON_INTEGRITY_FAILURE;
}

TEST(SealerTest, OpensWhatItSealed) {
  for (const std::string& text : {std::string(), std::string("a"), std::string(64, 'f'),
                                  std::string(1024, 'x'), std::string("\0nul\0", 5)}) {
    absl::StatusOr<Secret> opened =
        Open(TestKey(), TestContext(), Seal(TestKey(), TestContext(), text));
    ASSERT_TRUE(opened.ok());
    EXPECT_EQ(opened->Reveal(), text);
  }
}

TEST(SealerTest, SealingTwiceGivesDifferentBlobs) {
  std::set<std::string> salts;
  for (int i = 0; i < 1000; ++i) {
    const std::string blob = Seal(TestKey(), TestContext(), "same");
    salts.insert(blob.substr(6, 32));
  }
  EXPECT_EQ(salts.size(), 1000u);
}

TEST(SealerTest, SizeDoesNotTellTheLength) {
  const size_t size = Seal(TestKey(), TestContext(), "").size();
  EXPECT_EQ(Seal(TestKey(), TestContext(), std::string(64, 'x')).size(), size);
  EXPECT_EQ(Seal(TestKey(), TestContext(), std::string(252, 'x')).size(), size);
}

TEST(SealerTest, PlaintextIsNotInTheBlob) {
  const std::string hash = "0123456789abcdef0123456789abcdef";
  EXPECT_EQ(Seal(TestKey(), TestContext(), hash).find(hash), std::string::npos);
}

TEST(SealerTest, EveryFlippedBitIsRefused) {
  const std::string blob = Seal(TestKey(), TestContext(), "hash");
  for (size_t bit = 0; bit < blob.size() * 8; ++bit) {
    std::string changed = blob;
    changed[bit / 8] ^= static_cast<char>(1 << bit % 8);
    EXPECT_TRUE(IsIntegrityFailure(Open(TestKey(), TestContext(), changed))) << "bit " << bit;
  }
}

TEST(SealerTest, EveryTruncationIsRefused) {
  const std::string blob = Seal(TestKey(), TestContext(), "hash");
  for (size_t size = 0; size < blob.size(); ++size) {
    EXPECT_TRUE(IsIntegrityFailure(Open(TestKey(), TestContext(), blob.substr(0, size)))) << size;
  }
  EXPECT_TRUE(IsIntegrityFailure(Open(TestKey(), TestContext(), blob + "x")));
}

TEST(SealerTest, OpensNowhereElse) {
  const std::string blob = Seal(TestKey(), TestContext(), "hash");
  std::vector<SealContext> others(6, TestContext());
  others[0].purpose = "page-token";
  others[1].deployment = "deployment-2";
  others[2].tenant = "other";
  others[3].record = "uid-2";
  others[4].account_number = "7654321";
  others[5].version = 2;
  for (size_t i = 0; i < others.size(); ++i) {
    EXPECT_TRUE(IsIntegrityFailure(Open(TestKey(), others[i], blob))) << "field " << i;
  }
}

TEST(SealerTest, OpensWithNoOtherKey) {
  const std::string blob = Seal(TestKey(), TestContext(), "hash");
  EXPECT_TRUE(IsIntegrityFailure(Open(TestKey(8), TestContext(), blob)));
  EXPECT_TRUE(IsIntegrityFailure(Open(TestKey(7, 2), TestContext(), blob)));
}

// Bytes cannot move from one field of the context to its neighbour.
TEST(SealerTest, ContextsAreDistinct) {
  SealContext left = TestContext();
  left.tenant = "ab";
  left.record = "c";
  SealContext right = TestContext();
  right.tenant = "a";
  right.record = "bc";
  EXPECT_NE(EncodeContext(left, 1), EncodeContext(right, 1));
  EXPECT_NE(EncodeContext(left, 1), EncodeContext(left, 2));
}

TEST(SealerTest, TellsTheKeyVersion) {
  absl::StatusOr<uint32_t> version =
      SealedKeyVersion(Seal(TestKey(7, 0x01020304), TestContext(), "hash"));
  ASSERT_TRUE(version.ok());
  EXPECT_EQ(*version, 0x01020304u);
  EXPECT_FALSE(SealedKeyVersion("").ok());
  EXPECT_FALSE(SealedKeyVersion(std::string(400, '\2')).ok());
}

// A blob that the first release wrote. It must open for ever.
TEST(SealerTest, GoldenBlobOpens) {
  const std::string blob = absl::HexStringToBytes(
      "01010000000151ce1a7c2831df07fe87a028797a696df7b526d17a1908c514b80ee28f9511016ad5"
      "fa7e538a19058f3b1c5c56c4700a49e901bb3459c4832c706b16dffa1b711b143a32c68bd0c37121"
      "89fbcb55f884dea6d3fe0028f0b61b169924b06b0427d6a11b0979c87dcbc425d167d8e9c99a84c2"
      "52745d49d1723dc53b40");
  absl::StatusOr<Secret> opened = Open(TestKey(), TestContext(), blob);
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(opened->Reveal(), "golden");
}

TEST(CryptoTest, HkdfIsRfc5869) {
  // RFC 5869, appendix A.1, the first 32 bytes of its output.
  const std::string input(22, '\x0b');
  const std::string salt = absl::HexStringToBytes("000102030405060708090a0b0c");
  const std::string info = absl::HexStringToBytes("f0f1f2f3f4f5f6f7f8f9");
  const Secret prk = HkdfExtract(salt, Secret(input));
  EXPECT_EQ(absl::BytesToHexString(prk.Reveal()),
            "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
  EXPECT_EQ(absl::BytesToHexString(HkdfExpand(prk, info).Reveal()),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
}

}  // namespace
}  // namespace credlink
