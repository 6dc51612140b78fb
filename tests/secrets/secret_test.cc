#include "server/secrets/secret.h"

#include <gtest/gtest.h>
#include <openssl/crypto.h>

#include <sstream>
#include <string>
#include <type_traits>
#include <utility>

namespace credlink {
namespace {

template <typename T, typename = void>
struct IsPrintable : std::false_type {};
template <typename T>
struct IsPrintable<T, decltype(void(std::declval<std::ostream&>() << std::declval<T>()))>
    : std::true_type {};

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret>);
static_assert(!std::is_convertible_v<Secret, absl::string_view>);
static_assert(!IsPrintable<Secret>::value && IsPrintable<std::string>::value);

TEST(SecretTest, HoldsItsBytes) {
  const Secret secret("correct horse");
  EXPECT_EQ(secret.Reveal(), "correct horse");
  EXPECT_EQ(secret.size(), 13u);
  EXPECT_TRUE(Secret().empty());
  EXPECT_EQ(Secret("").Reveal(), "");
}

TEST(SecretTest, MovingLeavesNothingBehind) {
  Secret first("one");
  Secret second = std::move(first);
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): this is the contract
  EXPECT_EQ(second.Reveal(), "one");
  Secret third("two");
  third = std::move(second);
  EXPECT_EQ(third.Reveal(), "one");
}

TEST(SecretTest, ComparesWholeContents) {
  EXPECT_TRUE(Secret("same").SameAs(Secret("same")));
  EXPECT_FALSE(Secret("same").SameAs(Secret("sama")));
  EXPECT_FALSE(Secret("same").SameAs(Secret("sam")));
  EXPECT_TRUE(Secret().SameAs(Secret()));
}

TEST(SecretTest, TruncateKeepsTheBeginning) {
  Secret secret("abcdef");
  secret.Truncate(3);
  EXPECT_EQ(secret.Reveal(), "abc");
  secret.Truncate(9);
  EXPECT_EQ(secret.Reveal(), "abc");
}

TEST(SecretTest, RandomDiffers) { EXPECT_FALSE(Secret::Random(32).SameAs(Secret::Random(32))); }

TEST(SecretTest, WipeOverwrites) {
  std::string text = "to be wiped";
  Wipe(text.data(), text.size());
  EXPECT_EQ(text, std::string(11, '\0'));
}

// Last: it changes the process.
TEST(SecretTest, LiesInLockedMemoryOnceEnabled) {
  ASSERT_TRUE(EnableLockedMemory(1 << 16));
  const Secret secret("locked");
  EXPECT_EQ(CRYPTO_secure_allocated(secret.data()), 1);
  // More than the heap holds: still a working secret, in ordinary memory.
  const Secret large = Secret::OfSize(1 << 17);
  EXPECT_EQ(CRYPTO_secure_allocated(large.data()), 0);
  EXPECT_EQ(large.size(), size_t{1} << 17);
}

}  // namespace
}  // namespace credlink
