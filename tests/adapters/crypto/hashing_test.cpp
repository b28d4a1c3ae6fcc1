// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/hashing.hpp"

#include <gtest/gtest.h>

namespace cellwise::crypto {
namespace {

TEST(OpenSslHashing, GivesStreamsThatDoNotMix) {
    OpenSslHashing hashing;
    const auto abc = hashing.new_sha256();
    const auto nothing = hashing.new_sha256();
    abc->update(as_bytes("ab"));
    abc->update(as_bytes("c"));
    // FIPS 180-4's examples.
    EXPECT_EQ(abc->finish_hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(nothing->finish_hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace cellwise::crypto
