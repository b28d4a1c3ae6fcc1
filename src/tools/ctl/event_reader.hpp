// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/base/time.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace cellwise::ctl {

struct StreamedEvent {
    std::string id{};  ///< the last that was said, which is where to go on; empty: none was yet
    std::string name{};
    std::string data{};
};

/// Server-sent events out of the pieces in which they come, cut anywhere (the HTML standard, 9.2.6, but that a line
/// ends in LF or CR LF). Bounded: what is longer than any event of ours is refused.
class EventReader {
 public:
    static constexpr std::size_t kLongest = 4 << 20;  ///< of a line, and of an event's data

    using Take = std::function<Status(const StreamedEvent&)>;

    /// Gives each whole event to `take`. Errors: "answer.foreign", and those of `take`.
    Status feed(std::string_view piece, const Take& take);
    /// Another connection begins: what was half there is forgotten, the last id is not.
    void begin_anew();

    void set_last_id(std::string id) { last_id_ = std::move(id); }
    const std::string& last_id() const { return last_id_; }
    /// How long the server wants us to wait before we come back, if it said so.
    std::optional<Duration> retry() const { return retry_; }

 private:
    Status take_line(std::string_view line, const Take& take);
    void take_field(std::string_view name, std::string_view value);

    std::string line_{};
    std::string name_{};
    std::string data_{};
    bool has_data_ = false;
    std::string last_id_{};
    std::optional<Duration> retry_{};
};

}  // namespace cellwise::ctl
