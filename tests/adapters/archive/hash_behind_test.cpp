// SPDX-License-Identifier: Apache-2.0
#include "adapters/archive/hash_behind.hpp"

#include "adapters/crypto/hashing.hpp"
#include "adapters/crypto/sha256.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

namespace cellwise::archive {
namespace {

TEST(HashBehind, IsThatOfThePiecesInTheirOrder) {
    crypto::OpenSslHashing hashing;
    HashBehind hash(hashing.new_sha256());
    Bytes all;
    std::uint8_t fill = 0;
    constexpr auto kLarge = HashBehind::kWorthAThread;
    for (const std::size_t size :
         {kLarge, std::size_t{1}, kLarge + 1, std::size_t{0}, 3 * kLarge, kLarge - 1, kLarge}) {
        Bytes piece(size, ++fill);
        hash.update(piece);
        all.insert(all.end(), piece.begin(), piece.end());
        piece.assign(size, 0xFF);  // the caller's buffer is his own again at once
    }
    EXPECT_EQ(hash.finish_hex(), crypto::sha256_hex(all));
}

TEST(HashBehind, EndsWellInTheMiddle) {
    crypto::OpenSslHashing hashing;
    HashBehind hash(hashing.new_sha256());
    hash.update(Bytes(4 * HashBehind::kWorthAThread, 7));
}

}  // namespace
}  // namespace cellwise::archive
