// The world behind a FakeProvider, for servers in this process.
#pragma once

#include "server/runtime/clock.h"
#include "tests/model/lastpass_world.h"
#include "tests/rpc/fake_provider.h"

namespace credlink::model {

// Both must outlive the calls that are made.
class FakeWorld final : public LastPassWorld {
 public:
  FakeWorld(FakeProvider& provider, const Clock& clock);

  bool trims() const override { return false; }

 protected:
  // Nothing to tell: the provider asks.
  void Become(const std::string&, const Company&) override {}
};

}  // namespace credlink::model
