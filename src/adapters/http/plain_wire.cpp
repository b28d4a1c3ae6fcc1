// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/wire.hpp"

#include <boost/asio/write.hpp>

namespace cellwise::http {
namespace {

class PlainWire final : public Wire {
 public:
    explicit PlainWire(Socket& socket) : socket_(socket) {}

    Task<Status> open() override { co_return Status{}; }
    Task<Outcome> write(asio::const_buffer bytes) override {
        co_return co_await asio::async_write(socket_, bytes, kAwait);
    }
    Task<Outcome> read_some(asio::mutable_buffer room) override {
        co_return co_await socket_.async_read_some(room, kAwait);
    }

 private:
    Socket& socket_;
};

}  // namespace

std::unique_ptr<Wire> make_plain_wire(Socket& socket) { return std::make_unique<PlainWire>(socket); }

}  // namespace cellwise::http
