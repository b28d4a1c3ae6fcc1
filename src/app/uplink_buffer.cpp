// SPDX-License-Identifier: Apache-2.0
#include "app/uplink_buffer.hpp"

#include "cellwise/base/log.hpp"

#include <utility>

namespace cellwise::app {
namespace {

constexpr std::size_t kMaxInMemory = 50'000;

}  // namespace

UplinkBuffer::UplinkBuffer(ports::Database& database, ports::Metrics& metrics)
    : database_(database),
      kept_(metrics.counter("cellwise_uplinks_total", "Uplinks that are business data")),
      dropped_(
          metrics.counter("cellwise_uplinks_dropped_total", "Business data lost because storing did not keep up")) {}

void UplinkBuffer::keep(const DeviceId& device, ByteView payload, Timestamp now) {
    kept_.add();
    if (uplinks_.size() >= kMaxInMemory) return dropped_.add();
    uplinks_.push_back({.device = device, .at = now, .payload = Bytes(payload.begin(), payload.end())});
}

void UplinkBuffer::flush() {
    if (uplinks_.empty()) return;
    auto work = [uplinks = std::exchange(uplinks_, {})](ports::Transaction& tx) -> Status {
        for (const auto& uplink : uplinks) {
            if (auto appended = tx.uplinks().append(uplink); !appended) return appended;
        }
        return Status{};
    };
    database_.write(std::move(work), [](const Status& status) {
        if (!status) log::error("uplinks cannot be saved", {{"reason", status.error().message}});
    });
}

}  // namespace cellwise::app
