// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/downloader.hpp"

namespace cellwise::sim::mqtt {

std::string loopback_source(const std::string& host, std::uint32_t device) {
    if (!host.starts_with("127.") || host.find_first_not_of("0123456789.") != std::string::npos) return {};
    const auto number = device % 0xDF0000U;
    return "127." + std::to_string(17 + (number >> 16U)) + '.' + std::to_string((number >> 8U) & 0xFFU) + '.' +
           std::to_string(number & 0xFFU);
}

FetchOutcome::End end_of_status(int status) {
    constexpr int kRequestTimeout = 408;
    constexpr int kTooManyRequests = 429;
    const bool may_pass = status == kRequestTimeout || status == kTooManyRequests || status >= 500;
    return may_pass ? FetchOutcome::End::Broken : FetchOutcome::End::Refused;
}

}  // namespace cellwise::sim::mqtt
