// The use cases over a store that a test disturbs, without gRPC.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "server/accounts/account_services.h"
#include "server/store/memory_store.h"
#include "tests/rpc/fake_provider.h"
#include "tests/runtime/run_task.h"
#include "tests/secrets/key_files.h"
#include "tests/store/temp_directory.h"

namespace credlink {

// `Store` is a ForwardingStore, and all but the keys goes through it.
template <typename Store>
class ServicesFixture : public testing::Test {
 protected:
  explicit ServicesFixture(int threads, AccountOptions options = {})
      : executor_(threads),
        services_(AccountFoundations{providers_, store_, *keys_, executor_, clock_, log_},
                  std::move(options)) {}

  static Caller Jane() {
    Caller jane;
    jane.identity = "jane";
    return jane;
  }
  static Deadline Soon() { return Deadline::In(absl::Minutes(1)); }

  // Links an account that has its id as its owner, too.
  static v1::LinkAccountRequest LinkRequest(const std::string& id, const std::string& number) {
    v1::LinkAccountRequest request;
    request.set_parent("tenants/acme");
    request.set_account_id(id);
    request.mutable_owner()->set_id(id);
    request.mutable_credentials()->mutable_lastpass()->set_account_number(number);
    request.mutable_credentials()->mutable_lastpass()->set_provisioning_hash("hash-1");
    return request;
  }
  void Link(v1::LinkAccountRequest request) {
    ASSERT_TRUE(RunTask(executor_, services_.linker.Link(Jane(), request, Soon())).ok());
  }

  TempDirectory folder_;
  KeyFiles key_files_;
  MemoryStore memory_store_;
  Store store_{memory_store_};
  Executor executor_;
  std::unique_ptr<FileKeyProvider> key_provider_ = key_files_.New("key");
  std::unique_ptr<KeyRing> keys_ =
      *RunTask(executor_, KeyRing::Open(*key_provider_, memory_store_));
  FakeClock clock_{absl::FromUnixSeconds(1'700'000'000)};
  Log log_{LogLevel::kDebug, folder_.File("log")};
  FakeProvider provider_;
  Providers providers_{{&provider_}};
  AccountServices services_;
};

}  // namespace credlink
