// SPDX-License-Identifier: Apache-2.0
#include "tools/shell/progress.hpp"

#include <algorithm>
#include <utility>

namespace cellwise::shell {
namespace {

constexpr unsigned kWidth = 40;
constexpr const char* kClearLine = "\r\x1B[K";

}  // namespace

Progress::Progress(std::ostream* out, std::string label, std::uint64_t total, std::uint64_t least)
    : out_(total > 0 && total >= least ? out : nullptr), label_(std::move(label)), total_(total) {
    if (out_ != nullptr) draw(0);
}

Progress::~Progress() {
    if (out_ != nullptr) *out_ << kClearLine << std::flush;
}

void Progress::advance(std::uint64_t bytes) {
    done_ += bytes;
    if (out_ == nullptr) return;
    // What the reading of headers adds must not show as more than all.
    const auto percent = static_cast<unsigned>(std::min<std::uint64_t>(done_, total_) * 100 / total_);
    if (percent != shown_) draw(percent);
}

void Progress::draw(unsigned percent) {
    shown_ = percent;
    const auto filled = percent * kWidth / 100;
    *out_ << '\r' << label_ << " [" << std::string(filled, '#') << std::string(kWidth - filled, '.') << "] "
          << (percent < 10    ? "  "
              : percent < 100 ? " "
                              : "")
          << percent << " %" << std::flush;
}

}  // namespace cellwise::shell
