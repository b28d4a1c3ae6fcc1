// SPDX-License-Identifier: Apache-2.0
#include "plugin/mosquitto/login_gate.hpp"

#include "cellwise/domain/mqtt.hpp"

namespace cellwise::plugin {

namespace dm = domain::mqtt;

LoginGate::Verdict LoginGate::judge(const dm::LoginQuestion& login, Timestamp now) {
    const bool as_daemon = login.username == options_.daemon_user;
    if (!as_daemon) {
        // What no device bears is not worth a question.
        const auto id = dm::parse_client_id(login.client_id);
        if (!id || id->name != login.username) return Verdict::Refused;
        const auto age = cache_.age(login, now);
        if (age && *age < options_.believed) return Verdict::Device;
    }
    const auto answer = as_daemon ? ask_(login) : ask(login, now);
    if (!answer || *answer == dm::LoginVerdict::Unavailable) return judge_alone(login, now);
    away_since_.reset();
    // Each of the two is let in under its own kind of name only, for the name alone says later what it may do.
    if (*answer == dm::LoginVerdict::Daemon) return as_daemon ? Verdict::Daemon : Verdict::Refused;
    if (*answer == dm::LoginVerdict::Device && !as_daemon) {
        cache_.keep(login, now);
        return Verdict::Device;
    }
    cache_.forget(login);
    return Verdict::Refused;
}

/// A daemon that hangs would take the broker's time with every login: so it is left in peace for a while.
std::optional<dm::LoginVerdict> LoginGate::ask(const dm::LoginQuestion& login, Timestamp now) {
    if (away_since_ && now - *away_since_ < options_.rest) return std::nullopt;
    auto answer = ask_(login);
    if (!answer) away_since_ = now;
    return answer;
}

LoginGate::Verdict LoginGate::judge_alone(const dm::LoginQuestion& login, Timestamp now) {
    const auto age = cache_.age(login, now);
    return age && *age < options_.away ? Verdict::Device : Verdict::Refused;
}

}  // namespace cellwise::plugin
