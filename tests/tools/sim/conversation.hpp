// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/coap/message.hpp"
#include "tools/sim/device_machine.hpp"

#include "cellwise/domain/pcp.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace cellwise::sim::test {

inline Script a_script(Dialect dialect = {}, Fault fault = {}) {
    return {.index = 7,
            .node_id = "urn:imei:866000000000007",
            .imei = "866000000000007",
            .radio = {.cell = 4242, .rsrp_dbm = -95, .sinr_db = 12},
            .dialect = dialect,
            .fault = fault,
            .from_version = *domain::Version::parse("V1.0"),
            .expected_end = fault.expected_end()};
}

inline domain::Version version(std::string_view text) { return *domain::Version::parse(text); }

/// The package of these tests: 3 chunks of 4, 4 and 2 bytes.
inline Bytes chunk_data(std::uint16_t index) {
    return Bytes(index < 2 ? 4U : 2U, static_cast<std::uint8_t>(0x10 + index));
}
inline pcp::NewVersionNotice a_notice(std::string_view target = "V2.0") {
    return {.version = version(target), .chunk_size = 4, .chunk_count = 3, .check_code = 0x1234};
}

/// The platform's side of a talk with one device, each datagram sent and expected by the test, the clock turned by
/// hand.
class Conversation {
 public:
    explicit Conversation(const Script& script, const Timing& timing = {}, bool register_only = false)
        : timing_(timing), device_(script, timing_, 1, register_only) {}

    DeviceMachine& device() { return device_; }
    Timestamp now() const { return now_; }

    void start() {
        device_.start(now_);
        collect();
    }

    /// Turns the clock, stopping at each deadline on the way.
    void advance(Duration by) {
        const auto until = now_ + by;
        for (auto due = device_.deadline(); due && *due <= until; due = device_.deadline()) {
            now_ = std::max(now_, *due);
            device_.on_timer(now_);
            collect();
        }
        now_ = until;
    }
    /// Turns the clock until the device says something.
    void advance_until_heard(Duration at_most = std::chrono::minutes{10}) {
        const auto until = now_ + at_most;
        while (heard_.empty()) {
            const auto due = device_.deadline();
            if (!due || *due > until) FAIL() << "the device stays silent";
            advance(std::max(*due - now_, Duration{0}));
        }
    }

    bool is_silent() const { return heard_.empty(); }
    std::size_t ports_used() const { return ports_used_; }

    coap::Message expect_message() {
        if (heard_.empty()) {
            ADD_FAILURE() << "the device said nothing";
            return {};
        }
        auto message = std::move(heard_.front());
        heard_.pop_front();
        return message;
    }

    void deliver(const coap::Message& message) {
        device_.on_datagram(coap::encode(message), now_);
        collect();
    }
    void ack(const coap::Message& message) { deliver({.type = coap::Type::Ack, .id = message.id}); }
    void reset(const coap::Message& message) { deliver({.type = coap::Type::Rst, .id = message.id}); }
    void answer(const coap::Message& request, coap::Code code, std::vector<std::string> location = {}) {
        coap::Message response{.type = coap::Type::Ack, .code = code, .id = request.id, .token = request.token};
        for (const auto& segment : location) response.add(coap::option::kLocationPath, segment);
        deliver(response);
    }

    coap::Message request(coap::Code code, std::vector<std::string> path) {
        coap::Message message{.code = code, .id = ++last_id_, .token = token_of(last_id_)};
        for (const auto& segment : path) message.add(coap::option::kUriPath, segment);
        return message;
    }

    /// The response to a request of ours, whatever was said before it; the empty ACK while that is still to come.
    coap::Message ask(const coap::Message& request) {
        deliver(request);
        const auto is_response = [&request](const coap::Message& m) {
            return m.token == request.token && (m.type != coap::Type::Ack || m.id == request.id);
        };
        const auto found = std::find_if(heard_.begin(), heard_.end(), is_response);
        if (found == heard_.end()) {
            if (last_ack_ != request.id) ADD_FAILURE() << "the request was not answered";
            return {.type = coap::Type::Ack, .id = last_ack_};
        }
        auto response = std::move(*found);
        heard_.erase(found);
        if (response.type == coap::Type::Con) ack(response);
        return response;
    }
    bool is_notification(const coap::Message& message) const { return message.token == observation_; }

