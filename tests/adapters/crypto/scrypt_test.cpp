// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/scrypt.hpp"

#include "tests/fakes/seeded_random.hpp"

#include "cellwise/base/base64.hpp"

#include <gtest/gtest.h>

namespace cellwise::crypto {
namespace {

class ScryptTest : public testing::Test {
 protected:
    fakes::SeededRandom random_{};
    Scrypt cheap_{random_, {.n = 16, .r = 1, .p = 1}};
};

/// RFC 7914, 12: scrypt("pleaseletmein", "SodiumChloride", 16384, 8, 1), its first 32 bytes.
TEST_F(ScryptTest, AgreesWithTheStandard) {
    const std::string salt = "SodiumChloride";
    Bytes key;
    ASSERT_TRUE(from_hex("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2", key));
    const auto stored = "scrypt$16384$8$1$" + to_base64(as_bytes(salt)) + '$' + to_base64(key);
    EXPECT_TRUE(cheap_.matches("pleaseletmein", stored));
    EXPECT_FALSE(cheap_.matches("pleaseletmeim", stored));
}

TEST_F(ScryptTest, CostsWhatIsSaidByDefault) {
    Scrypt dear(random_);
    const auto stored = dear.hash("correct horse battery");
    EXPECT_TRUE(stored.starts_with("scrypt$32768$8$1$")) << stored;
    EXPECT_TRUE(cheap_.matches("correct horse battery", stored)) << "the cost is the stored one's";
}

TEST_F(ScryptTest, SaltsEachHashAnew) {
    const auto one = cheap_.hash("same");
    const auto other = cheap_.hash("same");
    EXPECT_NE(one, other);
    EXPECT_TRUE(cheap_.matches("same", one));
    EXPECT_TRUE(cheap_.matches("same", other));
    EXPECT_FALSE(cheap_.matches("", one));
}

TEST_F(ScryptTest, MatchesNothingThatItDidNotWrite) {
    const auto good = cheap_.hash("p");
    for (const auto& stored : {std::string(), std::string("scrypt"), std::string("scrypt$16$1$1$$"), good + "$",
                               "bcrypt" + good.substr(6), good.substr(0, good.size() - 4),
                               // more memory than we give, and a cost that is none
                               std::string("scrypt$1073741824$8$1$AAAA$AAAA"), std::string("scrypt$15$1$1$AAAA$AAAA"),
                               std::string("scrypt$-1$1$1$AAAA$AAAA")}) {
        EXPECT_FALSE(cheap_.matches("p", stored)) << stored;
    }
}

}  // namespace
}  // namespace cellwise::crypto
