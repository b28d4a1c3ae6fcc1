// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/strict_answer.hpp"

#include <charconv>

namespace cellwise::sim::mqtt {
namespace {

constexpr std::size_t kLongestHead = 4095;

template <class Number>
std::optional<Number> number_after(std::string_view text, std::string_view words) {
    const auto at = text.find(words);
    if (at == std::string_view::npos) return std::nullopt;
    text.remove_prefix(at + words.size());
    Number number{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc{}) return std::nullopt;
    return number;
}

}  // namespace

StrictAnswer read_strictly(std::string_view record) {
    StrictAnswer answer;
    auto& faults = answer.faults;
    answer.status = record.starts_with("HTTP/1.1 ") ? number_after<int>(record, "HTTP/1.1 ").value_or(0) : 0;
    if (answer.status == 0) faults.emplace_back("the answer does not begin with HTTP/1.1");
    const auto end = record.find("\r\n\r\n");
    if (end == std::string_view::npos) {
        faults.emplace_back("the header of the answer is not whole in the first TLS record");
        return answer;
    }
    answer.head_size = end + 4;
    if (answer.head_size > kLongestHead) faults.emplace_back("the header of the answer is longer than 4095 bytes");
    const auto head = record.substr(0, end + 2);
    answer.length = number_after<std::uint64_t>(head, "\r\nContent-Length: ");
    if (answer.status != 200) return answer;  // what follows counts for files only
    if (!answer.length) faults.emplace_back("the answer has no \"Content-Length: \" in that spelling");
    const auto name = head.find("\r\nContent-Disposition: attachment;filename=");
    if (name == std::string_view::npos) {
        faults.emplace_back("the answer has no \"Content-Disposition: attachment;filename=\"");
    } else if (head.find('"', name) < head.find('\r', name + 2)) {
        faults.emplace_back("the file's name in Content-Disposition is quoted");
    }
    if (head.find("\r\nTransfer-Encoding:") != std::string_view::npos) faults.emplace_back("the answer is chunked");
    if (head.find("\r\nContent-Encoding:") != std::string_view::npos) faults.emplace_back("the answer is compressed");
    return answer;
}

}  // namespace cellwise::sim::mqtt
