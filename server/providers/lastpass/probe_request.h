// The one request that the adapter sends.
#pragma once

#include "absl/strings/string_view.h"
#include "server/providers/provider.h"
#include "server/secrets/secret.h"

namespace credlink::lastpass {

// The endpoint and the command. Source: lastpass-enterprise-api.md, sections 1 and 5: getuserdata
// for one user is the smallest answer that proves credentials; it is read-only, holds nothing from
// a vault, and leaves a line in the company's audit log.
inline constexpr absl::string_view kPath = "/enterpriseapi.php";
inline constexpr absl::string_view kCommand = "getuserdata";

// The request's JSON body. `credentials` as Read() makes them: the account number goes in as a
// number, which is what LastPass documents. The hash is never outside of a Secret on the way.
Secret MakeProbeBody(const ProviderCredentials& credentials);

}  // namespace credlink::lastpass
