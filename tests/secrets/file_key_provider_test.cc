#include "server/secrets/file_key_provider.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/faults/faults.h"
#include "tests/runtime/run_task.h"

namespace credlink {
namespace {

using ::testing::HasSubstr;

std::string Contents(const std::string& path) {
  std::ifstream file(path);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

class FileKeyProviderTest : public ::testing::Test {
 protected:
  FileKeyProviderTest() {
    std::string pattern = absl::StrCat(::testing::TempDir(), "/keysXXXXXX");
    folder_ = mkdtemp(pattern.data());
    path_ = folder_ + "/key";
  }

  void Write(const std::string& content, mode_t mode = 0400) {
    unlink(path_.c_str());
    std::ofstream(path_) << content;
    chmod(path_.c_str(), mode);
  }

  std::string WhyRefused() {
    auto loaded = FileKeyProvider::Load(path_);
    return loaded.ok() ? "" : std::string(loaded.status().message());
  }

  Executor executor_{1};
  std::string folder_;
  std::string path_;
  const KeyName name_{"deployment", "acme", 1};
};

TEST_F(FileKeyProviderTest, CreatesAFileThatOnlyItsOwnerCanRead) {
  ASSERT_TRUE(FileKeyProvider::Create(path_).ok());
  struct stat info;
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0400u);
  EXPECT_TRUE(FileKeyProvider::Load(path_).ok());
}

TEST_F(FileKeyProviderTest, NeverOverwritesAKey) {
  ASSERT_TRUE(FileKeyProvider::Create(path_).ok());
  const std::string before = Contents(path_);
  EXPECT_EQ(FileKeyProvider::Create(path_).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(Contents(path_), before);
}

TEST_F(FileKeyProviderTest, UnwrapsWhatItWrapped) {
  ASSERT_TRUE(FileKeyProvider::Create(path_).ok());
  auto provider = *FileKeyProvider::Load(path_);
  const Secret key = Secret::Random(32);
  absl::StatusOr<std::string> blob = RunTask(executor_, provider->Wrap(name_, key.Copy()));
  ASSERT_TRUE(blob.ok());
  absl::StatusOr<Secret> back =
      RunTask(executor_, provider->Unwrap(name_, provider->active_kek(), *blob));
  ASSERT_TRUE(back.ok());
  EXPECT_TRUE(back->SameAs(key));
}

TEST_F(FileKeyProviderTest, AWrappedKeyIsBoundToItsName) {
  ASSERT_TRUE(FileKeyProvider::Create(path_).ok());
  auto provider = *FileKeyProvider::Load(path_);
  absl::StatusOr<std::string> blob = RunTask(executor_, provider->Wrap(name_, Secret::Random(32)));
  ASSERT_TRUE(blob.ok());
  for (const KeyName& other : {KeyName{"other", "acme", 1}, KeyName{"deployment", "other", 1},
                               KeyName{"deployment", "acme", 2}}) {
    absl::StatusOr<Secret> result =
        RunTask(executor_, provider->Unwrap(other, provider->active_kek(), *blob));
    EXPECT_EQ(ReasonOf(result.status()), v1::ERROR_REASON_INTEGRITY_FAILURE);
  }
}

TEST_F(FileKeyProviderTest, KeepsOldKeysForReading) {
  const std::string old_key(64, 'a');
  const std::string new_key(64, 'b');
  Write(old_key + "\n");
  auto before = *FileKeyProvider::Load(path_);
  absl::StatusOr<std::string> blob = RunTask(executor_, before->Wrap(name_, Secret::Random(32)));
  ASSERT_TRUE(blob.ok());

  Write(absl::StrCat("# rotated\n\n", new_key, "\n", old_key, "\n"));
  auto after = *FileKeyProvider::Load(path_);
  EXPECT_NE(after->active_kek(), before->active_kek());
  EXPECT_TRUE(RunTask(executor_, after->Unwrap(name_, before->active_kek(), *blob)).ok());

  Write(new_key);
  auto without = *FileKeyProvider::Load(path_);
  absl::StatusOr<Secret> gone =
      RunTask(executor_, without->Unwrap(name_, before->active_kek(), *blob));
  EXPECT_EQ(ReasonOf(gone.status()), v1::ERROR_REASON_KEY_UNAVAILABLE);
}

TEST_F(FileKeyProviderTest, RefusesWhatIsNoKeyFileAndSaysWhy) {
  EXPECT_THAT(WhyRefused(), HasSubstr("No such file"));
  const std::string key(64, 'a');
  Write(key, 0440);
  EXPECT_THAT(WhyRefused(), HasSubstr("open to others"));
  Write(key, 0404);
  EXPECT_THAT(WhyRefused(), HasSubstr("open to others"));
  Write("");
  EXPECT_THAT(WhyRefused(), HasSubstr("empty"));
  Write("# only a remark\n");
  EXPECT_THAT(WhyRefused(), HasSubstr("no key"));
  Write(key.substr(1));
  EXPECT_THAT(WhyRefused(), HasSubstr("line 1"));
  Write(absl::StrCat(key, "\n", key.substr(0, 63), "g\n"));
  EXPECT_THAT(WhyRefused(), HasSubstr("line 2"));
  Write(std::string(100000, 'a'));
  EXPECT_THAT(WhyRefused(), HasSubstr("too large"));
  unlink(path_.c_str());
  mkdir(path_.c_str(), 0700);
  EXPECT_THAT(WhyRefused(), HasSubstr("not a regular file"));
}

TEST_F(FileKeyProviderTest, ARefusalNeverShowsTheKey) {
  const std::string key(63, 'c');
  Write(key);
  EXPECT_THAT(WhyRefused(), ::testing::Not(HasSubstr("ccc")));
}

}  // namespace
}  // namespace credlink
