// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace cellwise::http {

/// Bytes that were received and not used yet, in one piece.
class InputBuffer {
 public:
    static constexpr std::size_t kSmall = 4 * 1024;
    static constexpr std::size_t kLarge = 64 * 1024;

    bool empty() const { return begin_ == end_; }
    bool full() const { return end_ - begin_ == kLarge; }
    std::string_view view() const { return {bytes_.data() + begin_, end_ - begin_}; }

    void consume(std::size_t count) {
        begin_ += count;
        if (begin_ == end_) begin_ = end_ = 0;
    }

    /// Room behind the bytes: what is left of `capacity`, or more where the bytes already fill that.
    std::span<char> space(std::size_t capacity) {
        if (begin_ > 0) {
            std::copy(bytes_.begin() + offset(begin_), bytes_.begin() + offset(end_), bytes_.begin());
            end_ -= begin_;
            begin_ = 0;
        }
        if (end_ >= capacity) capacity = std::min(std::max(end_ * 2, kSmall), kLarge);
        if (bytes_.size() < capacity) bytes_.resize(capacity);
        return std::span(bytes_).subspan(end_);
    }
    void commit(std::size_t count) { end_ += count; }

    /// Of no use while nothing has come.
    void release() {
        if (empty()) std::vector<char>().swap(bytes_);
    }

    /// A connection that waits for its next request keeps little.
    void shrink() {
        if (empty() && bytes_.size() > kSmall) std::vector<char>(kSmall).swap(bytes_);
    }

 private:
    static std::ptrdiff_t offset(std::size_t at) { return static_cast<std::ptrdiff_t>(at); }

    std::vector<char> bytes_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace cellwise::http
