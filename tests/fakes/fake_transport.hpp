// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/coap/transport.hpp"

#include "cellwise/base/assert.hpp"

#include <functional>
#include <map>
#include <utility>
#include <vector>

namespace cellwise::fakes {

/// Records what would be sent; the test plays the other side.
class FakeTransport final : public lwm2m::coap::Transport {
 public:
    struct Sent {
        lwm2m::coap::PeerAddress to{};
        lwm2m::coap::Message message{};
        lwm2m::coap::TransmissionParameters parameters{};
        lwm2m::coap::RequestDone done{};
        int times = 1;  ///< 1 and the hastenings
    };

    void set_user(lwm2m::coap::TransportUser& user) override { user_ = &user; }
    lwm2m::coap::RequestHandle request(const lwm2m::coap::PeerAddress& to, const lwm2m::coap::Message& message,
                                       const lwm2m::coap::TransmissionParameters& parameters,
                                       lwm2m::coap::RequestDone done) override {
        ++total_;
        under_way_[++last_handle_] = {to, message, parameters, std::move(done)};
        return last_handle_;
    }
    void hasten(lwm2m::coap::RequestHandle handle) override {
        if (const auto it = under_way_.find(handle); it != under_way_.end()) ++it->second.times;
    }
    void cancel(lwm2m::coap::RequestHandle handle) override {
        const auto it = under_way_.find(handle);
        if (it == under_way_.end()) return;
        cancelled_.push_back(std::move(it->second.done));
        under_way_.erase(it);
    }

    lwm2m::coap::TransportUser& user() {
        CELLWISE_ASSERT(user_ != nullptr);
        return *user_;
    }
    /// In order of their beginning.
    std::vector<lwm2m::coap::RequestHandle> under_way() const {
        std::vector<lwm2m::coap::RequestHandle> handles;
        for (const auto& [handle, sent] : under_way_) handles.push_back(handle);
        return handles;
    }
    const Sent& sent(lwm2m::coap::RequestHandle handle) const { return under_way_.at(handle); }
    std::size_t total() const { return total_; }  ///< requests ever begun

    void end(lwm2m::coap::RequestHandle handle, lwm2m::coap::RequestEnd how, const lwm2m::coap::PeerAddress& from,
             const lwm2m::coap::Message* response = nullptr) {
        const auto node = under_way_.extract(handle);
        CELLWISE_ASSERT(!node.empty());
        node.mapped().done(how, from, response);
    }
    /// Tells those who cancelled, as the real ones do: soon.
    void run() {
        for (const auto& done : std::exchange(cancelled_, {})) done(lwm2m::coap::RequestEnd::Cancelled, {}, nullptr);
    }

 private:
    lwm2m::coap::TransportUser* user_ = nullptr;
    lwm2m::coap::RequestHandle last_handle_ = 0;
    std::size_t total_ = 0;
    std::map<lwm2m::coap::RequestHandle, Sent> under_way_;
    std::vector<lwm2m::coap::RequestDone> cancelled_;
};

}  // namespace cellwise::fakes
