// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/domain/push.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/random.hpp"

#include <functional>
#include <optional>
#include <string>

namespace cellwise::app {

/// Which of an application's subscriptions; what is not set fits all.
struct SubscriptionChoice {
    std::optional<SubscriptionId> id{};
    std::optional<domain::NotifyType> type{};
    std::optional<std::string> callback_url{};

    bool fits(const domain::Subscription& subscription) const;
};

/// Where applications want to be told. Loop thread only; the callbacks come on the loop when the change is durable.
class SubscriptionService {
 public:
    using Subscribed = std::function<void(Result<domain::Subscription>)>;
    using Erased = std::function<void(Result<std::size_t>)>;

    enum class IfPresent {
        Replace,    ///< the URL changes, the id stays
        RefuseSame  ///< Conflict "subscription.duplicate" when type and URL are the same, else as Replace
    };

    SubscriptionService(ports::Database& database, ports::Clock& clock, ports::Random& random);

    /// Errors: InvalidInput "subscription.url.invalid"; NotFound "application.not_found"; those of IfPresent.
    void subscribe(const AppId& app, domain::NotifyType type, std::string callback_url, IfPresent if_present,
                   Subscribed done);
    /// How many there were.
    void erase(const AppId& app, SubscriptionChoice choice, Erased done);

 private:
    ports::Database& database_;
    ports::Clock& clock_;
    ports::Random& random_;
};

}  // namespace cellwise::app
