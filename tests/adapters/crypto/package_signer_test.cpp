// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/package_signer.hpp"

#include "adapters/crypto/signed_file.hpp"
#include "signed_package.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace cellwise::crypto {
namespace {

TEST(SignPackage, ChangesNothingButTheComment) {
    const auto package = a_package(std::string(200'000, 'p'));
    const auto with_signature = signed_by(a_key(Algorithm::Ed25519), package);
    EXPECT_EQ(with_signature.substr(0, package.size() - 2), package.substr(0, package.size() - 2));
    std::istringstream file(with_signature);
    const auto end = read_end_record(file);
    ASSERT_TRUE(end);
    EXPECT_EQ(end->covered_size(), package.size() - 2);
    EXPECT_EQ(end->comment_offset() + end->comment_length, with_signature.size());
}

TEST(SignPackage, RefusesAPackageThatHasAComment) {
    for (const auto& package :
         {a_package("content", "a comment"), signed_by(a_key(Algorithm::Ed25519), a_package())}) {
        std::istringstream in(package);
        std::ostringstream out;
        const auto status = sign_package(in, out, a_key(Algorithm::Ed25519));
        ASSERT_FALSE(status);
        EXPECT_EQ(status.error().code, "signature.present");
        EXPECT_EQ(out.str(), "");
    }
}

TEST(SignPackage, RefusesWhatIsNoArchive) {
    std::istringstream in("just text");
    std::ostringstream out;
    const auto status = sign_package(in, out, a_key(Algorithm::Ed25519));
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, "archive.not_zip");
}

TEST(SignPackage, TellsWhenTheDiskIsFull) {
    std::istringstream in(a_package());
    std::ofstream out("/dev/full", std::ios::binary);
    const auto status = sign_package(in, out, a_key(Algorithm::Ed25519));
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, "file.unwritable");
}

}  // namespace
}  // namespace cellwise::crypto
