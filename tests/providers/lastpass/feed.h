// Feeds a body to a ProbeAnswerReader as an HTTP client does, cut in many ways.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/providers/lastpass/probe_answer.h"

namespace credlink::lastpass {

using Pieces = std::vector<absl::string_view>;

// The answer to these pieces; `end` is how the transfer ends unless the reader stops it.
inline ProbeAnswer Answer(int http_status, const Pieces& pieces,
                          HttpResult::Kind end = HttpResult::kDone) {
  ProbeAnswerReader reader;
  reader.OnStatus(http_status);
  HttpResult result;
  result.kind = end;
  result.status = http_status;
  for (absl::string_view piece : pieces) {
    if (reader.OnBody(piece)) continue;
    result.kind = HttpResult::kStopped;
    break;
  }
  return reader.Finish(result);
}

inline ProbeAnswer AnswerWhole(int http_status, absl::string_view body) {
  return Answer(http_status, {body});
}

inline Pieces InPiecesOf(size_t size, absl::string_view body) {
  Pieces pieces;
  for (size_t at = 0; at < body.size(); at += size) pieces.push_back(body.substr(at, size));
  return pieces;
}

// Byte by byte, and in two pieces cut at every place. Of a long body, at some 200 places.
inline std::vector<Pieces> EveryCut(absl::string_view body) {
  std::vector<Pieces> cuts = {InPiecesOf(1, body), InPiecesOf(7, body), InPiecesOf(1024, body)};
  const size_t stride = body.size() <= 2048 ? 1 : body.size() / 200 + 1;
  for (size_t at = 1; at < body.size(); at += stride) {
    cuts.push_back({body.substr(0, at), body.substr(at)});
  }
  return cuts;
}

inline bool operator==(const ProbeAnswer& a, const ProbeAnswer& b) {
  return a.outcome == b.outcome && a.upstream_class == b.upstream_class && a.reason == b.reason &&
         a.user_count == b.user_count;
}

}  // namespace credlink::lastpass
