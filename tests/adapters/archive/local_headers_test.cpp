// SPDX-License-Identifier: Apache-2.0
#include "adapters/archive/local_headers.hpp"

#include "tests/adapters/archive/zip_builder.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace cellwise::archive {
namespace {

using test::RawEntry;
using test::RawZip;

/// Reads the central directory of what `build` made, then holds the local headers against it.
Status check(const RawZip& zip) {
    const auto bytes = test::build(zip);
    const auto directory = test::build_directory(zip.entries).size();
    const auto directory_offset = bytes.size() - 22 - zip.comment.size() - zip.after_directory.size() - directory;
    const auto entries = parse_central_directory(as_bytes(bytes).subspan(directory_offset, directory),
                                                 static_cast<std::uint16_t>(zip.entries.size()));
    std::istringstream file(bytes);
    return check_local_headers(file, entries.value(), directory_offset);
}

void expect_code(const RawZip& zip, std::string_view code) {
    const auto status = check(zip);
    ASSERT_FALSE(status) << "not refused with " << code;
    EXPECT_EQ(status.error().code, code);
}

RawZip one(RawEntry entry) { return {.entries = {std::move(entry)}}; }

TEST(LocalHeaders, AgreeInARightArchive) {
    EXPECT_TRUE(check(test::a_package()));
    EXPECT_TRUE(check(RawZip{}));
}

TEST(LocalHeaders, MustAgreeWithTheCentralDirectory) {
    expect_code(one({.name = "linux/a", .data = "x", .local_name = "linux/b"}), "archive.header_mismatch");
    expect_code(one({.name = "linux/a", .data = "x", .local_name = "linux/aa"}), "archive.header_mismatch");
    expect_code(one({.name = "linux/a", .data = "x", .local_method = 8}), "archive.header_mismatch");
    expect_code(one({.name = "linux/a", .data = "x", .local_flags = 1}), "archive.header_mismatch");
    expect_code(one({.name = "linux/a", .data = "x", .local_flags = 8}), "archive.header_mismatch");
    expect_code(one({.name = "linux/a", .data = "x", .local_crc = 0}), "archive.header_mismatch");
    expect_code(one({.name = "linux/a", .data = "x", .local_compressed = 0}), "archive.header_mismatch");
    expect_code(one({.name = "linux/a", .data = "x", .local_size = 2}), "archive.header_mismatch");
    expect_code(
        one({.name = "linux/a", .data = "x", .local_extra = std::string("up\x06\x00\x01\x00\x00\x00\x00z", 10)}),
        "archive.name.alias");
}

TEST(LocalHeaders, MayLeaveTheSizesToADescriptor) {
    RawEntry entry{.name = "linux/a",
                   .data = "some data",
                   .flags = 8,
                   .descriptor = test::descriptor_of("some data", "some data")};
    EXPECT_TRUE(check(one(entry)));
    entry.local_crc = entry.local_compressed = entry.local_size = 0;
    EXPECT_TRUE(check(one(entry)));
    entry.descriptor.erase(0, 4);  // its signature is optional
    EXPECT_TRUE(check(one(entry)));
    entry.local_size = 5;
    expect_code(one(entry), "archive.header_mismatch");
}

TEST(LocalHeaders, MustAgreeWithTheDescriptor) {
    RawEntry entry{.name = "linux/a", .data = "some data", .flags = 8};
    expect_code(one(entry), "archive.gap");
    entry.descriptor = test::descriptor_of("some data", "other data");
    expect_code(one(entry), "archive.header_mismatch");
    entry.descriptor = test::descriptor_of("some data", "some data") + "x";
    expect_code(one(entry), "archive.gap");
    entry.descriptor = test::descriptor_of("some data", "some data");
    entry.descriptor[0] = 'Q';
    expect_code(one(entry), "archive.header_mismatch");
}

TEST(LocalHeaders, LeaveNoByteToNobody) {
    auto zip = test::a_package();
    zip.before = "#!/bin/sh\n";
    expect_code(zip, "archive.gap");
    zip = test::a_package();
    zip.before_directory = "x";
    expect_code(zip, "archive.gap");
    zip = test::a_package();
    zip.entries[0].descriptor = "hidden between the entries";
    expect_code(zip, "archive.gap");
    expect_code(RawZip{.before = "x"}, "archive.gap");
}

TEST(LocalHeaders, DoNotLieOverEachOther) {
    auto zip = test::a_package();
    zip.entries[1].offset = 0;  // both entries are one place
    expect_code(zip, "archive.overlap");
    zip = test::a_package();
    zip.entries[1].offset = 40;  // within the first
    expect_code(zip, "archive.overlap");
}

TEST(LocalHeaders, MustBeWhereTheDirectorySays) {
    auto zip = test::a_package();
    zip.entries[1].offset = 0x7FFFFFFF;
    expect_code(zip, "archive.gap");  // the first would reach up to there
    expect_code(one({.name = "linux/a", .data = "x", .offset = 0x7FFFFFFF}), "archive.gap");
    zip = test::a_package();
    zip.before_directory = std::string(100, '\0');
    zip.entries[1].offset =
        static_cast<std::uint32_t>(test::build(zip).size() - 22 - test::build_directory(zip.entries).size() - 20);
    EXPECT_FALSE(check(zip));
}

}  // namespace
}  // namespace cellwise::archive
