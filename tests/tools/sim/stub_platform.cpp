// SPDX-License-Identifier: Apache-2.0
#include "tests/tools/sim/stub_platform.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <poll.h>
#include <unistd.h>

namespace cellwise::sim::test {
namespace {

namespace coap = lwm2m::coap;
namespace pcp = domain::pcp;

constexpr std::chrono::milliseconds kRepeat{100};
constexpr std::uint8_t kObservation = 0xB0;
constexpr std::uint8_t kRequest = 0xA0;

coap::Token token_of(std::uint8_t kind, std::uint32_t number) {
    coap::Token token;
    token.length = 8;
    token.bytes[0] = kind;
    for (std::size_t i = 0; i < 4; ++i) token.bytes[4 + i] = static_cast<std::uint8_t>(number >> (8 * (3 - i)));
    return token;
}
std::size_t number_of(const coap::Token& token) {
    std::size_t number = 0;
    for (std::size_t i = 4; i < 8; ++i) number = number << 8U | token.bytes[i];
    return number;
}

std::string query_value(const coap::Message& request, std::string_view key) {
    for (const auto& text : request.texts(coap::option::kUriQuery)) {
        if (text.starts_with(key)) return text.substr(key.size());
    }
    return {};
}

}  // namespace

StubPlatform::StubPlatform(Setup setup) : setup_(std::move(setup)) {
    descriptor_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
        getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        ADD_FAILURE() << "no loopback socket";
        return;
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
}

StubPlatform::~StubPlatform() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
    close(descriptor_);
}

void StubPlatform::run() {
    while (!stop_) {
        pollfd waiting{.fd = descriptor_, .events = POLLIN, .revents = 0};
        const auto ready = poll(&waiting, 1, 20);
        std::array<std::uint8_t, 2'048> buffer;
        sockaddr_in from{};
        socklen_t size = sizeof from;
        if (ready > 0) {
            const auto length =
                recvfrom(descriptor_, buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
            if (length < 0) continue;
            const auto message = coap::parse(ByteView(buffer.data(), static_cast<std::size_t>(length)));
            if (message) on_message(*message, from);
        }
        repeat();
    }
}

void StubPlatform::send(const Device& device, const coap::Message& message) {
    const auto bytes = coap::encode(message);
    sendto(descriptor_, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&device.address),
           sizeof device.address);
}

void StubPlatform::enqueue(std::size_t index, coap::Message message) {
    auto& device = devices_[index];
    message.type = coap::Type::Con;
    message.id = ++last_id_;
    const auto same = [&message](const coap::Message& other) {
        return other.payload == message.payload && other.code == message.code;
    };
    if (std::any_of(device.line.begin(), device.line.end(), same)) return;
    device.line.push_back(std::move(message));
    if (device.line.size() > 1) return;
    device.again_at = Steady::now() + kRepeat;
    send(device, device.line.front());
}

void StubPlatform::repeat() {
    const auto now = Steady::now();
    for (auto& device : devices_) {
        if (device.line.empty() || device.again_at > now) continue;
        device.again_at = now + kRepeat;
        send(device, device.line.front());
    }
}

void StubPlatform::observe(std::size_t index) {
    coap::Message get{.code = coap::code::kGet, .token = token_of(kObservation, static_cast<std::uint32_t>(index))};
    for (const auto* segment : {"19", "0", "0"}) get.add(coap::option::kUriPath, segment);
    get.add_uint(coap::option::kObserve, 0);
    enqueue(index, std::move(get));
}

void StubPlatform::say(std::size_t index, const pcp::PlatformMessage& message) {
    coap::Message put{.code = coap::code::kPut, .token = token_of(kRequest, ++last_token_)};
    for (const auto* segment : {"19", "1", "0"}) put.add(coap::option::kUriPath, segment);
    put.payload = pcp::encode(message);
    enqueue(index, std::move(put));
}

