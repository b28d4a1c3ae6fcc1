// SPDX-License-Identifier: Apache-2.0
#include "app/subscription_service.hpp"

#include "app/callback_url.hpp"
#include "app/new_id.hpp"
#include "app/transact.hpp"

#include <utility>

namespace cellwise::app {
namespace {

using IfPresent = SubscriptionService::IfPresent;

Result<domain::Subscription> save(ports::Transaction& tx, domain::Subscription wanted, IfPresent if_present) {
    const auto application = tx.applications().find(wanted.app);
    if (!application) return application.error();
    if (!*application) return not_found("application.not_found", "there is no such application", wanted.app.str());
    const auto found = tx.subscriptions().find(wanted.app, wanted.type);
    if (!found) return found.error();
    if (*found) {
        if (if_present == IfPresent::RefuseSame && (*found)->callback_url == wanted.callback_url) {
            return conflict("subscription.duplicate", "the same subscription exists", (*found)->id.str());
        }
        wanted.id = (*found)->id;
        wanted.created_at = (*found)->created_at;
    }
    if (auto saved = tx.subscriptions().save(wanted); !saved) return saved.error();
    return wanted;
}

Result<std::size_t> erase_chosen(ports::Transaction& tx, const AppId& app, const SubscriptionChoice& choice) {
    // One per type at most: they all fit into a page.
    const auto all = tx.subscriptions().list(app, {.limit = 1000});
    if (!all) return all.error();
    std::size_t count = 0;
    for (const auto& subscription : all->items) {
        if (!choice.fits(subscription)) continue;
        if (const auto erased = tx.subscriptions().erase(subscription.id); !erased) return erased.error();
        ++count;
    }
    return count;
}

}  // namespace

bool SubscriptionChoice::fits(const domain::Subscription& subscription) const {
    return (!id || *id == subscription.id) && (!type || *type == subscription.type) &&
           (!callback_url || *callback_url == subscription.callback_url);
}

SubscriptionService::SubscriptionService(ports::Database& database, ports::Clock& clock, ports::Random& random)
    : database_(database), clock_(clock), random_(random) {}

void SubscriptionService::subscribe(const AppId& app, domain::NotifyType type, std::string callback_url,
                                    IfPresent if_present, Subscribed done) {
    if (auto ok = check_callback_url(callback_url); !ok) return done(ok.error());
    const auto now = clock_.now();
    const domain::Subscription wanted{.id = new_timed_id<SubscriptionId>(random_, now),
                                      .app = app,
                                      .type = type,
                                      .callback_url = std::move(callback_url),
                                      .created_at = now};
    const auto work = [wanted, if_present](ports::Transaction& tx) { return save(tx, wanted, if_present); };
    write<domain::Subscription>(database_, work, std::move(done));
}

void SubscriptionService::erase(const AppId& app, SubscriptionChoice choice, Erased done) {
    const auto work = [app, choice = std::move(choice)](ports::Transaction& tx) {
        return erase_chosen(tx, app, choice);
    };
    write<std::size_t>(database_, work, std::move(done));
}

}  // namespace cellwise::app
