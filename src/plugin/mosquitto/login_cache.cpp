// SPDX-License-Identifier: Apache-2.0
#include "plugin/mosquitto/login_cache.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace cellwise::plugin {

LoginCache::Digest LoginCache::digest_of(const domain::mqtt::LoginQuestion& login) {
    auto copy = login;
    copy.number = 0;
    Digest digest{};
    // Too long for a question, so never good: it is like no other, since no encoding is empty.
    const auto text = domain::mqtt::encode(copy).value_or("");
    EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
    return digest;
}

void LoginCache::keep(const domain::mqtt::LoginQuestion& login, Timestamp now) {
    // Which one goes does not matter: it only has to ask again.
    if (good_.size() >= kMost && !good_.contains(login.username)) good_.erase(good_.begin());
    good_[login.username] = {digest_of(login), now};
}

void LoginCache::forget(const domain::mqtt::LoginQuestion& login) {
    // A wrong guess of a stranger does not throw the device's own out.
    const auto found = good_.find(login.username);
    if (found != good_.end() && found->second.digest == digest_of(login)) good_.erase(found);
}

std::optional<Duration> LoginCache::age(const domain::mqtt::LoginQuestion& login, Timestamp now) const {
    const auto found = good_.find(login.username);
    if (found == good_.end()) return std::nullopt;
    const auto digest = digest_of(login);
    if (CRYPTO_memcmp(digest.data(), found->second.digest.data(), digest.size()) != 0) return std::nullopt;
    return now - found->second.at;
}

}  // namespace cellwise::plugin
