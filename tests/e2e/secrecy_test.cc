// A thousand hashes go in; the bytes of none of them are in anything that the server writes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "tests/e2e/load.h"
#include "tests/e2e/secret_search.h"
#include "tests/e2e/server_process.h"
#include "tests/process/program.h"
#include "tests/store/temp_directory.h"

namespace credlink {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr uint64_t kLinks = 1000;

TEST(SearchTest, FindsEverySpelling) {
  const std::string hash = HashFor(1);
  SecretSearch search;
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
  SecretSearch search;
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
    EXPECT_THAT(search.FilesWithHashes(folder.path(), looked_at), IsEmpty());
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
  EXPECT_EQ(search.FilesWithHashes(folder.path(), looked_at).size(), 3u);
  EXPECT_FALSE(std::filesystem::exists(folder.File("tls-keys"))) << "TLS keys were written down";
}

}  // namespace
}  // namespace credlink
