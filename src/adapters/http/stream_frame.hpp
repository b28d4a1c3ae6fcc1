// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/http/response_head.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cellwise::http {

/// What stands around the pieces of a streamed body, and whether they are as many bytes as the head promised.
class StreamFrame {
 public:
    explicit StreamFrame(const ResponseFraming& framing)
        : chunked_(framing.end == BodyEnd::LastChunk), missing_(framing.length) {}

    /// Frames the piece and gives what stands before it, valid until the next call. Nothing: the piece is empty, or
    /// longer than what was promised.
    std::optional<std::string_view> take(std::string& piece) {
        if (piece.empty() || (missing_ && *missing_ < piece.size())) return std::nullopt;
        if (missing_) *missing_ -= piece.size();
        if (!chunked_) return std::string_view{};
        head_ = chunk_head(piece.size());
        piece += "\r\n";
        return head_;
    }
    bool is_whole() const { return missing_.value_or(0) == 0; }
    std::string_view end() const { return chunked_ ? kLastChunk : std::string_view{}; }

 private:
    bool chunked_;
    std::optional<std::uint64_t> missing_;  ///< bytes
    std::string head_;
};

}  // namespace cellwise::http
