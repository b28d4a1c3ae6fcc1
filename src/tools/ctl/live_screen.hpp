// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

namespace cellwise::ctl {

/// Lines that are drawn over those before, without flicker: each is written over the old one, and only what is left
/// of that is cleared. The last drawing stays.
class LiveScreen {
 public:
    explicit LiveScreen(std::ostream& out) : out_(out) {}
    LiveScreen(const LiveScreen&) = delete;
    LiveScreen& operator=(const LiveScreen&) = delete;
    ~LiveScreen();

    /// A line longer than the terminal is wide is cut, since a wrapped one would be two. At most as many as it is
    /// high.
    void draw(const std::vector<std::string>& lines);

 private:
    std::ostream& out_;
    std::size_t drawn_ = 0;
    bool began_ = false;
};

}  // namespace cellwise::ctl
