// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/live_screen.hpp"

namespace cellwise::ctl {
namespace {

constexpr const char* kHideCursor = "\x1b[?25l";
constexpr const char* kShowCursor = "\x1b[?25h";
constexpr const char* kWrapOff = "\x1b[?7l";  // the terminal cuts at its edge, whatever its width is by now
constexpr const char* kWrapOn = "\x1b[?7h";
constexpr const char* kClearToEnd = "\x1b[K";
constexpr const char* kClearBelow = "\x1b[J";

}  // namespace

LiveScreen::~LiveScreen() {
    if (began_) out_ << kShowCursor << std::flush;
}

void LiveScreen::draw(const std::vector<std::string>& lines) {
    std::string text = began_ ? "" : kHideCursor;
    began_ = true;
    if (drawn_ > 0) text += "\x1b[" + std::to_string(drawn_) + "F";
    text += kWrapOff;
    for (const auto& line : lines) text += line + kClearToEnd + '\n';
    text += kWrapOn;
    out_ << text << kClearBelow << std::flush;
    drawn_ = lines.size();
}

}  // namespace cellwise::ctl
