// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugin/mosquitto/login_cache.hpp"

#include "cellwise/base/time.hpp"
#include "cellwise/domain/mqtt_login.hpp"

#include <functional>
#include <optional>
#include <string>

namespace cellwise::plugin {

/// Lets clients in or keeps them out: by the daemon's word, and by a rule of its own while the daemon is away.
class LoginGate {
 public:
    /// Asks the daemon; nothing when it does not answer.
    using Ask = std::function<std::optional<domain::mqtt::LoginVerdict>(const domain::mqtt::LoginQuestion&)>;
    struct Options {
        std::string daemon_user = "cellwised";
        Duration believed{5'000};  ///< a login that was called good is not asked about again for so long
        Duration away{3'600'000};  ///< and is good for so long while the daemon is away
        Duration rest{1'000};      ///< a daemon that did not answer is not asked for so long: the broker waits else
    };
    enum class Verdict { Refused, Device, Daemon };

    LoginGate(Options options, Ask ask) : options_(std::move(options)), ask_(std::move(ask)) {}

    Verdict judge(const domain::mqtt::LoginQuestion& login, Timestamp now);
    /// What was called good of that name is no more.
    void forget(const std::string& username) { cache_.forget_name(username); }
    bool daemon_is_away() const { return away_since_.has_value(); }
    const Options& options() const { return options_; }

 private:
    std::optional<domain::mqtt::LoginVerdict> ask(const domain::mqtt::LoginQuestion& login, Timestamp now);
    Verdict judge_alone(const domain::mqtt::LoginQuestion& login, Timestamp now);

    const Options options_;
    const Ask ask_;
    LoginCache cache_{};
    std::optional<Timestamp> away_since_{};  ///< or since it was asked in vain last
};

}  // namespace cellwise::plugin