void StubPlatform::on_request(const coap::Message& message, const sockaddr_in& from) {
    coap::Message answer{.type = coap::Type::Ack, .id = message.id, .token = message.token};
    const auto path = message.texts(coap::option::kUriPath);
    if (path.size() == 1) {
        const auto endpoint = query_value(message, "ep=");
        const auto [entry, is_new] = by_endpoint_.try_emplace(endpoint, devices_.size());
        if (is_new) devices_.push_back({.endpoint = endpoint});
        const auto index = entry->second;
        devices_[index].address = from;
        devices_[index].line.clear();
        answer.code = coap::code::kCreated;
        answer.add(coap::option::kLocationPath, "rd").add(coap::option::kLocationPath, std::to_string(index));
        send(devices_[index], answer);
        observe(index);
        if (devices_[index].stage == Stage::Query) say(index, pcp::QueryVersion{});
        return;
    }
    std::size_t index = 0;
    std::from_chars(path.at(1).data(), path.at(1).data() + path.at(1).size(), index);
    devices_.at(index).address = from;
    answer.code = coap::code::kChanged;
    send(devices_[index], answer);
}

void StubPlatform::on_message(const coap::Message& message, const sockaddr_in& from) {
    if (coap::is_request(message.code)) {
        on_request(message, from);
        return;
    }
    if (message.token.length == 8 && message.token.bytes[0] == kObservation) {
        const auto index = number_of(message.token);
        if (index < devices_.size()) devices_[index].address = from;
        if (message.type == coap::Type::Con) send(devices_.at(index), {.type = coap::Type::Ack, .id = message.id});
        const auto frame = pcp::find_frame(message.payload);
        const auto said = frame ? pcp::decode_device_message(*frame) : std::nullopt;
        if (said) on_uplink(index, *said);
    }
    for (auto& device : devices_) {
        if (device.line.empty()) continue;
        const auto& front = device.line.front();
        if (message.token != front.token || (message.type == coap::Type::Ack && message.id != front.id)) continue;
        if (message.type == coap::Type::Con) send(device, {.type = coap::Type::Ack, .id = message.id});
        if (message.code == coap::code::kEmpty || !message.payload.empty()) continue;
        device.line.pop_front();
        device.again_at = Steady::now();
    }
}

void StubPlatform::on_uplink(std::size_t index, const pcp::DeviceMessage& said) {
    using pcp::ResultCode;
    auto& device = devices_[index];
    if (std::holds_alternative<pcp::VersionReply>(said) && device.stage == Stage::Query) {
        device.stage = Stage::Line;
        give_slots();
    } else if (const auto* notice = std::get_if<pcp::NoticeReply>(&said)) {
        if (notice->result != ResultCode::Ok) finish(index);
    } else if (const auto* chunk = std::get_if<pcp::ChunkRequest>(&said)) {
        const auto begin = std::size_t{chunk->index} * setup_.chunk_size;
        const auto end = std::min(setup_.payload.size(), begin + setup_.chunk_size);
        Bytes data(setup_.payload.begin() + static_cast<std::ptrdiff_t>(begin),
                   setup_.payload.begin() + static_cast<std::ptrdiff_t>(end));
        if (setup_.corrupts_a_byte && chunk->index == 1) data[0] ^= 1U;
        say(index, pcp::ChunkReply{ResultCode::Ok, chunk->index, std::move(data)});
    } else if (const auto* download = std::get_if<pcp::DownloadReport>(&said)) {
        say(index, pcp::DownloadAnswer{ResultCode::Ok});
        if (download->result != ResultCode::Ok) {
            finish(index);
        } else if (!device.executed) {
            device.executed = true;
            say(index, pcp::Execute{});
        }
    } else if (const auto* execute = std::get_if<pcp::ExecuteReply>(&said)) {
        if (execute->result != ResultCode::Ok && execute->result != ResultCode::DownloadTimeout) finish(index);
    } else if (std::holds_alternative<pcp::UpgradeReport>(said)) {
        if (setup_.executes_twice && device.stage != Stage::Done) {
            say(index, pcp::Execute{});
        } else {
            say(index, pcp::UpgradeAnswer{ResultCode::Ok});
        }
        finish(index);
    }
}

void StubPlatform::finish(std::size_t index) {
    if (devices_[index].stage != Stage::Upgrade) return;
    devices_[index].stage = Stage::Done;
    --in_use_;
    give_slots();
}

void StubPlatform::give_slots() {
    const auto count = (setup_.payload.size() + setup_.chunk_size - 1) / setup_.chunk_size;
    for (std::size_t index = 0; index < devices_.size() && in_use_ < setup_.slots; ++index) {
        if (devices_[index].stage != Stage::Line) continue;
        devices_[index].stage = Stage::Upgrade;
        ++in_use_;
        say(index,
            pcp::NewVersionNotice{setup_.target, setup_.chunk_size, static_cast<std::uint16_t>(count), 0x1234});
    }
}

}  // namespace cellwise::sim::test
