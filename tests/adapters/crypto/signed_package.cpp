// SPDX-License-Identifier: Apache-2.0
#include "signed_package.hpp"

#include "adapters/crypto/package_signer.hpp"

#include <algorithm>
#include <map>
#include <sstream>

namespace cellwise::crypto {

std::string test_name(const testing::TestParamInfo<Algorithm>& info) {
    std::string name(to_string(info.param));
    std::ranges::replace(name, '-', '_');
    return name;
}

const PrivateKey& a_key(Algorithm algorithm) {
    static std::map<Algorithm, PrivateKey> keys;
    const auto found = keys.find(algorithm);
    if (found != keys.end()) return found->second;
    return keys.emplace(algorithm, PrivateKey::generate(algorithm).value()).first->second;
}

std::string public_pem(const PrivateKey& key) { return key.public_pem().value(); }

std::string a_package(std::string_view content, std::string_view comment) {
    std::string bytes(content);
    bytes.append("PK\x05\x06").append(16, '\0');
    bytes += static_cast<char>(comment.size() & 0xFF);
    bytes += static_cast<char>(comment.size() >> 8);
    return bytes.append(comment);
}

std::string signed_by(const PrivateKey& key, const std::string& package) {
    std::istringstream in(package);
    std::ostringstream out;
    sign_package(in, out, key).value();
    return out.str();
}

}  // namespace cellwise::crypto
