// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/lwm2m_server.hpp"
#include "tests/fakes/fake_database.hpp"
#include "tests/fakes/fake_transport.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/manual_executor.hpp"
#include "tests/fakes/seeded_random.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cellwise::lwm2m {

using namespace std::chrono_literals;
namespace code = coap::code;
namespace option = coap::option;
namespace format = coap::format;

inline Bytes bytes_of(std::string_view hex) {
    Bytes bytes;
    EXPECT_TRUE(from_hex(hex, bytes)) << hex;
    return bytes;
}

inline domain::PeerAddress peer(std::uint16_t port) {
    return {.ip = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 0, 0, 1}, .port = port};
}

inline std::string path_of(const coap::Message& message) {
    std::string path;
    for (const auto& segment : message.texts(option::kUriPath)) path += "/" + segment;
    return path;
}

/// A server between a fake transport and a list of what it told the core; time is turned by hand. The test is the
/// device: it says each datagram and expects each one.
class LockStep : public ::testing::Test {
 protected:
    struct Events final : ports::DeviceEvents {
        std::vector<std::string> log{};
        std::function<void()> then{};  ///< runs inside each event
        void on_heard(const DeviceId& who) override { note("heard " + tail(who)); }
        void on_data(const DeviceId& who, ByteView payload) override {
            note("data " + tail(who) + " " + to_hex(payload));
        }
        void note(std::string line) {
            log.push_back(std::move(line));
            if (then) then();
        }
        static std::string tail(const DeviceId& device) { return std::string(1, device.view().back()); }
    };

    fakes::FakeDatabase database;
    fakes::ManualClock clock;
    fakes::SeededRandom random;
    fakes::ManualExecutor executor;
    fakes::FakeTransport transport;
    Events events;
    Lwm2mOptions options{.awake_window = 60s};
    std::unique_ptr<app::RegistrationService> registrations;
    std::unique_ptr<Lwm2mServer> server;
    const DeviceId device = id_of(1);
    std::uint16_t port = 1000;  ///< where the device is now

    void SetUp() override {
        for (char digit = '1'; digit <= '5'; ++digit) {
            const auto id = id_of(digit - '0');
            database.committed.devices[id] = {.id = id, .node_id = std::string("node-") + digit};
        }
        start();
    }

    static DeviceId id_of(int digit) {
        return *DeviceId::parse("00000000-0000-4000-8000-00000000000" + std::to_string(digit));
    }

    void start() {
        registrations = std::make_unique<app::RegistrationService>(database, clock, random);
        server = std::make_unique<Lwm2mServer>(transport, *registrations, events, random, clock, executor, options);
    }
    void restart() {
        registrations->flush();
        database.commit();
        server.reset();
        registrations.reset();
        for (const auto handle : transport.under_way()) transport.cancel(handle);
        run();
        start();
    }
    void run() {
        transport.run();
        executor.run();
    }
    void advance(Duration by) {
        clock.advance(by);
        server->tick();
        run();
    }

    // What the device says.
    static coap::Message request(coap::Code method, std::vector<std::string> path, std::vector<std::string> query) {
        coap::Message message{.code = method};
        for (const auto& segment : path) message.add(option::kUriPath, segment);
        for (const auto& parameter : query) message.add(option::kUriQuery, parameter);
        return message;
    }
    coap::Message say(const coap::Message& message) { return transport.user().on_request(peer(port), message); }
    /// Returns the registration's id.
    std::string register_device(std::vector<std::string> more = {}, std::string endpoint = "node-1") {
        std::vector<std::string> query{"lwm2m=1.0", "ep=" + endpoint, "lt=3600"};
        query.insert(query.end(), more.begin(), more.end());
        const auto answer = say(request(code::kPost, {"rd"}, query));
        EXPECT_EQ(answer.code, code::kCreated);
        const auto location = answer.texts(option::kLocationPath);
        return location.size() == 2 ? location[1] : "";
    }
    coap::Code update(const std::string& id, std::vector<std::string> query = {}) {
        return say(request(code::kPost, {"rd", id}, std::move(query))).code;
    }
    bool notify(const coap::Token& by, const Bytes& payload, coap::Code response_code = code::kContent) {
        coap::Message message{.type = coap::Type::Non, .code = response_code, .token = by, .payload = payload};
        message.add_uint(option::kContentFormat, format::kOctetStream);
        const bool known = transport.user().on_notification(peer(port), message);
        run();
        return known;
    }
    /// The only request under way.
    coap::RequestHandle only() {
        const auto handles = transport.under_way();
        EXPECT_EQ(handles.size(), 1U);
        return handles.empty() ? 0 : handles.front();
    }
    const coap::Message& asked() { return transport.sent(only()).message; }
    void answer(coap::Code response_code, const Bytes& payload = {}, std::optional<std::uint16_t> content = {}) {
        coap::Message response{.type = coap::Type::Ack, .code = response_code, .payload = payload};
        if (content) response.add_uint(option::kContentFormat, *content);
        transport.end(only(), coap::RequestEnd::Answered, peer(port), &response);
        run();
    }
    void stay_silent() {
        transport.end(only(), coap::RequestEnd::TimedOut, {});
        run();
    }
    void reset() {
        transport.end(only(), coap::RequestEnd::Reset, peer(port));
        run();
    }

    /// Registered and observed; the events so far are forgotten.
    std::string come_online(std::vector<std::string> more = {}) {
        auto id = register_device(std::move(more));
        run();
        token = asked().token;
        answer(code::kContent);
        events.log.clear();
        return id;
    }

    coap::Token token{};  ///< of the observation that come_online() confirmed
};

}  // namespace cellwise::lwm2m
