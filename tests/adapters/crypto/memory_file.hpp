// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <istream>
#include <streambuf>
#include <string>
#include <utility>

namespace cellwise::crypto {

/// A file in memory whose bits a test may flip between two readings, without a copy of it.
class MemoryFile final : private std::streambuf {
 public:
    explicit MemoryFile(std::string content) : content_(std::move(content)) {
        setg(content_.data(), content_.data(), content_.data() + content_.size());
    }

    std::istream& stream() { return stream_; }
    std::size_t bits() const { return content_.size() * 8; }
    void flip_bit(std::size_t number) {
        auto& byte = content_[number / 8];
        byte = static_cast<char>(byte ^ (1 << number % 8));
    }

 private:
    pos_type seekoff(off_type offset, std::ios::seekdir way, std::ios::openmode which) override {
        const off_type from = way == std::ios::beg ? 0 : way == std::ios::end ? egptr() - eback() : gptr() - eback();
        return seekpos(from + offset, which);
    }
    pos_type seekpos(pos_type at, std::ios::openmode) override {
        if (at < 0 || at > egptr() - eback()) return {off_type{-1}};
        setg(eback(), eback() + off_type{at}, egptr());
        return at;
    }

    std::string content_;
    std::istream stream_{this};
};

}  // namespace cellwise::crypto
