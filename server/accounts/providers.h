// The providers that this server knows, by id.
#pragma once

#include <vector>

#include "absl/strings/string_view.h"
#include "credlink/v1/credentials.pb.h"
#include "server/providers/provider.h"

namespace credlink {

// Immutable; the providers outlive it.
class Providers {
 public:
  explicit Providers(std::vector<Provider*> providers) : providers_(std::move(providers)) {}

  const std::vector<Provider*>& all() const { return providers_; }

  // nullptr when there is none.
  Provider* Find(absl::string_view id) const;
  // The provider whose credentials these are; nullptr when none are set.
  Provider* For(const v1::Credentials& credentials) const;

 private:
  const std::vector<Provider*> providers_;
};

}  // namespace credlink
