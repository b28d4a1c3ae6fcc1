// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/event_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

namespace cellwise::ctl {
namespace {

Error too_long() {
    return Error{ErrorKind::Internal, "answer.foreign", "what answers is no Cellwise: it sends an endless line"};
}

}  // namespace

Status EventReader::feed(std::string_view piece, const Take& take) {
    while (!piece.empty()) {
        const auto end = piece.find('\n');
        if (line_.size() + std::min(end, piece.size()) > kLongest) return too_long();
        line_.append(piece.substr(0, end));
        if (end == std::string_view::npos) return {};
        piece.remove_prefix(end + 1);
        if (line_.ends_with('\r')) line_.pop_back();
        const auto line = std::exchange(line_, {});
        if (auto taken = take_line(line, take); !taken) return taken;
    }
    return {};
}

Status EventReader::take_line(std::string_view line, const Take& take) {
    if (line.empty()) {
        StreamedEvent event{.id = last_id_, .name = std::exchange(name_, {}), .data = std::exchange(data_, {})};
        if (!std::exchange(has_data_, false)) return {};
        if (event.name.empty()) event.name = "message";
        return take(event);
    }
    if (line.starts_with(':')) return {};
    const auto colon = line.find(':');
    auto value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    take_field(line.substr(0, colon), value);
    return data_.size() > kLongest ? Status{too_long()} : Status{};
}

void EventReader::take_field(std::string_view name, std::string_view value) {
    if (name == "event") name_ = value;
    if (name == "id" && value.find('\0') == std::string_view::npos) last_id_ = value;
    if (name == "data") data_.append(std::exchange(has_data_, true) ? "\n" : "").append(value);
    if (name == "retry") {
        std::int64_t milliseconds = 0;
        const auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), milliseconds);
        if (fault == std::errc{} && end == value.data() + value.size()) retry_ = Duration(milliseconds);
    }
}

void EventReader::begin_anew() {
    line_.clear();
    name_.clear();
    data_.clear();
    has_data_ = false;
}

}  // namespace cellwise::ctl