    void accept_registration() {
        answer(expect_message(), coap::code::kCreated, {"rd", "5a5a"});
        advance(timing_.slow_digest);
    }
    void observe() {
        auto get = request(coap::code::kGet, {"19", "0", "0"});
        get.token = observation_;
        get.add_uint(coap::option::kObserve, 0);
        EXPECT_EQ(ask(get).code, coap::code::kContent);
    }
    void register_and_observe() {
        start();
        accept_registration();
        observe();
    }

    /// PUT /19/1/0, and its 2.04.
    coap::Message put(const pcp::PlatformMessage& message) {
        auto put = request(coap::code::kPut, {"19", "1", "0"});
        put.payload = pcp::encode(message);
        const auto response = ask(put);
        EXPECT_TRUE(response.code == coap::code::kChanged || response.code == coap::code::kEmpty);
        return put;
    }

    /// The next notification as PCP, ACKed when it asks for that.
    std::optional<pcp::DeviceMessage> expect_uplink() {
        const auto notification = expect_message();
        EXPECT_EQ(notification.token, observation_);
        if (notification.type == coap::Type::Con) ack(notification);
        const auto frame = pcp::find_frame(notification.payload);
        if (!frame) {
            ADD_FAILURE() << "no PCP: " << to_hex(notification.payload);
            return std::nullopt;
        }
        return pcp::decode_device_message(*frame);
    }
    template <class T>
    void expect_uplink(const T& expected) {
        EXPECT_EQ(expect_uplink(), std::optional<pcp::DeviceMessage>(expected));
    }

    void serve_chunk(std::uint16_t index) { put(pcp::ChunkReply{pcp::ResultCode::Ok, index, chunk_data(index)}); }
    void expect_chunk_request(std::uint16_t index) { expect_uplink(pcp::ChunkRequest{version("V2.0"), index}); }
    void download_all() {
        for (std::uint16_t index = 0; index < 3; ++index) {
            expect_chunk_request(index);
            serve_chunk(index);
        }
    }
    /// From the notice to the moment when the power goes for the installation.
    void upgrade_until_reboot() {
        put(a_notice());
        expect_uplink(pcp::NoticeReply{pcp::ResultCode::Ok});
        download_all();
        expect_uplink(pcp::DownloadReport{pcp::ResultCode::Ok});
        put(pcp::DownloadAnswer{pcp::ResultCode::Ok});
        put(pcp::Execute{});
        expect_uplink(pcp::ExecuteReply{pcp::ResultCode::Ok});
    }
    void come_back_after_reboot() {
        advance_until_heard();
        accept_registration();
        observe();
    }

 private:
    static coap::Token token_of(std::uint16_t id) {
        coap::Token token;
        token.length = 2;
        token.bytes[0] = static_cast<std::uint8_t>(id >> 8U);
        token.bytes[1] = static_cast<std::uint8_t>(id);
        return token;
    }
    void collect() {
        auto output = device_.take_output();
        if (output.new_port) ++ports_used_;
        for (const auto& datagram : output.datagrams) {
            auto message = coap::parse(datagram);
            ASSERT_TRUE(message) << "not CoAP: " << to_hex(datagram);
            if (message->code == coap::code::kEmpty && message->type == coap::Type::Ack) {
                last_ack_ = message->id;
                continue;
            }
            heard_.push_back(std::move(*message));
        }
    }

    Timing timing_;
    DeviceMachine device_;
    Timestamp now_{Duration{1'000'000}};
    std::deque<coap::Message> heard_;
    std::size_t ports_used_ = 0;
    std::uint16_t last_ack_ = 0;
    std::uint16_t last_id_ = 100;
    coap::Token observation_{{1, 2, 3, 4, 5, 6, 7, 8}, 8};
};

}  // namespace cellwise::sim::test
