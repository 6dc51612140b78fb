// A Purger with all that it is made of.
#pragma once

#include <memory>
#include <string>

#include "server/accounts/purger.h"
#include "tests/runtime/run_task.h"
#include "tests/secrets/key_files.h"
#include "tests/store/store_files.h"
#include "tests/store/temp_directory.h"

namespace credlink {

struct Purging {
  // The key is kept in `keys`. All of them must outlive it.
  Purging(Executor& executor, AccountStore& store, KeyStore& keys, const Clock& clock)
      : key_provider(files.New("key")),
        key_ring(*RunTask(executor, KeyRing::Open(*key_provider, keys))),
        log(LogLevel::kDebug, folder.File("log")),
        ledger(store, feed, clock, log, [] {}),
        purger(store, ledger, *key_ring, log) {}

  static Caller Jane() {
    Caller jane;
    jane.identity = "jane";
    return jane;
  }

  std::string LogText() const { return FileAt(folder.File("log")); }

  TempDirectory folder;
  KeyFiles files;
  std::unique_ptr<FileKeyProvider> key_provider;
  std::unique_ptr<KeyRing> key_ring;
  Log log;
  EventFeed feed;
  Ledger ledger;
  Purger purger;
};

}  // namespace credlink
