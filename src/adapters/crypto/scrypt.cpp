// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/scrypt.hpp"

#include "adapters/crypto/constant_time.hpp"

#include "cellwise/base/assert.hpp"
#include "cellwise/base/base64.hpp"

#include <openssl/evp.h>

#include <array>
#include <charconv>
#include <optional>
#include <vector>

namespace cellwise::crypto {
namespace {

constexpr std::size_t kSaltSize = 16;
constexpr std::size_t kKeySize = 32;
/// Of one call: what is stored was written by us, but a damaged row must not take the machine's memory.
constexpr std::uint64_t kMostMemory = 256ULL << 20U;

struct Stored {
    Scrypt::Cost cost{};
    Bytes salt{};
    Bytes key{};
};

std::optional<Bytes> derive(std::string_view password, ByteView salt, const Scrypt::Cost& cost) {
    Bytes key(kKeySize);
    const int made = EVP_PBE_scrypt(password.data(), password.size(), salt.data(), salt.size(), cost.n, cost.r,
                                    cost.p, kMostMemory, key.data(), key.size());
    return made == 1 ? std::optional(std::move(key)) : std::nullopt;
}

std::optional<std::uint64_t> read_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<Stored> parse(std::string_view line) {
    std::vector<std::string_view> parts;
    for (;;) {
        const auto dollar = line.find('$');
        parts.push_back(line.substr(0, dollar));
        if (dollar == std::string_view::npos) break;
        line.remove_prefix(dollar + 1);
    }
    if (parts.size() != 6 || parts[0] != "scrypt") return std::nullopt;
    const auto n = read_number(parts[1]);
    const auto r = read_number(parts[2]);
    const auto p = read_number(parts[3]);
    auto salt = from_base64(parts[4]);
    auto key = from_base64(parts[5]);
    if (!n || !r || !p || !salt || !key) return std::nullopt;
    return Stored{{.n = *n, .r = *r, .p = *p}, std::move(*salt), std::move(*key)};
}

}  // namespace

std::string Scrypt::hash(std::string_view password) {
    std::array<std::uint8_t, kSaltSize> salt{};
    random_.fill(salt);
    const auto key = derive(password, salt, cost_);
    CELLWISE_ASSERT(key.has_value());  // the cost is ours
    return "scrypt$" + std::to_string(cost_.n) + '$' + std::to_string(cost_.r) + '$' + std::to_string(cost_.p) + '$' +
           to_base64(salt) + '$' + to_base64(*key);
}

bool Scrypt::matches(std::string_view password, std::string_view stored) {
    const auto wanted = parse(stored);
    if (!wanted) return false;
    const auto key = derive(password, wanted->salt, wanted->cost);
    return key && constant_time_equal(*key, wanted->key);
}

}  // namespace cellwise::crypto
