// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/result.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace cellwise::rest {

/// Cuts a text that comes in pieces into lines, at LF or CRLF. Memory: one line.
class LineSplitter {
 public:
    static constexpr std::size_t kLongestLine = 16 * 1024;

    struct Line {
        std::uint64_t number = 0;  ///< from 1
        std::string_view text{};   ///< without its end; cut at kLongestLine
        bool too_long = false;
    };
    using OnLine = std::function<Status(const Line&)>;

    explicit LineSplitter(OnLine on_line) : on_line_(std::move(on_line)) {}

    Status write(ByteView piece);
    /// The last line, if it has no end.
    Status finish();

 private:
    Status give();
    void keep(std::string_view text);

    OnLine on_line_;
    std::string held_;
    bool too_long_ = false;
    bool begun_ = false;
    std::uint64_t number_ = 0;
};

}  // namespace cellwise::rest
