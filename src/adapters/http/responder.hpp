// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/http/connection.hpp"

#include <boost/asio/dispatch.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <utility>

namespace cellwise::http {

/// Where the session looks for the answer of the request under way; touched on its strand only. Each request has one
/// of its own, so an answer that comes too late cannot be taken for the next one's.
struct AnswerSlot {
    bool filled = false;
    std::optional<ports::HttpResponse> response{};  ///< filled without one: the handler let go of Respond unused
};

/// What a Respond holds: carries the first answer to the session's strand. When the last copy goes without an answer,
/// it says so, lest the client waits for ever.
class Responder {
 public:
    Responder(std::shared_ptr<Core> core, std::weak_ptr<Connection> connection, std::shared_ptr<AnswerSlot> slot)
        : core_(std::move(core)), connection_(std::move(connection)), slot_(std::move(slot)) {}
    ~Responder() { give(std::nullopt); }
    Responder(const Responder&) = delete;
    Responder& operator=(const Responder&) = delete;

    void give(std::optional<ports::HttpResponse> response) {
        if (given_.exchange(true)) return;
        const auto connection = connection_.lock();
        if (!connection) return;
        asio::dispatch(connection->strand(), [connection, slot = slot_, response = std::move(response)]() mutable {
            slot->filled = true;
            slot->response = std::move(response);
            connection->wake();
        });
    }

 private:
    std::shared_ptr<Core> core_;  // keeps the strand's context alive
    std::weak_ptr<Connection> connection_;
    std::shared_ptr<AnswerSlot> slot_;
    std::atomic<bool> given_{false};
};

}  // namespace cellwise::http
