// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/hmac.hpp"

#include <gtest/gtest.h>

namespace cellwise::crypto {
namespace {

std::string hmac_hex(std::string_view key, std::string_view message) {
    return to_hex(OpenSslAuthentication{}.hmac_sha256(as_bytes(key), as_bytes(message)));
}

TEST(Hmac, GivesTheVectorsOfRfc4231) {
    EXPECT_EQ(hmac_hex(std::string(20, '\x0b'), "Hi There"),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(hmac_hex("Jefe", "what do ya want for nothing?"),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Hmac, TakesEmptyKeysAndMessages) {
    EXPECT_EQ(hmac_hex("", ""), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Hmac, ComparesWholeTexts) {
    OpenSslAuthentication authentication;
    EXPECT_TRUE(authentication.equal(as_bytes("secret"), as_bytes("secret")));
    EXPECT_FALSE(authentication.equal(as_bytes("secret"), as_bytes("secreT")));
    EXPECT_FALSE(authentication.equal(as_bytes("secret"), as_bytes("secre")));
}

}  // namespace
}  // namespace cellwise::crypto
