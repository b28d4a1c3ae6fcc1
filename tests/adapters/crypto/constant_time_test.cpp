// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/constant_time.hpp"

#include <gtest/gtest.h>

namespace cellwise::crypto {
namespace {

TEST(ConstantTimeEqual, IsEquality) {
    EXPECT_TRUE(constant_time_equal(as_bytes("secret"), as_bytes("secret")));
    EXPECT_TRUE(constant_time_equal({}, {}));
    EXPECT_FALSE(constant_time_equal(as_bytes("secret"), as_bytes("secreT")));
    EXPECT_FALSE(constant_time_equal(as_bytes("secret"), as_bytes("Secret")));
    EXPECT_FALSE(constant_time_equal(as_bytes("secret"), as_bytes("secre")));
    EXPECT_FALSE(constant_time_equal(as_bytes("secret"), {}));
}

}  // namespace
}  // namespace cellwise::crypto
