// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/http.hpp"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace cellwise::http::testing {

/// Counts what it is given; can be told to refuse it.
struct CountingSink final : ports::BodySink {
    Status write(ByteView piece) override;

    std::atomic<std::size_t> bytes{0};
    std::atomic<std::size_t> largest_piece{0};
    std::atomic<unsigned> sum{0};  ///< of all bytes
    std::atomic<std::size_t> fail_at{static_cast<std::size_t>(-1)};
    std::shared_future<void> gate{};  ///< where set, each piece waits for it
};

/// A face that does what the path says; refusals have the error's code as their body and 400 as their status.
///   /echo      answers at once: "METHOD path?query body", with the request's headers one a line behind it
///   /origin    answers at once: "tls" or "plain", and the subject of the client's certificate
///   /held      keeps the Respond until the test takes it
///   /sink      streams the body; answers with the count
///   /refused   open_body refuses: "test.refused"
///   /throws /throws-early /throws-in-refuse   throw in handle, open_body, refuse
///   /dropped   lets go of Respond
///   /twice     answers twice
///   anything else: 200 with an empty body and a Content-Type; /NNN: that status
class ScriptedHandler final : public ports::HttpHandler {
 public:
    Result<std::shared_ptr<ports::BodySink>> open_body(const ports::HttpRequest& head) override;
    void handle(ports::HttpRequest request, std::shared_ptr<ports::BodySink> sink, ports::Respond respond) override;
    ports::HttpResponse refuse(const ports::HttpRequest& head, const Error& error) override;

    /// Waits until a request to /held is there.
    ports::Respond take_held();
    void wait_for_requests(int count);

    std::shared_ptr<CountingSink> sink = std::make_shared<CountingSink>();
    std::atomic<int> requests{0};

 private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<ports::Respond> held_;
};

}  // namespace cellwise::http::testing
