#include "server/rpc/caller_identity.h"

#include <string>
#include <vector>

namespace credlink {

Caller IdentifyCaller(const grpc::CallbackServerContext& context) {
  const auto auth = context.auth_context();
  if (auth != nullptr && auth->IsPeerAuthenticated()) {
    for (const char* property : {"peer_spiffe_id", "peer_uri", "x509_common_name"}) {
      const std::vector<grpc::string_ref> values = auth->FindPropertyValues(property);
      if (!values.empty()) return {std::string(values[0].data(), values[0].size())};
    }
    return {"unnamed"};
  }
  return {"local"};
}

}  // namespace credlink
