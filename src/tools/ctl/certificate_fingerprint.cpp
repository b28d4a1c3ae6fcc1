// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/certificate_fingerprint.hpp"

#include "adapters/crypto/hashing.hpp"

#include "cellwise/base/bytes.hpp"

namespace cellwise::ctl {
namespace {

constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
constexpr std::string_view kEnd = "-----END CERTIFICATE-----";

Bytes decode_base64(std::string_view text) {
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    Bytes bytes;
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : text) {
        const auto value = kAlphabet.find(c);
        if (value == std::string_view::npos) continue;  // line ends and the padding
        bits = (bits << 6U) | static_cast<std::uint32_t>(value);
        held += 6;
        if (held < 8) continue;
        held -= 8;
        bytes.push_back(static_cast<std::uint8_t>(bits >> held));
    }
    return bytes;
}

}  // namespace

std::string certificate_fingerprint(std::string_view pem) {
    const auto begin = pem.find(kBegin);
    const auto end = pem.find(kEnd);
    if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return {};
    const auto hash = crypto::OpenSslHashing().new_sha256();
    hash->update(decode_base64(pem.substr(begin + kBegin.size(), end - begin - kBegin.size())));
    return hash->finish_hex();
}

}  // namespace cellwise::ctl
