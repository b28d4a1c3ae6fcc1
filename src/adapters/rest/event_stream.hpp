// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/event_hub.hpp"

#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/http.hpp"

#include <functional>
#include <memory>
#include <string>

namespace cellwise::rest {

/// What one watcher is told, as server-sent events (WHATWG HTML, 9.2).
class EventStream final : public ports::BodyStream {
 public:
    /// How long a stream outlives the token that it was opened with.
    static constexpr Duration kAskAgainAfter{15'000};
    /// Asked again while the stream lasts: may who opened it still see this? On HTTP threads.
    using Allowed = std::function<bool()>;

    EventStream(const app::EventHub& hub, std::unique_ptr<app::EventHub::Watcher> watcher, ports::Clock& clock,
                Allowed allowed);

    void begin(std::function<void()> ready) override { watcher_->begin(std::move(ready)); }
    Next next(std::string& out) override;

 private:
    void write(std::string& out, const app::EventHub::Batch& batch) const;

    const app::EventHub& hub_;
    std::unique_ptr<app::EventHub::Watcher> watcher_;
    ports::Clock& clock_;
    Allowed allowed_;
    Timestamp asked_at_;
    bool greeted_ = false;
};

}  // namespace cellwise::rest
