// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/cidr.hpp"

#include "cellwise/base/bytes.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>

namespace cellwise::http {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

std::uint8_t mask_of(unsigned bits) { return static_cast<std::uint8_t>(0xFF00U >> std::min(bits, 8U)); }

/// Do both agree in their first `prefix` bits?
bool agree(const IpAddress& a, const IpAddress& b, unsigned prefix) {
    for (std::size_t i = 0; prefix > 0; ++i) {
        const auto mask = mask_of(prefix);
        if ((a.bytes()[i] & mask) != (b.bytes()[i] & mask)) return false;
        prefix -= std::min(prefix, 8U);
    }
    return true;
}

IpAddress first_of(const IpAddress& address, unsigned prefix) {
    auto bytes = address.bytes();
    for (auto& byte : bytes) {
        byte &= mask_of(prefix);
        prefix -= std::min(prefix, 8U);
    }
    return address.is_v4() ? IpAddress::v4({bytes[0], bytes[1], bytes[2], bytes[3]}) : IpAddress::v6(bytes);
}

Error bad_cidr(std::string message, std::string_view text) {
    return invalid("config.cidr", "network", std::move(message), printable(text));
}

}  // namespace

IpAddress IpAddress::v4(const std::array<std::uint8_t, 4>& bytes) {
    IpAddress address;
    std::copy(bytes.begin(), bytes.end(), address.bytes_.begin());
    return address;
}

IpAddress IpAddress::v6(const std::array<std::uint8_t, 16>& bytes) {
    if (std::equal(kMapped.begin(), kMapped.end(), bytes.begin())) {
        return v4({bytes[12], bytes[13], bytes[14], bytes[15]});
    }
    IpAddress address;
    address.bytes_ = bytes;
    address.v4_ = false;
    return address;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    const std::string terminated(text);
    if (terminated.size() != text.size() || text.find('\0') != std::string_view::npos) return std::nullopt;
    std::array<std::uint8_t, 4> four{};
    if (inet_pton(AF_INET, terminated.c_str(), four.data()) == 1) return v4(four);
    std::array<std::uint8_t, 16> sixteen{};
    if (inet_pton(AF_INET6, terminated.c_str(), sixteen.data()) == 1) return v6(sixteen);
    return std::nullopt;
}

std::string IpAddress::str() const {
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(v4_ ? AF_INET : AF_INET6, bytes_.data(), text.data(), text.size());
    return text.data();
}

Result<Cidr> Cidr::parse(std::string_view text) {
    const auto slash = std::min(text.find('/'), text.size());
    const auto address = IpAddress::parse(text.substr(0, slash));
    if (!address) return bad_cidr("must be an IP address, '/' and a prefix length, as 10.0.0.0/8", text);
    const unsigned longest = address->is_v4() ? 32 : 128;
    Cidr cidr;
    cidr.network_ = *address;
    cidr.prefix_ = longest;
    if (slash == text.size()) return cidr;
    const auto digits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), cidr.prefix_);
    if (error != std::errc{} || end != digits.data() + digits.size() || cidr.prefix_ > longest) {
        return bad_cidr("the prefix length must be a number from 0 to " + std::to_string(longest), text);
    }
    const auto first = first_of(*address, cidr.prefix_);
    if (first != *address) {
        return bad_cidr("bits behind the prefix must be zero; did you mean " + first.str() + "/" +
                            std::to_string(cidr.prefix_) + "?",
                        text);
    }
    return cidr;
}

bool Cidr::contains(const IpAddress& address) const {
    return address.is_v4() == network_.is_v4() && agree(address, network_, prefix_);
}

}  // namespace cellwise::http
