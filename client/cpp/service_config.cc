#include "client/cpp/service_config.h"

namespace credlink::client {

const char kServiceConfig[] =
#include "client/cpp/service_config.inc"
    ;

}  // namespace credlink::client
