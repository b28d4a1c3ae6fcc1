// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/openapi_document.hpp"
#include "adapters/rest/resources.hpp"

namespace cellwise::rest::openapi {

void show(Call call) { reply(call.respond, 200, std::string(openapi_document())); }

}  // namespace cellwise::rest::openapi
