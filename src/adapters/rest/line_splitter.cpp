// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/line_splitter.hpp"

namespace cellwise::rest {

void LineSplitter::keep(std::string_view text) {
    begun_ = begun_ || !text.empty();
    // One byte more, for the CR that is no part of the line.
    const std::size_t room = kLongestLine + 1 - held_.size();
    too_long_ = too_long_ || text.size() > room;
    held_ += text.substr(0, room);
}

Status LineSplitter::give() {
    if (!held_.empty() && held_.back() == '\r') held_.pop_back();
    const bool too_long = too_long_ || held_.size() > kLongestLine;
    const Line line{
        .number = ++number_, .text = std::string_view(held_).substr(0, kLongestLine), .too_long = too_long};
    auto ok = on_line_(line);
    held_.clear();
    too_long_ = false;
    begun_ = false;
    return ok;
}

Status LineSplitter::write(ByteView piece) {
    auto rest = as_text(piece);
    for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
        keep(rest.substr(0, end));
        if (auto ok = give(); !ok) return ok;
        rest.remove_prefix(end + 1);
    }
    keep(rest);
    return {};
}

Status LineSplitter::finish() { return begun_ ? give() : Status{}; }

}  // namespace cellwise::rest
