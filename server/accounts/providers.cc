#include "server/accounts/providers.h"

namespace credlink {

Provider* Providers::Find(absl::string_view id) const {
  for (Provider* provider : providers_) {
    if (provider->id() == id) return provider;
  }
  return nullptr;
}

Provider* Providers::For(const v1::Credentials& credentials) const {
  // The oneof's fields are named as the providers are.
  const auto* oneof = v1::Credentials::descriptor()->FindOneofByName("credentials");
  const auto* field = credentials.GetReflection()->GetOneofFieldDescriptor(credentials, oneof);
  return field == nullptr ? nullptr : Find(absl::string_view(field->name()));
}

}  // namespace credlink
