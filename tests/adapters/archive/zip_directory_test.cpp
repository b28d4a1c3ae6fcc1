// SPDX-License-Identifier: Apache-2.0
#include "adapters/archive/zip_directory.hpp"

#include "tests/adapters/archive/zip_builder.hpp"

#include <gtest/gtest.h>

namespace cellwise::archive {
namespace {

using test::RawEntry;

Result<std::vector<ZipEntry>> parse(const std::vector<RawEntry>& entries) {
    return parse_central_directory(as_bytes(test::build_directory(entries)),
                                   static_cast<std::uint16_t>(entries.size()));
}

void expect_code(const Result<std::vector<ZipEntry>>& result, std::string_view code) {
    ASSERT_FALSE(result) << "not refused with " << code;
    EXPECT_EQ(result.error().code, code);
}

TEST(CentralDirectory, GivesWhatTheHeadersSay) {
    const auto entries = parse({{.name = "a"},
                                {.name = "linux/x",
                                 .data = "data",
                                 .method = 8,
                                 .flags = 0x0808,
                                 .attributes = 0x81A40000,
                                 .size = 77,
                                 .crc = 0xDEADBEEF,
                                 .extra = std::string("UT\x01\x00\x07", 5),
                                 .offset = 123'456}});
    ASSERT_TRUE(entries);
    ASSERT_EQ(entries->size(), 2U);
    EXPECT_EQ(entries->at(1), (ZipEntry{.name = "linux/x",
                                        .flags = 0x0808,
                                        .method = 8,
                                        .crc = 0xDEADBEEF,
                                        .compressed_size = 4,
                                        .size = 77,
                                        .attributes = 0x81A40000,
                                        .offset = 123'456}));
    EXPECT_TRUE(entries->at(1).has_descriptor());
    EXPECT_FALSE(entries->at(1).encrypted());
    EXPECT_EQ(entries->at(1).unix_mode(), 0100644);
}

TEST(CentralDirectory, MayBeEmpty) {
    const auto entries = parse({});
    ASSERT_TRUE(entries);
    EXPECT_TRUE(entries->empty());
}

TEST(CentralDirectory, HasExactlyTheEntriesThatTheEndRecordCounts) {
    const auto two = test::build_directory({{.name = "a"}, {.name = "b"}});
    expect_code(parse_central_directory(as_bytes(two), 1), "archive.central_directory");
    expect_code(parse_central_directory(as_bytes(two), 3), "archive.central_directory");
}

TEST(CentralDirectory, EndsWithItsLastEntry) {
    auto bytes = test::build_directory({{.name = "a name"}});
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
        expect_code(parse_central_directory(as_bytes(bytes).first(bytes.size() - cut), 1),
                    "archive.central_directory");
    }
    expect_code(parse_central_directory(as_bytes(bytes + "x"), 1), "archive.central_directory");
}

TEST(CentralDirectory, HoldsOnlyHeaders) {
    auto bytes = test::build_directory({{.name = "a"}});
    bytes[0] = 'Q';
    expect_code(parse_central_directory(as_bytes(bytes), 1), "archive.central_directory");
}

TEST(CentralDirectory, RefusesPartsOfSeveralDisks) {
    expect_code(parse({{.name = "a", .disk = 1}}), "archive.multi_disk");
}

TEST(CentralDirectory, RefusesZip64) {
    expect_code(parse({{.name = "a", .size = 0xFFFFFFFF}}), "archive.zip64");
    expect_code(parse({{.name = "a", .offset = 0xFFFFFFFF}}), "archive.zip64");
}

TEST(CentralDirectory, RefusesAnotherNameInAnExtraField) {
    const std::string version_and_crc("\x01\x00\x00\x00\x00", 5);
    const auto field = [&](std::string_view name) {
        const auto body = version_and_crc + std::string(name);
        return std::string("up") + static_cast<char>(body.size()) + '\0' + body;
    };
    expect_code(parse({{.name = "linux/a", .extra = field("linux/b")}}), "archive.name.alias");
    expect_code(parse({{.name = "linux/a", .extra = std::string("UT\x01\x00\x07", 5) + field("x")}}),
                "archive.name.alias");
    expect_code(parse({{.name = "linux/a", .extra = std::string("up\x01\x00\x01", 5)}}), "archive.name.alias");
    EXPECT_TRUE(parse({{.name = "linux/a", .extra = field("linux/a")}}));
    EXPECT_TRUE(parse({{.name = "linux/a", .extra = std::string("up\xFF\xFF", 4)}}));  // no field, just bytes
}

TEST(ZipEntry, ShowsAHostileNamePrintableAndBounded) {
    ZipEntry entry{.name = "\x1B[2J" + std::string(500, 'x')};
    EXPECT_EQ(entry.shown_name().substr(0, 8), "\\x1b[2Jx");
    EXPECT_LT(entry.shown_name().size(), 120U);
}

TEST(ZipEntry, IsEncryptedByAnyOfThreeFlags) {
    for (const int flag : {0x0001, 0x0040, 0x2000})
        EXPECT_TRUE((ZipEntry{.flags = static_cast<std::uint16_t>(flag)}).encrypted());
    EXPECT_FALSE((ZipEntry{.flags = 0x080E}).encrypted());
}

}  // namespace
}  // namespace cellwise::archive
