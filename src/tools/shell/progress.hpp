// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <fstream>
#include <ostream>
#include <string>

namespace cellwise::shell {

/// A bar on a terminal for work that takes seconds; it goes when the work is done. Drawn anew at each percent.
class Progress {
 public:
    /// Below this nobody waits for a disk.
    static constexpr std::uint64_t kLeastTotal = 64 << 20;

    /// `out`: null where nobody looks. `total`: bytes to be read, however often. `least`: below it nothing is shown.
    Progress(std::ostream* out, std::string label, std::uint64_t total, std::uint64_t least = kLeastTotal);
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress();

    void advance(std::uint64_t bytes);
    std::uint64_t done() const { return done_; }

 private:
    void draw(unsigned percent);

    std::ostream* out_;
    std::string label_;
    std::uint64_t total_;
    std::uint64_t done_ = 0;
    unsigned shown_ = 0;
};

/// A file that tells how much of it is read.
class MeteredFile final : private std::filebuf {
 public:
    MeteredFile(const std::string& path, Progress& progress) : progress_(progress) {
        if (open(path, std::ios::in | std::ios::binary) == nullptr) stream_.setstate(std::ios::failbit);
    }

    std::istream& stream() { return stream_; }

 private:
    std::streamsize xsgetn(char* to, std::streamsize size) override {
        const auto got = std::filebuf::xsgetn(to, size);
        progress_.advance(static_cast<std::uint64_t>(got));
        return got;
    }

    Progress& progress_;
    std::istream stream_{this};
};

}  // namespace cellwise::shell
