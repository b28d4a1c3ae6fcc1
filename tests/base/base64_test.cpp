// SPDX-License-Identifier: Apache-2.0
#include "cellwise/base/base64.hpp"

#include <gtest/gtest.h>

namespace cellwise {
namespace {

struct Vector {
    std::string_view plain;
    std::string_view encoded;
};
// RFC 4648, 10.
constexpr Vector kVectors[] = {{"", ""},
                               {"f", "Zg=="},
                               {"fo", "Zm8="},
                               {"foo", "Zm9v"},
                               {"foob", "Zm9vYg=="},
                               {"fooba", "Zm9vYmE="},
                               {"foobar", "Zm9vYmFy"}};

TEST(Base64, EncodesAndDecodesTheVectorsOfTheRfc) {
    for (const auto& [plain, encoded] : kVectors) {
        EXPECT_EQ(to_base64(as_bytes(plain)), encoded);
        const auto decoded = from_base64(encoded);
        ASSERT_TRUE(decoded) << encoded;
        EXPECT_EQ(as_text(*decoded), plain);
    }
}

TEST(Base64, KeepsZeroBytesAtTheEnd) {
    const Bytes bytes{1, 2, 0, 0};
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
}

TEST(Base64, TakesTheCanonicalFormOnly) {
    for (const std::string_view text : {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", " Zm9v", "Zm9v ", "Zm9v\n", "Zm\n9",
                                        "Zm9v====", "====", "=", "Zg==Zg==", "Zm-_"}) {
        EXPECT_FALSE(from_base64(text)) << text;
    }
    EXPECT_FALSE(from_base64(std::string_view("Zm9\0", 4)));
}

}  // namespace
}  // namespace cellwise
