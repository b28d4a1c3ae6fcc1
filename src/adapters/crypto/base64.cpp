// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/base64.hpp"

#include <openssl/evp.h>

#include <limits>

namespace cellwise::crypto {
namespace {

constexpr std::size_t kMost = std::numeric_limits<int>::max() / 2;

}  // namespace

std::string to_base64(ByteView bytes) {
    if (bytes.empty() || bytes.size() > kMost) return {};
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL adds a terminator
    const int length =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

std::optional<Bytes> from_base64(std::string_view text) {
    if (text.empty()) return Bytes{};
    if (text.size() % 4 != 0 || text.size() > kMost) return std::nullopt;
    Bytes bytes(text.size() / 4 * 3);
    const int length = EVP_DecodeBlock(bytes.data(), as_bytes(text).data(), static_cast<int>(text.size()));
    if (length < 0) return std::nullopt;
    // OpenSSL counts the padding as zero bytes and forgives white space and spare bits: compare instead of parsing.
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    if (static_cast<std::size_t>(length) < padding) return std::nullopt;
    bytes.resize(static_cast<std::size_t>(length) - padding);
    if (to_base64(bytes) != text) return std::nullopt;
    return bytes;
}

}  // namespace cellwise::crypto
