#include "server/accounts/page_token.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/escaping.h"
#include "server/faults/faults.h"
#include "server/secrets/file_key_provider.h"
#include "server/store/memory_store.h"
#include "tests/runtime/run_task.h"
#include "tests/secrets/key_files.h"

namespace credlink {
namespace {

class PageTokenTest : public ::testing::Test {
 protected:
  void SetUp() override {
    provider_ = files_.New("key");
    keys_ = Open(store_);
  }

  std::unique_ptr<KeyRing> Open(KeyStore& store) {
    auto keys = RunTask(executor_, KeyRing::Open(*provider_, store));
    EXPECT_TRUE(keys.ok()) << keys.status();
    return *std::move(keys);
  }

  static v1::ListAccountsRequest List(const std::string& filter, const std::string& order_by = "",
                                      bool show_deleted = false) {
    v1::ListAccountsRequest list;
    list.set_filter(filter);
    list.set_order_by(order_by);
    list.set_show_deleted(show_deleted);
    return list;
  }

  static ListPosition Position(const std::string& label = "") {
    ListPosition position;
    position.label = label;
    position.time_us = 1'800'000'000'123'456;
    position.row = 42;
    return position;
  }

  std::string TokenOf(const v1::ListAccountsRequest& list, const ListPosition& after) {
    return MakePageToken(*keys_, "acme", list, after);
  }

  void ExpectRefused(const std::string& tenant, const v1::ListAccountsRequest& list,
                     const std::string& token) {
    EXPECT_EQ(ReasonOf(ReadPageToken(*keys_, tenant, list, token).status()),
              v1::ERROR_REASON_PAGE_TOKEN_INVALID);
  }

  // That `token` belongs to `list` and holds `position`.
  void ExpectRead(const v1::ListAccountsRequest& list, const std::string& token,
                  const ListPosition& position) {
    const absl::StatusOr<ListPosition> read = ReadPageToken(*keys_, "acme", list, token);
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(read->label, position.label);
    EXPECT_EQ(read->time_us, position.time_us);
    EXPECT_EQ(read->row, position.row);
  }

  KeyFiles files_;
  Executor executor_{1};
  MemoryStore store_;
  std::unique_ptr<FileKeyProvider> provider_;
  std::unique_ptr<KeyRing> keys_;
};

TEST_F(PageTokenTest, HoldsAPosition) {
  const auto list = List("state = ACTIVE", "label desc", true);
  std::string longest;
  for (int i = 0; i < 200; ++i) longest += "\xf0\x9f\x94\x91";
  for (const std::string& label : {std::string(), std::string("Head"), std::string("  two words "),
                                   std::string("-1 2 3"), std::string("nul\0 byte", 9), longest}) {
    ExpectRead(list, TokenOf(list, Position(label)), Position(label));
  }
  ListPosition early = Position();
  early.time_us = -62'135'596'800'000'000;
  early.row = 1;
  ExpectRead(list, TokenOf(list, early), early);
}

TEST_F(PageTokenTest, BelongsToOneList) {
  const auto list = List("provider = lastpass", "label");
  const std::string token = TokenOf(list, Position());
  ExpectRead(list, token, Position());
  ExpectRefused("umbrella", list, token);
  ExpectRefused("acme", List("provider = other", "label"), token);
  ExpectRefused("acme", List("", "label"), token);
  ExpectRefused("acme", List("provider = lastpass", "label desc"), token);
  ExpectRefused("acme", List("provider = lastpass"), token);
  ExpectRefused("acme", List("provider = lastpass", "label", true), token);
  // The same letters, in other fields.
  ExpectRefused("acme", List("provider = lastpasslabel"), token);
  ExpectRefused("acme", List("provider = lastpas", "slabel"), token);
}

TEST_F(PageTokenTest, PageSizeAndCountAreFree) {
  auto list = List("provider = lastpass");
  const std::string token = TokenOf(list, Position());
  list.set_page_size(7);
  list.set_page_token(token);
  list.set_return_total_size(true);
  ExpectRead(list, token, Position());
}

TEST_F(PageTokenTest, BelongsToTheLongestFilter) {
  std::string filter = "label = \"";
  while (filter.size() < 4 * 1024) filter += "\xf0\x9f\x94\x91";
  const auto list = List(filter, std::string(4096, ' '));
  ExpectRead(list, TokenOf(list, Position()), Position());
}

TEST_F(PageTokenTest, RefusesWhatWasChanged) {
  const auto list = List("");
  const std::string token = TokenOf(list, Position("Head"));
  for (size_t i = 0; i + 1 < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    ExpectRefused("acme", list, changed);
  }
  ExpectRefused("acme", list, token.substr(0, token.size() - 8));
  ExpectRefused("acme", list, token + token);
  ExpectRefused("acme", list, "no token");
  ExpectRefused("acme", list, std::string(1 << 20, 'A'));
}

TEST_F(PageTokenTest, BelongsToOneDeployment) {
  MemoryStore other("0b4f6c9e-0000-4b58-9d3a-8a44a1a3e0c7");
  const std::string token = MakePageToken(*Open(other), "acme", List(""), Position());
  ExpectRefused("acme", List(""), token);
}

TEST_F(PageTokenTest, ShowsNothing) {
  const std::string token = TokenOf(List(""), Position("Headquarters"));
  std::string blob;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(token, &blob));
  EXPECT_EQ(blob.find("Headquarters"), std::string::npos);
  EXPECT_NE(token, TokenOf(List(""), Position("Headquarters")));
}

}  // namespace
}  // namespace credlink
