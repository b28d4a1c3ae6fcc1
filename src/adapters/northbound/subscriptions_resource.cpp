// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/resources.hpp"
#include "app/subscription_service.hpp"

namespace cellwise::northbound::subscriptions {
namespace {

using domain::NotifyType;
using domain::Subscription;
using IfPresent = app::SubscriptionService::IfPresent;

constexpr std::uint32_t kPageSize = 10;
constexpr std::uint32_t kLargestPage = 100;

void write(json::Writer& out, const Subscription& subscription) {
    out.begin_object().field("subscriptionId", subscription.id).field("notifyType", to_string(subscription.type));
    out.field("callbackUrl", subscription.callback_url).end_object();
}

/// Of commands their own callbackUrl is told, and nobody else.
bool is_served(NotifyType type) { return type != NotifyType::CommandStatus; }

struct Wanted {
    NotifyType type = NotifyType::SwUpgradeResult;
    std::string callback_url{};
};

/// Both forms have the same two members. Real servers write callbackurl in the one and callbackUrl in the other, and
/// each in both.
std::optional<Wanted> read_wanted(const Call& call, ports::HttpResponse& refused) {
    const auto body = body_of(call);
    if (!body) {
        refused = refusal(kApplicationInput, body.error().message);
        return std::nullopt;
    }
    json::ObjectReader in(*body, json::Unknown::Ignore);
    const auto type = in.text("notifyType");
    const auto url = in.optional_text({"callbackurl", "callbackUrl"});
    const auto app = in.optional_text("appId").value_or("");
    const auto channel = in.optional_text("channel").value_or("");
    if (const auto read = in.finish(); !read) {
        refused = refusal(kApplicationInput, read.error().message);
        return std::nullopt;
    }
    if (!app.empty() && app != call.app.view()) {
        refused = refusal(kToken);
        return std::nullopt;
    }
    if (!channel.empty() && channel != "HTTP" && channel != "http") {
        refused = refusal(kApplicationInput, "channel must be HTTP.");
        return std::nullopt;
    }
    const auto known = domain::parse_notify_type(type);
    if (!known || !is_served(*known)) {
        refused = refusal(kApplicationInput, "notifyType is not served.");
        return std::nullopt;
    }
    return Wanted{.type = *known, .callback_url = url.value_or("")};
}

Error no_such_subscription() { return not_found("subscription.not_found", "there is no such subscription"); }

/// At most one per notifyType: all of them.
Result<std::vector<Subscription>> all_of(ports::Transaction& tx, const AppId& app) {
    auto page = tx.subscriptions().list(app, {.limit = 1000});
    if (!page) return page.error();
    return std::move(page->items);
}

/// Words that are none of ours fit nothing.
std::optional<app::SubscriptionChoice> choice_of(const Call& call) {
    app::SubscriptionChoice choice{.callback_url = query_value(call, {"callbackUrl", "callbackurl"})};
    if (const auto type = query_value(call, {"notifyType"})) {
        choice.type = domain::parse_notify_type(*type);
        if (!choice.type) return std::nullopt;
    }
    return choice;
}

}  // namespace

void subscribe_upgrades(Call call) {
    ports::HttpResponse refused;
    auto wanted = read_wanted(call, refused);
    if (!wanted) return call.respond(std::move(refused));
    const auto show = [](const Subscription&) { return empty_ok(); };
    call.services.loop.post([&subscriptions = call.services.subscriptions, app = call.app,
                             wanted = std::move(*wanted),
                             done = answer<Subscription>(call.respond, kApplicationInput, show)] {
        subscriptions.subscribe(app, wanted.type, wanted.callback_url, IfPresent::Replace, done);
    });
}

void create(Call call) {
    ports::HttpResponse refused;
    auto wanted = read_wanted(call, refused);
    if (!wanted) return call.respond(std::move(refused));
    const auto show = [](const Subscription& made) {
        json::Writer out;
        write(out, made);
        return json_response(201, out.take());
    };
    call.services.loop.post([&subscriptions = call.services.subscriptions, app = call.app,
                             wanted = std::move(*wanted),
                             done = answer<Subscription>(call.respond, kApplicationInput, show)] {
        subscriptions.subscribe(app, wanted.type, wanted.callback_url, IfPresent::RefuseSame, done);
    });
}

void list(Call call) {
    const auto page = page_of(call, kPageSize, kLargestPage);
    if (!page) return call.respond(refusal(kApplicationInput, kPage.text));
    const auto choice = choice_of(call);
    reply_read(call, kApplicationInput, [&](ports::Transaction& tx, json::Writer& out) -> Status {
        auto all = all_of(tx, call.app);
        if (!all) return all.error();
        std::erase_if(*all, [&](const Subscription& each) { return !choice || !choice->fits(each); });
        const auto first = std::min<std::uint64_t>(page->request().offset, all->size());
        const auto last = std::min<std::uint64_t>(first + page->size, all->size());
        out.begin_object();
        write_page(out, *page, static_cast<std::int64_t>(all->size()));
        out.key("subscriptions").begin_array();
        for (auto i = first; i < last; ++i) write(out, (*all)[i]);
        out.end_array().end_object();
        return {};
    });
}

void show(Call call) {
    const auto id = SubscriptionId::parse(call.path_values.front());
    if (!id) return call.respond(refusal(kNoSuchSubscription));
    reply_read(call, kNoSuchSubscription, [&](ports::Transaction& tx, json::Writer& out) -> Status {
        const auto all = all_of(tx, call.app);
        if (!all) return all.error();
        for (const auto& each : *all) {
            if (each.id != *id) continue;
            write(out, each);
            return {};
        }
        return no_such_subscription();
    });
}

void erase(Call call) {
    const auto id = SubscriptionId::parse(call.path_values.front());
    if (!id) return call.respond(refusal(kNoSuchSubscription));
    const auto show = [](std::size_t count) { return count > 0 ? no_content() : refusal(kNoSuchSubscription); };
    call.services.loop.post([&subscriptions = call.services.subscriptions, app = call.app, id = *id,
                             done = answer<std::size_t>(call.respond, kApplicationInput, show)] {
        subscriptions.erase(app, {.id = id}, done);
    });
}

void erase_chosen(Call call) {
    const auto choice = choice_of(call);
    if (!choice) return call.respond(no_content());
    const auto show = [](std::size_t) { return no_content(); };
    call.services.loop.post([&subscriptions = call.services.subscriptions, app = call.app, choice = *choice,
                             done = answer<std::size_t>(call.respond, kApplicationInput, show)] {
        subscriptions.erase(app, choice, done);
    });
}

}  // namespace cellwise::northbound::subscriptions
