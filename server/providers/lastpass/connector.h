// What a "Connect LastPass" form needs.
#pragma once

#include "credlink/v1/connector_service.pb.h"

namespace credlink::lastpass {

// The names are those of LastPass's admin console. Source: lastpass-enterprise-api.md, section 2.
v1::Connector MakeConnector();

}  // namespace credlink::lastpass
