// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/signed_file.hpp"

#include "signed_package.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace cellwise::crypto {
namespace {

using domain::ZipEndRecord;

Result<ZipEndRecord> end_of(const std::string& bytes) {
    std::istringstream file(bytes);
    return read_end_record(file);
}

void expect_code(const std::string& bytes, std::string_view code) {
    const auto end = end_of(bytes);
    ASSERT_FALSE(end) << code;
    EXPECT_EQ(end.error().code, code);
}

TEST(EndRecord, IsFoundBehindTheContentAndBeforeTheComment) {
    const auto end = end_of(a_package("0123456789", "hello"));
    ASSERT_TRUE(end);
    EXPECT_EQ(end->offset, 10U);
    EXPECT_EQ(end->covered_size(), 30U);
    EXPECT_EQ(end->comment_offset(), 32U);
    EXPECT_EQ(end->comment_length, 5);
}

TEST(EndRecord, IsFoundBehindTheLongestComment) {
    const auto end = end_of(a_package(std::string(100'000, 'x'), std::string(0xFFFF, 'c')));
    ASSERT_TRUE(end);
    EXPECT_EQ(end->offset, 100'000U);
}

TEST(EndRecord, ReadsItsNumbersLittleEndian) {
    std::string bytes("PK\x05\x06", 4);
    bytes.append("\x01\x02\x03\x04\x05\x06\x07\x08", 8).append("\x09\x0A\x0B\x0C", 4).append("\x0D\x0E\x0F\x10", 4);
    bytes.append(2, '\0');
    const auto end = end_of(bytes);
    ASSERT_TRUE(end);
    EXPECT_EQ(end->disk, 0x0201);
    EXPECT_EQ(end->directory_disk, 0x0403);
    EXPECT_EQ(end->entries_on_disk, 0x0605);
    EXPECT_EQ(end->entries, 0x0807);
    EXPECT_EQ(end->directory_size, 0x0C0B0A09U);
    EXPECT_EQ(end->directory_offset, 0x100F0E0DU);
}

TEST(EndRecord, MustBeThere) {
    expect_code("", "archive.not_zip");
    expect_code("PK", "archive.not_zip");
    expect_code(std::string(200'000, 'x'), "archive.not_zip");
}

TEST(EndRecord, MustBeWhole) {
    const auto whole = a_package("content", "a comment");
    for (std::size_t cut = 1; cut <= 9 + 18; ++cut)
        expect_code(whole.substr(0, whole.size() - cut), "archive.truncated");
}

TEST(EndRecord, MustEndWithTheFile) {
    expect_code(a_package() + "x", "archive.trailing_bytes");
    expect_code(a_package("content", "comment") + std::string(70'000, '\0'),
                "archive.not_zip");  // too far from the end
    expect_code(a_package("content", "comment") + std::string(1'000, '\0'), "archive.trailing_bytes");
}

TEST(EndRecord, MustBeTheOnlyOneThatEndsWithTheFile) {
    // Two readings of one file: by the outer record the inner one is its comment.
    expect_code(a_package("content", a_package("", "")), "archive.second_end_record");
    expect_code(a_package("content", a_package("text", "more text")), "archive.second_end_record");
}

TEST(EndRecord, MayNotHaveAnotherMarkerBehindIt) {
    expect_code(a_package("content", "a PK\x05\x06 within the comment, and enough text that a record would fit"),
                "archive.second_end_record");
    expect_code(a_package("content", "ends in PK\x05\x06"), "archive.second_end_record");
}

TEST(EndRecord, TakesAStoredArchiveInThePayloadAsBytes) {
    const auto nested = a_package("inner content", "");
    const auto end = end_of(a_package(nested + "directory", "comment"));
    ASSERT_TRUE(end);
    EXPECT_EQ(end->offset, nested.size() + 9);
}

TEST(FileSignature, IsMissingWithoutAComment) {
    std::istringstream file(a_package());
    const auto read = read_file_signature(file);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, "signature.missing");
}

TEST(FileSignature, IsMalformedInAnyOtherComment) {
    std::istringstream file(a_package("content", "zipped by a friend"));
    const auto read = read_file_signature(file);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, "signature.malformed");
}

TEST(HashPrefix, CoversExactlyTheFirstBytes) {
    const std::string text(600'000, 'q');
    std::istringstream file(text);
    EXPECT_EQ(*hash_prefix(file, 550'000), sha256(as_bytes(text).first(550'000)));
    EXPECT_EQ(*hash_prefix(file, 0), sha256({}));
}

TEST(HashPrefix, FailsOnAFileThatIsShorter) {
    std::istringstream file("short");
    const auto digest = hash_prefix(file, 6);
    ASSERT_FALSE(digest);
    EXPECT_EQ(digest.error().code, "file.unreadable");
}

}  // namespace
}  // namespace cellwise::crypto
