// A thousand hashes go in; the bytes of none of them are in anything that the server writes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <unordered_set>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "tests/e2e/load.h"
#include "tests/e2e/server_process.h"
#include "tests/process/program.h"
#include "tests/store/temp_directory.h"

namespace credlink {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr uint64_t kLinks = 1000;
constexpr size_t kPiece = 20;  // so many bytes of a hash in a row already give it away

std::string Utf16(absl::string_view text, bool big_endian) {
  std::string wide;
  for (char c : text) wide += big_endian ? std::string{'\0', c} : std::string{c, '\0'};
  return wide;
}

// Looks for hashes in bytes, in every spelling that a careless program might use. A spelling is
// known by its first kPiece bytes, so that one pass over the bytes looks for all of them.
class Search {
 public:
  void Add(const std::string& hash) {
    AddSpelling(hash);
    AddSpelling(absl::BytesToHexString(hash));
    AddSpelling(absl::AsciiStrToUpper(absl::BytesToHexString(hash)));
    AddSpelling(Utf16(hash, false));
    AddSpelling(Utf16(hash, true));
    // The hash's own 64 hexadecimal digits, read as 32 bytes.
    AddSpelling(absl::HexStringToBytes(hash));
    // Base64 looks different for each of the three places where the hash can begin in a group of
    // three bytes; the first group, which depends on what stands before, is left out.
    for (size_t before = 0; before < 3; ++before) {
      const std::string encoded = absl::Base64Escape(std::string(before, 'x') + hash);
      AddSpelling(encoded.substr(4));
      AddSpelling(absl::WebSafeBase64Escape(std::string(before, 'x') + hash).substr(4));
    }
  }

  // At how many places of these bytes a spelling begins. Spellings overlap: one hash may count more
  // than once.
  int CountIn(const std::string& bytes) const {
    int found = 0;
    for (size_t i = 0; i + kPiece <= bytes.size(); ++i) {
      found += pieces_.count(bytes.substr(i, kPiece)) > 0;
    }
    return found;
  }

 private:
  void AddSpelling(const std::string& spelling) { pieces_.insert(spelling.substr(0, kPiece)); }

  std::unordered_set<std::string> pieces_;
};

std::string ReadAll(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

// The files below the folder that hold a hash. `looked_at` counts all of them.
std::vector<std::string> FilesWithHashes(const Search& search, const std::string& folder,
                                         int& looked_at) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    ++looked_at;
    if (search.CountIn(ReadAll(entry.path())) > 0) found.push_back(entry.path().filename());
  }
  return found;
}

TEST(SearchTest, FindsEverySpelling) {
  const std::string hash = HashFor(1);
  Search search;
  search.Add(hash);
  for (const std::string& spelling :
       {hash, absl::BytesToHexString(hash), absl::HexStringToBytes(hash), Utf16(hash, false),
        Utf16(hash, true), absl::Base64Escape(hash), absl::Base64Escape("a" + hash),
        absl::Base64Escape("ab" + hash), absl::WebSafeBase64Escape("{\"hash\":\"" + hash)}) {
    EXPECT_GE(search.CountIn("before" + spelling + "after"), 1) << absl::CHexEscape(spelling);
  }
  EXPECT_EQ(search.CountIn("before" + HashFor(2) + "after"), 0);
}

TEST(SecrecyTest, NoHashIsInAnythingThatTheServerWrites) {
  TempDirectory folder;
  auto lastpass = simulator::Simulator::Start({});
  ASSERT_TRUE(lastpass.ok());
  Search search;
  for (uint64_t number = 0; number < kLinks; ++number) {
    // Every tenth is refused, and some answers are faulty: errors are written down in other places.
    (*lastpass)->AddCompany({.cid = absl::StrCat(1000000 + number),
                             .hash = HashFor(number % 10 == 0 ? number + 500000 : number)});
    search.Add(HashFor(number));
  }
  simulator::Fault echo;
  echo.kind = simulator::Fault::kBody;
  echo.status = 200;
  echo.body = absl::StrCat("<html>", HashFor(7), "</html>");
  (*lastpass)->SetCompanyFault("1000007", echo);

  ServerFlags flags = ServerFlags::In(folder.path(), **lastpass);
  flags.more = {"--log_level", "debug"};
  flags.environment = {"GRPC_VERBOSITY=debug", "GRPC_TRACE=all",
                       "SSLKEYLOGFILE=" + folder.File("tls-keys")};
  int linked = 0;
  std::string answers;
  {
    auto server = ServerProcess::Start(flags);
    ASSERT_TRUE(server.ok()) << server.status();
    const auto stub = (*server)->NewStub();
    LinkLoad load(
        {stub.get()}, kLinks, /*at_once=*/32,
        [](uint64_t number) {
          v1::LinkAccountRequest request =
              RequestFor(number, absl::StrCat(1000000 + number), HashFor(number));
          auto& lastpass = *request.mutable_credentials()->mutable_lastpass();
          if (number % 50 == 3) {  // the fields have changed places
            lastpass.set_provisioning_hash(lastpass.account_number());
            lastpass.set_account_number(HashFor(number));
          }
          if (number % 50 == 4) request.set_label(std::string(300, 'x'));  // malformed
          if (number % 50 == 5) {                                          // as it is pasted
            lastpass.set_provisioning_hash(absl::StrCat(" \"", HashFor(number), "\"\n"));
          }
          return request;
        },
        [&](const LinkEnd& end) {
          linked += end.status.ok();
          absl::StrAppend(&answers, end.status.error_message(), end.status.error_details(),
                          end.response.SerializeAsString());
        });
    load.Wait();

    // While it runs: the write-ahead log and the shared memory are there too.
    int looked_at = 0;
    EXPECT_THAT(FilesWithHashes(search, folder.path(), looked_at), IsEmpty());
    EXPECT_GE(looked_at, 5) << "the store, its log, the key, and both outputs";
    for (const char* what : {"cmdline", "environ"}) {
      EXPECT_EQ(
          search.CountIn(ReadAll(absl::StrCat("/proc/", (*server)->process().pid(), "/", what))),
          0);
    }
    auto exit = (*server)->process().Stop(kPatience);
    ASSERT_TRUE(exit.ok()) << exit.status();
    EXPECT_EQ(exit->code, 0);
  }
  EXPECT_GT(linked, 800) << "too few to prove anything";
  EXPECT_EQ(search.CountIn(answers), 0) << "in an answer to a caller";

  // The control: what is planted is found.
  for (const char* place : {"data/planted", "planted"}) {
    std::ofstream(folder.File(place), std::ios::binary) << "x" << HashFor(123) << "x";
  }
  std::ofstream(folder.File("log"), std::ios::app) << absl::Base64Escape(HashFor(9)) << "\n";
  int looked_at = 0;
  EXPECT_EQ(FilesWithHashes(search, folder.path(), looked_at).size(), 3u);
  EXPECT_FALSE(std::filesystem::exists(folder.File("tls-keys"))) << "TLS keys were written down";
}

}  // namespace
}  // namespace credlink
