#include "server/accounts/resume_token.h"

#include <gtest/gtest.h>

#include "server/faults/faults.h"
#include "server/runtime/executor.h"
#include "server/store/memory_store.h"
#include "tests/runtime/run_task.h"
#include "tests/secrets/key_files.h"

namespace credlink {
namespace {

class ResumeTokenTest : public testing::Test {
 protected:
  std::unique_ptr<KeyRing> OpenKeys(KeyStore& store) {
    return *RunTask(executor_, KeyRing::Open(*provider_, store));
  }

  void ExpectInvalid(const std::string& token) {
    const absl::Status status = ReadResumeToken(*keys_, "acme", token).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << token;
    EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_RESUME_TOKEN_INVALID) << token;
  }

  KeyFiles files_;
  std::unique_ptr<FileKeyProvider> provider_ = files_.New("key");
  MemoryStore store_;
  Executor executor_{2};
  std::unique_ptr<KeyRing> keys_ = OpenKeys(store_);
};

TEST_F(ResumeTokenTest, LeadsBackToItsPlace) {
  for (const int64_t sequence : {int64_t{0}, int64_t{1}, int64_t{77}, INT64_MAX}) {
    const std::string token = MakeResumeToken(*keys_, "acme", sequence);
    EXPECT_EQ(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                      "0123456789-_"),
              std::string::npos)
        << token;
    EXPECT_EQ(token.size(), 22);
    const absl::StatusOr<int64_t> read = ReadResumeToken(*keys_, "acme", token);
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(*read, sequence);
  }
}

TEST_F(ResumeTokenTest, IsTheSameForTheSamePlace) {
  EXPECT_EQ(MakeResumeToken(*keys_, "acme", 5), MakeResumeToken(*keys_, "acme", 5));
  EXPECT_NE(MakeResumeToken(*keys_, "acme", 5), MakeResumeToken(*keys_, "acme", 6));
}

TEST_F(ResumeTokenTest, AnotherTenantsIsInvalid) {
  ExpectInvalid(MakeResumeToken(*keys_, "other", 5));
}

TEST_F(ResumeTokenTest, AnotherDeploymentsIsInvalid) {
  MemoryStore other_store("0d4f0d8e-0000-4b58-9d3a-8a44a1a3e0c7");
  const std::unique_ptr<KeyRing> others = OpenKeys(other_store);
  ExpectInvalid(MakeResumeToken(*others, "acme", 5));
}

TEST_F(ResumeTokenTest, AChangedOneIsInvalid) {
  const std::string token = MakeResumeToken(*keys_, "acme", 5);
  for (size_t i = 0; i < token.size(); ++i) {
    for (const char c : {'A', 'B', '_', '=', ' ', '\0'}) {
      std::string changed = token;
      changed[i] = c;
      if (changed != token) ExpectInvalid(changed);
    }
  }
}

TEST_F(ResumeTokenTest, AnythingElseIsInvalid) {
  const std::string token = MakeResumeToken(*keys_, "acme", 5);
  for (const std::string& other :
       {std::string(), std::string("x"), token + "A", token + "==", token.substr(1),
        std::string(22, 'A'), std::string(100'000, 'A')}) {
    ExpectInvalid(other);
  }
}

}  // namespace
}  // namespace credlink
