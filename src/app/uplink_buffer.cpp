// SPDX-License-Identifier: Apache-2.0
#include "app/uplink_buffer.hpp"

#include "app/transact.hpp"

#include "cellwise/base/log.hpp"

#include <utility>

namespace cellwise::app {
namespace {

constexpr std::size_t kMaxInMemory = 50'000;

}  // namespace

UplinkBuffer::UplinkBuffer(ports::Database& database, ports::Metrics& metrics, Publish publish,
                           std::function<void()> pushes_committed)
    : database_(database),
      kept_(metrics.counter("cellwise_uplinks_total", "Uplinks that are business data")),
      dropped_(
          metrics.counter("cellwise_uplinks_dropped_total", "Business data lost because storing did not keep up")),
      publish_(std::move(publish)),
      pushes_committed_(std::move(pushes_committed)) {}

void UplinkBuffer::keep(const DeviceId& device, ByteView payload, Timestamp now) {
    kept_.add();
    if (uplinks_.size() >= kMaxInMemory) return dropped_.add();
    uplinks_.push_back({.device = device, .at = now, .payload = Bytes(payload.begin(), payload.end())});
}

void UplinkBuffer::flush() {
    if (uplinks_.empty()) return;
    auto work = [uplinks = std::exchange(uplinks_, {}),
                 publish = publish_](ports::Transaction& tx) -> Result<std::size_t> {
        for (const auto& uplink : uplinks) {
            const auto appended = tx.uplinks().append(uplink);
            // A device that was erased meanwhile takes nobody else's data with it.
            if (!appended && appended.error().kind != ErrorKind::NotFound) return appended.error();
        }
        return publish(tx, uplinks);
    };
    write<std::size_t>(database_, std::move(work), [this](const Result<std::size_t>& pushes) {
        if (!pushes) return log::error("uplinks cannot be saved", {{"reason", pushes.error().message}});
        if (*pushes > 0) pushes_committed_();
    });
}

}  // namespace cellwise::app
