// SPDX-License-Identifier: Apache-2.0
#include "adapters/download/device_seats.hpp"

namespace cellwise::download {

std::unique_ptr<DeviceSeats::Seat> DeviceSeats::take(const DeviceId& device) {
    const std::lock_guard lock(taken_->mutex);
    auto& count = taken_->of_devices[device];
    if (count >= most_) return nullptr;
    ++count;
    return std::make_unique<Seat>(taken_, device);
}

DeviceSeats::Seat::~Seat() {
    const std::lock_guard lock(taken_->mutex);
    const auto found = taken_->of_devices.find(device_);
    if (--found->second == 0) taken_->of_devices.erase(found);
}

}  // namespace cellwise::download
