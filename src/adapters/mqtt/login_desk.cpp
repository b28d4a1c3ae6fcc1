// SPDX-License-Identifier: Apache-2.0
#include "adapters/mqtt/login_desk.hpp"

#include "cellwise/base/bytes.hpp"

namespace cellwise::mqtt {

using domain::mqtt::LoginVerdict;

LoginVerdict LoginDesk::judge(const domain::mqtt::LoginQuestion& question) const {
    if (is_daemon(question.username)) {
        const bool right = authentication_.equal(as_bytes(question.password), as_bytes(own_.password));
        // Under another client id it would be a second daemon, or somebody who read the password.
        return right && question.client_id == own_.client_id ? LoginVerdict::Daemon : LoginVerdict::Refused;
    }
    const auto verdict = devices_.check(question.client_id, question.username, question.password);
    if (verdict) return LoginVerdict::Device;
    return verdict.error().kind == ErrorKind::Unavailable ? LoginVerdict::Unavailable : LoginVerdict::Refused;
}

}  // namespace cellwise::mqtt
