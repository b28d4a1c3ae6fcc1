// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/aes_secret_box.hpp"

#include "tests/fakes/seeded_random.hpp"

#include <gtest/gtest.h>

namespace cellwise::crypto {
namespace {

class AesSecretBoxTest : public testing::Test {
 protected:
    fakes::SeededRandom random_;
    AesSecretBox box_{AesSecretBox::Key{1, 2, 3}, random_};

    std::string opened(std::string_view sealed, std::string_view owner = "device") {
        const auto secret = box_.open(sealed, owner);
        return secret ? *secret : secret.error().code;
    }
};

TEST_F(AesSecretBoxTest, OpensWhatItSealed) {
    for (const std::string secret : {"00112233445566778899aabbccddeeff", "", "x"}) {
        EXPECT_EQ(opened(box_.seal(secret, "device").value()), secret);
    }
}

TEST_F(AesSecretBoxTest, HidesTheSecretAndNeverSealsItTwiceAlike) {
    const auto sealed = box_.seal("opensesame", "device").value();
    EXPECT_EQ(sealed.find("opensesame"), std::string::npos);
    EXPECT_NE(sealed, box_.seal("opensesame", "device").value());
}

TEST_F(AesSecretBoxTest, OpensForItsOwnerOnly) {
    EXPECT_EQ(opened(box_.seal("opensesame", "device").value(), "another"), "secret.unreadable");
}

TEST_F(AesSecretBoxTest, OpensWithItsKeyOnly) {
    AesSecretBox other(AesSecretBox::Key{9}, random_);
    EXPECT_EQ(opened(other.seal("opensesame", "device").value()), "secret.unreadable");
}

TEST_F(AesSecretBoxTest, NoticesEveryChange) {
    const auto sealed = box_.seal("opensesame", "device").value();
    for (std::size_t at = 0; at < sealed.size(); ++at) {
        auto changed = sealed;
        changed[at] = changed[at] == '0' ? '1' : '0';
        EXPECT_EQ(opened(changed), "secret.unreadable") << at;
        EXPECT_EQ(opened(sealed.substr(0, at)), "secret.unreadable") << at;
    }
    EXPECT_EQ(opened(sealed + "00"), "secret.unreadable");
}

}  // namespace
}  // namespace cellwise::crypto
