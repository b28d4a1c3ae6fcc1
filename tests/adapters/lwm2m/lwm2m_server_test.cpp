// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/lwm2m_server.hpp"

#include "tests/adapters/lwm2m/lock_step.hpp"

#include <random>

namespace cellwise::lwm2m {
namespace {

using Log = std::vector<std::string>;

class Lwm2mServerTest : public LockStep {};

TEST_F(Lwm2mServerTest, DeliversWhatADeviceReports) {
    come_online();
    EXPECT_TRUE(notify(token, bytes_of("FFFE0115")));
    EXPECT_EQ(events.log, Log{"data 1 fffe0115"});
}

TEST_F(Lwm2mServerTest, AnswersANotificationBeforeTheCoreActsOnIt) {
    come_online();
    events.then = [this] { server->downlink().send(device, {9}, {}); };
    coap::Message message{.type = coap::Type::Con, .code = code::kContent, .token = token, .payload = {1}};
    EXPECT_TRUE(transport.user().on_notification(peer(port), message));
    EXPECT_TRUE(transport.under_way().empty());  // the ACK leaves when on_notification returns
    run();
    EXPECT_EQ(transport.under_way().size(), 1U);
    events.then = {};
}

TEST_F(Lwm2mServerTest, DeliversWithAndWithoutAnObserveOptionInAnyOrder) {
    come_online();
    for (const int sequence : {5, 3, 5, -1, 4}) {
        coap::Message message{.code = code::kContent, .token = token};
        message.payload = {static_cast<std::uint8_t>(sequence)};
        if (sequence >= 0) message.add_uint(option::kObserve, static_cast<std::uint32_t>(sequence));
        EXPECT_TRUE(transport.user().on_notification(peer(port), message));
    }
    run();
    EXPECT_EQ(events.log, (Log{"data 1 05", "data 1 03", "data 1 05", "data 1 ff", "data 1 04"}));
}

TEST_F(Lwm2mServerTest, TakesAnEmptyNotificationForASignOfLife) {
    come_online();
    EXPECT_TRUE(notify(token, {}));
    EXPECT_EQ(events.log, Log{"heard 1"});
}

TEST_F(Lwm2mServerTest, UnwrapsWhatAClientWithTlvOnlySends) {
    come_online();
    coap::Message message{.code = code::kContent, .token = token, .payload = bytes_of("C300FFFE01")};
    message.add_uint(option::kContentFormat, format::kTlv);
    EXPECT_TRUE(transport.user().on_notification(peer(port), message));
    message.payload = bytes_of("FFFE0113");  // no TLV after all
    EXPECT_TRUE(transport.user().on_notification(peer(port), message));
    run();
    EXPECT_EQ(events.log, (Log{"data 1 fffe01", "data 1 fffe0113"}));
}

TEST_F(Lwm2mServerTest, RefusesUnknownTokens) {
    come_online();
    auto other = token;
    ++other.bytes[3];
    EXPECT_FALSE(notify(other, {1}));
    auto shorter = token;
    shorter.length = 7;
    EXPECT_FALSE(notify(shorter, {1}));
    EXPECT_FALSE(notify({}, {1}));
    EXPECT_EQ(events.log, Log{});
    EXPECT_EQ(server->counters().unknown_tokens, 3U);
}

TEST_F(Lwm2mServerTest, TrustsTheTokenAndNotTheAddress) {
    come_online();
    const auto first = token;
    port = 2000;
    register_device({}, "node-2");
    run();
    const auto second = asked().token;
    answer(code::kContent);
    events.log.clear();
    // Behind one NAT the second device now has the first one's address.
    port = 1000;
    EXPECT_TRUE(notify(second, {2}));
    EXPECT_EQ(events.log, Log{"data 2 02"});
    port = 3000;
    EXPECT_TRUE(notify(first, {1}));
    EXPECT_EQ(events.log.back(), "data 1 01");
}

TEST_F(Lwm2mServerTest, KnowsASleeperAfterARestart) {
    come_online({"b=UQ"});
    advance(30min);
    restart();
    EXPECT_FALSE(server->downlink().is_awake(device));
    port = 2000;
    EXPECT_TRUE(notify(token, {1}));
    EXPECT_EQ(events.log, Log{"data 1 01"});
    EXPECT_TRUE(server->downlink().is_awake(device));
    answer(code::kContent);  // it moved, so it is observed anew
    server->downlink().send(device, {9}, {});
    EXPECT_EQ(transport.sent(only()).to, peer(2000));
}

TEST_F(Lwm2mServerTest, KnowsAnUpdateAfterARestart) {
    const auto id = come_online({"b=UQ"});
    restart();
    EXPECT_EQ(update(id), code::kChanged);
    run();
    EXPECT_EQ(events.log, Log{"heard 1"});
    EXPECT_TRUE(transport.under_way().empty());
}

TEST_F(Lwm2mServerTest, TakesDataOfAnExpiredDeviceAndSendsItNothing) {
    come_online();
    advance(2h);
    const auto before = transport.total();
    port = 2000;
    EXPECT_TRUE(notify(token, {1}));
    EXPECT_EQ(events.log, Log{"data 1 01"});
    EXPECT_FALSE(server->downlink().is_awake(device));
    EXPECT_EQ(transport.total(), before);
}

TEST_F(Lwm2mServerTest, ForgetsAnErasedDevice) {
    const auto id = come_online();
    server->downlink().send(device, {1}, {});
    database.committed.devices.erase(device);
    server->on_device_erased(device);
    EXPECT_TRUE(transport.under_way().empty());
    EXPECT_FALSE(notify(token, {1}));
    EXPECT_EQ(update(id), code::kNotFound);
}

TEST_F(Lwm2mServerTest, CountsWhatHappens) {
    const auto id = come_online();
    update(id);
    notify(token, {1});
    say(request(code::kPost, {"rd"}, {"ep=nobody"}));
    say(request(code::kDelete, {"rd", id}, {}));
    const auto counters = server->counters();
    EXPECT_EQ(counters.registers, 1U);
    EXPECT_EQ(counters.updates, 1U);
    EXPECT_EQ(counters.notifications, 1U);
    EXPECT_EQ(counters.refused_requests, 1U);
    EXPECT_EQ(counters.deregisters, 1U);
}

TEST_F(Lwm2mServerTest, NamesTheMomentWhenItHasToLookAgain) {
    EXPECT_FALSE(server->next_deadline());
    come_online({"b=UQ"});
    EXPECT_FALSE(server->next_deadline());
    server->downlink().send(device, {1}, {});
    EXPECT_EQ(server->next_deadline(), clock.now() + 60s);
    answer(code::kChanged);
    EXPECT_FALSE(server->next_deadline());
}

TEST_F(Lwm2mServerTest, MayEndWhileRequestsAreUnderWay) {
    come_online();
    server->downlink().send(device, {1}, [](ports::DeliveryOutcome) { ADD_FAILURE(); });
    register_device();
    const auto handles = transport.under_way();
    server.reset();
    for (const auto handle : handles) transport.end(handle, coap::RequestEnd::TimedOut, {});
    run();
}

/// Random devices, random networks: nothing is sent outside a window, every outcome comes exactly once.
TEST_F(Lwm2mServerTest, KeepsItsPromisesOnARandomWalk) {
    std::mt19937 dice(20240607);
    const auto roll = [&](unsigned sides) { return static_cast<unsigned>(dice() % sides); };
    std::array<std::string, 6> ids{};
    std::array<coap::Token, 6> tokens{};
    int sent = 0;
    int ended = 0;
    for (int step = 0; step < 10'000; ++step) {
        const auto who = 1 + roll(5);
        port = static_cast<std::uint16_t>(1000 + who * 10 + roll(2));
        const auto target = id_of(static_cast<int>(who));
        const auto begun_before = transport.total();
        const bool was_awake = server->downlink().is_awake(target);
        switch (roll(9)) {
            case 0:
                ids[who] = register_device({roll(2) != 0 ? "b=UQ" : "b=U"}, "node-" + std::to_string(who));
                break;
            case 1:
                update(ids[who].empty() ? "none" : ids[who]);
                break;
            case 2:
                notify(tokens[who], {1}, roll(20) == 0 ? code::kNotFound : code::kContent);
                break;
            case 3:
            case 4: {
                ++sent;
                const Bytes payload{0xFF, 0xFE, 1, static_cast<std::uint8_t>(20 + roll(3)),
                                    static_cast<std::uint8_t>(roll(3))};
                server->downlink().send(target, payload, [&](ports::DeliveryOutcome) { ++ended; });
                EXPECT_TRUE(was_awake || transport.total() == begun_before);
                break;
            }
            case 5:
                ++sent;
                server->downlink().read_radio(target, [&](ports::DeliveryOutcome, const auto&) { ++ended; });
                break;
            case 6:
                if (roll(4) == 0) server->downlink().cancel(target);
                break;
            case 7:
                advance(Duration{roll(40'000)});
                break;
            default:
                break;
        }
        if (roll(3) != 0) run();
        for (const auto handle : transport.under_way()) {
            if (roll(4) != 0) continue;
            const auto request = transport.sent(handle);
            const auto of = (request.to.port - 1000U) / 10U;
            coap::Message response{.code = roll(8) == 0 ? code::kNotFound : code::kContent};
            const std::array ends{coap::RequestEnd::Answered, coap::RequestEnd::Answered, coap::RequestEnd::TimedOut,
                                  coap::RequestEnd::Reset};
            const auto end = ends.at(roll(4));
            if (path_of(request.message) == "/19/0/0") tokens.at(of) = request.message.token;
            transport.end(handle, end, request.to, end == coap::RequestEnd::Answered ? &response : nullptr);
            break;  // the others may be gone now
        }
        if (step % 100 == 0) {
            advance(0s);
            for (const auto handle : transport.under_way()) {
                const auto of = static_cast<int>((transport.sent(handle).to.port - 1000U) / 10U);
                EXPECT_TRUE(server->downlink().is_awake(id_of(of))) << step;
            }
        }
    }
    for (int who = 1; who <= 5; ++who) server->downlink().cancel(id_of(who));
    run();
    EXPECT_EQ(ended, sent);
    advance(1h);
    advance(24h);
    EXPECT_TRUE(transport.under_way().empty());
    EXPECT_FALSE(server->next_deadline());
}

}  // namespace
}  // namespace cellwise::lwm2m
