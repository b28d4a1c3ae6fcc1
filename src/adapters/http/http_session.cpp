// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/http_session.hpp"

namespace cellwise::http {

void start_plain_session(const std::shared_ptr<Core>& core, Socket socket) {
    Session<Socket>::start(core, std::move(socket));
}

}  // namespace cellwise::http
