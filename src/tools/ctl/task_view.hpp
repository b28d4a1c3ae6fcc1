// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/shell/tone.hpp"

#include "cellwise/base/time.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace cellwise::ctl {

/// A task at one moment, as it is watched.
struct TaskView {
    nlohmann::ordered_json task;
    std::vector<nlohmann::ordered_json> cells{};
    std::map<std::string, std::int64_t> failures{};  ///< how many jobs by what they say
    bool some_failures = false;                      ///< there are more than were counted
    Duration watched{0};
    std::int64_t ended_at_first = 0;  ///< jobs that had ended when the watching began
    std::string trouble{};            ///< why this is not the present, if it is not

    std::int64_t counter(const char* name) const;
    std::int64_t ended() const { return counter("success") + counter("fail") + counter("stop"); }
    std::string state() const;
    /// Nothing of it goes on. A stopped task is over when what installed has ended.
    bool is_over() const;
};

/// Drawn for a terminal of this size: who is how far, the fullest cells with what they may hold, why devices failed.
std::vector<std::string> draw(const TaskView& view, std::size_t width, std::size_t height, shell::Colour colour);

/// The same in one line, for a log.
std::string line_of(const TaskView& view);

/// "0:07", "1:02:03".
std::string clock_text(Duration duration);
/// `part` of `whole` in so many places; nothing of nothing is empty, and what is more than whole is full.
std::string bar(std::int64_t part, std::int64_t whole, std::size_t places);

}  // namespace cellwise::ctl
