// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/handshakes.hpp"

#include "adapters/http/connection.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace cellwise::http {

std::size_t Handshakes::under_way() const {
    const std::lock_guard lock(mutex_);
    return under_way_.size();
}

Handshakes::Turn::Turn(Handshakes& all, const std::shared_ptr<Connection>& connection) : all_(all) {
    std::shared_ptr<Connection> oldest;
    {
        const std::lock_guard lock(all_.mutex_);
        number_ = ++all_.last_;
        if (all_.under_way_.size() >= all_.most_) {
            const auto first = all_.under_way_.begin();
            oldest = first->second.lock();
            all_.under_way_.erase(first);
        }
        all_.under_way_.emplace(number_, connection);
    }
    if (oldest) asio::post(oldest->strand(), [oldest] { oldest->close_if_idle(); });
}

Handshakes::Turn::~Turn() {
    const std::lock_guard lock(all_.mutex_);
    all_.under_way_.erase(number_);
}

}  // namespace cellwise::http
