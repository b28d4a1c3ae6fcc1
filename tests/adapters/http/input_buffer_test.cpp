// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/input_buffer.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cellwise::http {
namespace {

void put(InputBuffer& buffer, std::string_view text, std::size_t capacity = InputBuffer::kSmall) {
    const auto room = buffer.space(capacity);
    ASSERT_GE(room.size(), text.size());
    text.copy(room.data(), text.size());
    buffer.commit(text.size());
}

TEST(InputBuffer, GivesBytesBackInOrder) {
    InputBuffer buffer;
    EXPECT_TRUE(buffer.empty());
    put(buffer, "hello ");
    put(buffer, "world");
    buffer.consume(3);
    EXPECT_EQ(buffer.view(), "lo world");
    put(buffer, "!");
    EXPECT_EQ(buffer.view(), "lo world!");
    buffer.consume(9);
    EXPECT_TRUE(buffer.empty());
}

TEST(InputBuffer, GrowsToItsBoundAndNoFurther) {
    InputBuffer buffer;
    std::string all;
    for (char c = 'a'; !buffer.full(); c = c == 'z' ? 'a' : static_cast<char>(c + 1)) {
        const auto room = buffer.space(InputBuffer::kSmall);
        ASSERT_FALSE(room.empty());
        const std::string piece(std::min<std::size_t>(room.size(), 1000), c);
        piece.copy(room.data(), piece.size());
        buffer.commit(piece.size());
        all += piece;
        ASSERT_LE(all.size(), InputBuffer::kLarge);
    }
    EXPECT_EQ(all.size(), InputBuffer::kLarge);
    EXPECT_EQ(buffer.view(), all);
}

TEST(InputBuffer, ReadsBodiesInLargePieces) {
    InputBuffer buffer;
    put(buffer, "x");
    EXPECT_EQ(buffer.space(InputBuffer::kLarge).size(), InputBuffer::kLarge - 1);
}

TEST(InputBuffer, GivesItsMemoryBackWhenIdle) {
    InputBuffer buffer;
    put(buffer, "x", InputBuffer::kLarge);
    buffer.shrink();
    EXPECT_EQ(buffer.view(), "x");
    buffer.consume(1);
    buffer.shrink();
    EXPECT_EQ(buffer.space(1).size(), InputBuffer::kSmall);
}

}  // namespace
}  // namespace cellwise::http
