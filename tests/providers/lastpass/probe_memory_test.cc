// However large an answer is, reading it takes little memory.
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/providers/lastpass/probe_answer.h"

namespace credlink::lastpass {
namespace {

constexpr size_t kPiece = 16 * 1024;
constexpr size_t kAllowedGrowth = 1000 * 1000;

size_t HeapInUse() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

struct Reading {
  ProbeAnswer answer;
  size_t bytes = 0;
  size_t growth = 0;
};

// Feeds what `next` appends, until it appends nothing, in pieces of kPiece bytes from one buffer.
Reading Read(const std::function<void(std::string&)>& next) {
  Reading reading;
  std::string buffer;
  buffer.reserve(4 * kPiece);
  const size_t before = HeapInUse();
  size_t peak = before;
  ProbeAnswerReader reader;
  reader.OnStatus(200);
  HttpResult result;
  result.kind = HttpResult::kDone;
  result.status = 200;
  bool wanted = true;
  for (bool more = true; more && wanted;) {
    while (more && buffer.size() < kPiece) {
      const size_t size = buffer.size();
      next(buffer);
      more = buffer.size() > size;
    }
    const size_t size = std::min(buffer.size(), kPiece);
    wanted = reader.OnBody(absl::string_view(buffer).substr(0, size));
    buffer.erase(0, size);
    reading.bytes += size;
    peak = std::max(peak, HeapInUse());
    more = more || !buffer.empty();
  }
  if (!wanted) result.kind = HttpResult::kStopped;
  reading.answer = reader.Finish(result);
  reading.growth = std::max(peak, HeapInUse()) - before;
  return reading;
}

TEST(ProbeMemoryTest, FiftyMegabytesOfUsersAreValidInBoundedMemory) {
  constexpr int kUsers = 50000;
  int user = -1;
  const std::string notes(900, 'n');
  const Reading reading = Read([&](std::string& out) {
    if (user > kUsers) return;
    if (user == -1) absl::StrAppend(&out, R"({"total":50000,"count":50000,"Users":{)");
    if (user >= 0 && user < kUsers) {
      absl::StrAppend(&out, user > 0 ? "," : "", "\"", 263500000 + user, R"(":{"username":"user)",
                      user, R"(@example.com","fullname":"User \u00c5 )", user,
                      R"(","admin":false,"sites":null,"groups":["Ops"],"attribs":{"notes":")",
                      notes, "\"}}");
    }
    if (user == kUsers) absl::StrAppend(&out, "}}\n");
    ++user;
  });
  EXPECT_EQ(reading.answer.outcome, v1::Verdict::OUTCOME_VALID);
  EXPECT_EQ(reading.answer.user_count, kUsers);
  EXPECT_GE(reading.bytes, 50u * 1000 * 1000);
  EXPECT_LT(reading.growth, kAllowedGrowth);
  RecordProperty("growth_bytes", static_cast<int>(reading.growth));
}

// The same piece over and over, after a beginning.
Reading ReadRepeated(const std::string& first, const std::string& piece, size_t bytes) {
  size_t sent = 0;
  return Read([&](std::string& out) {
    if (sent >= bytes) return;
    out += sent == 0 ? first : piece;
    sent += sent == 0 ? first.size() : piece.size();
  });
}

TEST(ProbeMemoryTest, HostileBodiesStayBounded) {
  constexpr size_t kBytes = 4 * 1000 * 1000;
  const std::string x(1000, 'x');
  struct {
    const char* first;
    std::string piece;
  } const bodies[] = {
      {"{\"", x},
      {"{\"a\":\"", x},
      {"{\"status\":\"", x},
      {"{\"total\":1", std::string(1000, '1')},
      {"{\"a\":[0", ",0"},
      {"{\"a\":1", ",\"total\":1"},
      {"[", "["},
      {"{\"a\":", "{\"a\":"},
      {" ", " "},
      {"<lastpass rc=\"x\">", "<a>"},
      {"<lastpass rc=\"x\">", "<abcdef/>"},
      {"<lastpass rc=\"", x},
      {"<lastpass rc=\"x\"", " " + x},
      {"<!--", x},
      {"<", x},
  };
  for (const auto& body : bodies) {
    const Reading reading = ReadRepeated(body.first, body.piece, kBytes);
    EXPECT_EQ(reading.answer.outcome, v1::Verdict::OUTCOME_INDETERMINATE) << body.first;
    EXPECT_LT(reading.growth, kAllowedGrowth) << body.first << body.piece.substr(0, 10);
  }
}

TEST(ProbeMemoryTest, ManyAttributesStayBounded) {
  int attribute = -1;
  const Reading reading = Read([&](std::string& out) {
    if (attribute > 20000) return;
    if (attribute == -1) out += "<lastpass rc='Authorization Error'";
    if (attribute >= 0 && attribute < 20000) absl::StrAppend(&out, " a", attribute, "=''");
    if (attribute == 20000) out += "/>";
    ++attribute;
  });
  EXPECT_EQ(reading.answer.outcome, v1::Verdict::OUTCOME_INDETERMINATE);
  EXPECT_LT(reading.growth, kAllowedGrowth);
  EXPECT_GT(reading.growth, 1000u) << "control: what is used is seen";
}

}  // namespace
}  // namespace credlink::lastpass
