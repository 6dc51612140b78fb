// The SQL of tenants' keys.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "server/store/key_store.h"
#include "server/store/sqlite/connection.h"

namespace credlink::sqlite {

class KeyQueries {
 public:
  explicit KeyQueries(Connection& connection);

  absl::StatusOr<absl::optional<WrappedKey>> Find(const std::string& tenant, uint32_t version);
  absl::Status InsertUnlessThere(const WrappedKey& key);

 private:
  Statement find_;
  Statement find_newest_;
  Statement insert_;
};

}  // namespace credlink::sqlite
