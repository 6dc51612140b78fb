// The steps of main that can fail before anything is served. Errors are texts for the operator.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "server/accounts/outage_notices.h"
#include "server/config/settings.h"
#include "server/ops/log.h"
#include "server/rpc/server.h"
#include "server/runtime/executor.h"
#include "server/secrets/file_key_provider.h"
#include "server/secrets/key_ring.h"
#include "server/store/key_store.h"

namespace credlink {

// Makes the folder with mode 0700, or checks that it is ours alone.
absl::Status PrepareDataDir(const std::string& path);

// Loads the key file. Where the settings allow it and the store is new, makes it first. A store
// that holds data never gets a new key: that key could open nothing.
absl::StatusOr<std::unique_ptr<FileKeyProvider>> LoadKeys(const Settings& settings, KeyStore& store,
                                                          Executor& executor, Log& log);

// KeyRing::Open, waited for.
absl::StatusOr<std::unique_ptr<KeyRing>> OpenKeyRing(KeyProvider& provider, KeyStore& store,
                                                     Executor& executor);

// OutageNotices::Recall, waited for.
absl::Status RecallOutage(OutageNotices& notices, Executor& executor);

// Listener, credentials and limits as the settings say.
absl::StatusOr<ServerOptions> MakeServerOptions(const Settings& settings);

}  // namespace credlink
