// SPDX-License-Identifier: Apache-2.0
#include "app/upload_hash.hpp"

#include "adapters/crypto/hashing.hpp"
#include "adapters/crypto/sha256.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>

namespace cellwise::app {
namespace {

constexpr auto kEnd = UploadHash::kLongestEnd;

Bytes some_bytes(std::size_t count) {
    Bytes bytes(count);
    for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::uint8_t>(i * 31 + i / 251);
    return bytes;
}

TEST(UploadHash, IsOfAllThatCameAndOfEveryPrefixThatTheLongestEndIsMissingFrom) {
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, kEnd, kEnd + 1, 4 * kEnd, std::size_t{1'000'000}}) {
        for (const std::size_t piece : {std::size_t{997}, std::size_t{65'536}, std::size_t{1'000'000}}) {
            const auto bytes = some_bytes(size);
            crypto::OpenSslHashing hashing;
            UploadHash hash(hashing);
            for (std::size_t at = 0; at < size; at += piece) {
                hash.update(ByteView(bytes).subspan(at, std::min(piece, size - at)));
            }
            EXPECT_EQ(hash.size(), size);
            for (const std::size_t missing : {std::size_t{0}, std::size_t{1}, std::size_t{300}, kEnd - 1, kEnd}) {
                if (missing > size) continue;
                EXPECT_EQ(hash.of_prefix(size - missing), crypto::sha256(ByteView(bytes).first(size - missing)))
                    << size << " bytes by " << piece << " without " << missing;
            }
        }
    }
}

TEST(UploadHash, GoesOnAfterItWasAsked) {
    crypto::OpenSslHashing hashing;
    UploadHash hash(hashing);
    const auto bytes = some_bytes(2 * kEnd);
    hash.update(ByteView(bytes).first(kEnd));
    hash.of_prefix(kEnd);
    hash.update(ByteView(bytes).subspan(kEnd));
    EXPECT_EQ(hash.of_prefix(bytes.size()), crypto::sha256(bytes));
}

}  // namespace
}  // namespace cellwise::app
