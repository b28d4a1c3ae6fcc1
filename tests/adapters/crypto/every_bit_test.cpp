// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/package_verifier.hpp"
#include "memory_file.hpp"
#include "signed_package.hpp"
#include "tests/adapters/archive/zip_builder.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <thread>
#include <vector>

/// A package of 64 KiB with each of its bits flipped, one after the other: the real verifier, on bytes in memory.
namespace cellwise::crypto {
namespace {

constexpr std::size_t kSize = 65'536;
using Codes = std::map<std::string, std::size_t>;

/// Signed by the vendor's own algorithm, RSA: of the five it is the quickest to verify.
const PrivateKey& the_key() { return a_key(Algorithm::Rsa2048Pkcs1); }

std::string package_of(std::size_t payload) {
    std::string content(payload, '\0');
    for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 31 + (i >> 8));
    return signed_by(the_key(), test::build(test::a_package(content)));
}

/// What is said to the flipping of each bit from `begin` on, every `stride`-th; "accepted" if nothing is.
Codes flip(const std::string& package, std::size_t begin, std::size_t stride) {
    const auto key = PublicKey::parse_pem(public_pem(the_key())).value();
    MemoryFile file(package);
    Codes codes;
    for (auto bit = begin; bit < file.bits(); bit += stride) {
        file.flip_bit(bit);
        const auto status = verify_package(file.stream(), key);
        ++codes[status ? "accepted" : status.error().code];
        file.flip_bit(bit);
    }
    EXPECT_TRUE(verify_package(file.stream(), key)) << "all bits are back in their places";
    return codes;
}

TEST(EveryBit, OfASignedPackageIsGuarded) {
    const auto package = package_of(kSize - package_of(0).size());
    ASSERT_EQ(package.size(), kSize);
    const std::size_t threads = std::clamp(std::thread::hardware_concurrency(), 1U, 4U);
    std::vector<Codes> found(threads);
    {
        std::vector<std::jthread> workers;
        for (std::size_t i = 0; i < threads; ++i) {
            workers.emplace_back([&, i] { found[i] = flip(package, i, threads); });
        }
    }
    Codes codes;
    std::size_t flips = 0;
    for (const auto& some : found) {
        for (const auto& [code, count] : some) {
            codes[code] += count;
            flips += count;
        }
    }
    EXPECT_EQ(flips, 524'288U);
    EXPECT_EQ(codes["accepted"], 0U);
    codes.erase("accepted");
    EXPECT_THAT(codes, testing::UnorderedElementsAre(
                           testing::Key("signature.invalid"), testing::Key("signature.malformed"),
                           testing::Key("signature.other_key"), testing::Key("archive.not_zip"),
                           testing::Key("archive.truncated"), testing::Key("archive.trailing_bytes")));
    EXPECT_EQ(codes["archive.not_zip"], 32U);  // the end record's marker
}

}  // namespace
}  // namespace cellwise::crypto
