#include "tests/model/fake_world.h"

#include "absl/strings/string_view.h"
#include "server/accounts/account_factory.h"

namespace credlink::model {

FakeWorld::FakeWorld(FakeProvider& provider, const Clock& clock) {
  Begin();
  // Whoever makes the call holds the world shared while the provider asks it.
  provider.SetAnswer([this, &clock](const ProviderCredentials& credentials) {
    const absl::string_view hash = credentials.secret.Reveal();
    const Proof proof = Prove(credentials.account_number, std::string(hash));
    ProbeResult result = FakeProvider::Not(proof.outcome, proof.reason);
    result.user_count = proof.user_count;
    *result.verdict.mutable_evidence()->mutable_time() = ToProto(clock.Now());
    return result;
  });
}

}  // namespace credlink::model
