// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/name_resolver.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <vector>

namespace cellwise::http {
namespace {

std::future<Addresses> start(NameResolver& resolver, const std::string& host) {
    auto promise = std::make_shared<std::promise<Addresses>>();
    resolver.resolve(host, [promise](const Addresses& addresses) { promise->set_value(addresses); });
    return promise->get_future();
}

TEST(NameResolver, AsksTheSystem) {
    NameResolver resolver;
    const auto local = start(resolver, "localhost").get();
    ASSERT_TRUE(local) << local.error().message;
    EXPECT_TRUE(local->front() == IpAddress::parse("127.0.0.1") || local->front() == IpAddress::parse("::1"));
    const auto none = start(resolver, "no-such-name.invalid").get();
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, "http.resolve.failed");
    EXPECT_EQ(none.error().value, "no-such-name.invalid");
}

/// Look-ups that wait until they are let go.
struct Gate {
    std::promise<void> open;
    std::shared_future<void> opened = open.get_future().share();
    std::shared_ptr<std::atomic<int>> lookups = std::make_shared<std::atomic<int>>(0);

    NameResolver::Lookup lookup() {
        return [opened = opened, lookups = lookups](const std::string& host) -> Addresses {
            ++*lookups;
            if (host != "free") opened.wait();
            return std::vector{IpAddress::v4({192, 0, 2, 1})};
        };
    }
};

TEST(NameResolver, LooksANameUpOnceForAllWhoWait) {
    Gate gate;
    NameResolver resolver(gate.lookup(), 4);
    std::vector<std::future<Addresses>> waiting;
    for (int i = 0; i < 10; ++i) waiting.push_back(start(resolver, "slow"));
    gate.open.set_value();
    for (auto& each : waiting) EXPECT_TRUE(each.get());
    EXPECT_EQ(*gate.lookups, 1);
    EXPECT_TRUE(start(resolver, "slow").get());
    EXPECT_EQ(*gate.lookups, 2) << "nothing is remembered";
}

TEST(NameResolver, ServesANameWhileOthersHang) {
    Gate gate;
    NameResolver resolver(gate.lookup(), 3);
    auto one = start(resolver, "slow1");
    auto two = start(resolver, "slow2");
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(start(resolver, "free").get());
    gate.open.set_value();
    EXPECT_TRUE(one.get());
    EXPECT_TRUE(two.get());
}

TEST(NameResolver, IsSilentOnceStopped) {
    Gate gate;
    auto resolver = std::make_unique<NameResolver>(gate.lookup(), 1);
    auto pending = start(*resolver, "slow");
    auto queued = start(*resolver, "slow2");
    resolver.reset();
    EXPECT_THROW(pending.get(), std::future_error);
    EXPECT_THROW(queued.get(), std::future_error);
    gate.open.set_value();
}

}  // namespace
}  // namespace cellwise::http
