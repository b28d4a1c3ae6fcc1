// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/sha256.hpp"

#include <gtest/gtest.h>

namespace cellwise::crypto {
namespace {

TEST(Sha256, GivesTheVectorsOfTheStandard) {
    EXPECT_EQ(sha256_hex(as_bytes("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_hex(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256, DoesNotCareHowTheBytesAreCut) {
    const std::string text(100'000, 'a');
    Sha256 hash;
    for (std::size_t at = 0; at < text.size();) {
        const auto piece = std::min<std::size_t>(text.size() - at, at % 997 + 1);
        hash.update(as_bytes(text).subspan(at, piece));
        at += piece;
    }
    EXPECT_EQ(hash.finish(), sha256(as_bytes(text)));
}

TEST(Sha256, CanBeMoved) {
    Sha256 first;
    first.update(as_bytes("a"));
    Sha256 second(std::move(first));
    second.update(as_bytes("bc"));
    EXPECT_EQ(second.finish(), sha256(as_bytes("abc")));
}

}  // namespace
}  // namespace cellwise::crypto
