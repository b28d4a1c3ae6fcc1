// SPDX-License-Identifier: Apache-2.0
#include "daemon/secret_key.hpp"

#include "tests/fakes/seeded_random.hpp"
#include "tests/fakes/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace cellwise::daemon {
namespace {

class SecretKeyTest : public testing::Test {
 protected:
    fakes::TemporaryDirectory directory_;
    fakes::SeededRandom random_;
    std::filesystem::path file_ = directory_ / "secrets.key";
};

TEST_F(SecretKeyTest, IsMadeOnceForItsOwnerAlone) {
    const auto made = provide_secret_key(file_, random_);
    ASSERT_TRUE(made) << made.error().message;
    using std::filesystem::perms;
    EXPECT_EQ(std::filesystem::status(file_).permissions(), perms::owner_read | perms::owner_write);
    EXPECT_EQ(provide_secret_key(file_, random_).value(), *made);
}

TEST_F(SecretKeyTest, IsNeverReplacedWhenItIsBroken) {
    for (const std::string text : {"", "abc", "zz"}) {
        std::ofstream(file_) << text;
        const auto key = provide_secret_key(file_, random_);
        ASSERT_FALSE(key);
        EXPECT_EQ(key.error().code, "state.secret_key");
    }
    std::ofstream(file_) << std::string(66, '0');
    EXPECT_FALSE(provide_secret_key(file_, random_));
}

TEST_F(SecretKeyTest, NamesTheFileThatCannotBeMade) {
    const auto key = provide_secret_key(directory_ / "missing" / "secrets.key", random_);
    ASSERT_FALSE(key);
    EXPECT_NE(key.error().message.find("secrets.key"), std::string::npos);
}

}  // namespace
}  // namespace cellwise::daemon
