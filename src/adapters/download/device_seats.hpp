// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/id.hpp"

#include <cstddef>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace cellwise::download {

/// How many transfers each device has under way. Callable from any thread.
class DeviceSeats {
 public:
    explicit DeviceSeats(std::size_t most) : taken_(std::make_shared<Taken>()), most_(most) {}

 private:
    struct Taken {
        std::mutex mutex;
        std::unordered_map<DeviceId, std::size_t> of_devices;
    };

 public:
    /// One transfer; its end frees the seat.
    class Seat {
     public:
        Seat(std::shared_ptr<Taken> taken, const DeviceId& device) : taken_(std::move(taken)), device_(device) {}
        ~Seat();
        Seat(const Seat&) = delete;
        Seat& operator=(const Seat&) = delete;

     private:
        std::shared_ptr<Taken> taken_;
        DeviceId device_;
    };

    /// Null when the device has all that it may have.
    std::unique_ptr<Seat> take(const DeviceId& device);

 private:
    std::shared_ptr<Taken> taken_;
    const std::size_t most_;
};

}  // namespace cellwise::download
