// SPDX-License-Identifier: Apache-2.0
#include "adapters/archive/package_structure.hpp"

#include "tests/adapters/archive/zip_builder.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace cellwise::archive {
namespace {

using test::RawZip;

constexpr std::uint64_t kMiB = 1 << 20;

Result<PackageStructure> read(const std::string& bytes, std::uint64_t max_size = kMiB) {
    std::istringstream file(bytes);
    return read_package_structure(file, max_size);
}

void expect_code(const Result<PackageStructure>& result, std::string_view code) {
    ASSERT_FALSE(result) << "not refused with " << code;
    EXPECT_EQ(result.error().code, code) << result.error().message;
}

TEST(PackageStructure, IsFoundInARightPackage) {
    const auto structure = read(test::build(test::a_package()));
    ASSERT_TRUE(structure) << structure.error().message;
    EXPECT_EQ(structure->entries[structure->layout.description].name, "DM/linux/UpgradeDesc.json");
    EXPECT_EQ(structure->entries[structure->layout.payload].name, "linux/firmware.bin");
}

TEST(PackageStructure, HasItsEntriesInOrderOfTheirOffset) {
    auto zip = test::a_package();
    const auto first_size = 30 + zip.entries[0].name.size() + zip.entries[0].data.size();
    // The directory names the second entry first.
    auto bytes = test::build(zip);
    std::swap(zip.entries[0], zip.entries[1]);
    zip.entries[0].offset = static_cast<std::uint32_t>(first_size);
    zip.entries[1].offset = 0;
    const auto directory = test::build_directory(zip.entries);
    bytes.replace(bytes.size() - 22 - directory.size(), directory.size(), directory);
    const auto structure = read(bytes);
    ASSERT_TRUE(structure) << structure.error().message;
    EXPECT_EQ(structure->entries[0].name, "DM/linux/UpgradeDesc.json");
    EXPECT_EQ(structure->layout.payload, 1U);
}

TEST(PackageStructure, RefusesWhatIsNoArchive) {
    expect_code(read(""), "archive.not_zip");
    expect_code(read("Rar!\x1A\x07\x01"), "archive.not_zip");
}

TEST(PackageStructure, RefusesEveryTruncation) {
    const auto whole = test::build(test::a_package());
    for (std::size_t size = 0; size < whole.size(); ++size) ASSERT_FALSE(read(whole.substr(0, size))) << size;
}

TEST(PackageStructure, RefusesAnEmptyArchive) { expect_code(read(test::build({})), "archive.description_missing"); }

TEST(PackageStructure, RefusesBytesBeforeAndBehind) {
    const auto whole = test::build(test::a_package());
    expect_code(read("x" + whole), "archive.gap");  // a self-extracting stub; offsets not shifted
    expect_code(read(whole + "x"), "archive.trailing_bytes");
    auto zip = test::a_package();
    zip.after_directory = "signing block";
    expect_code(read(test::build(zip)), "archive.gap");
    zip = test::a_package();
    zip.before = "stub";  // offsets shifted
    expect_code(read(test::build(zip)), "archive.gap");
}

TEST(PackageStructure, RefusesASecondEndRecordInFrontOfItsOwn) {
    auto zip = test::a_package();
    zip.after_directory = test::build({}).substr(0, 22);
    expect_code(read(test::build(zip)), "archive.gap");
}

TEST(PackageStructure, RefusesPartsAndZip64) {
    auto zip = test::a_package();
    zip.disk = 1;
    expect_code(read(test::build(zip)), "archive.multi_disk");
    zip = test::a_package();
    zip.after_directory = "PK\x06\x07" + std::string(16, '\0');
    expect_code(read(test::build(zip)), "archive.zip64");
}

TEST(PackageStructure, RefusesADirectoryThatLies) {
    auto zip = test::a_package();
    zip.count = 3;
    expect_code(read(test::build(zip)), "archive.central_directory");
    zip.count = 1;
    expect_code(read(test::build(zip)), "archive.central_directory");
    zip = test::a_package();
    zip.directory_offset = 0xFFFFFFF0;
    expect_code(read(test::build(zip)), "archive.truncated");
    zip = test::a_package();
    zip.directory_size = 0;
    expect_code(read(test::build(zip)), "archive.gap");
}

TEST(PackageStructure, RefusesMoreThanAThousandEntriesBeforeReadingThem) {
    RawZip zip;
    for (int i = 0; i < 1'001; ++i) zip.entries.push_back({.name = "linux/" + std::to_string(i)});
    expect_code(read(test::build(zip)), "archive.too_many_entries");
    zip.entries.pop_back();
    expect_code(read(test::build(zip)), "archive.payload_several");  // a thousand are read
}

TEST(PackageStructure, RefusesADirectoryBeyondItsBound) {
    RawZip zip;
    for (int i = 0; i < 20; ++i) zip.entries.push_back({.name = std::to_string(i) + std::string(60'000, 'x')});
    expect_code(read(test::build(zip)), "archive.central_directory");
}

TEST(PackageStructure, AppliesTheRulesOfEntriesSizesAndLayout) {
    auto zip = test::a_package();
    zip.entries[1].name = "linux/../firmware.bin";
    expect_code(read(test::build(zip)), "archive.name.parent");
    expect_code(read(test::build(test::a_package(std::string(2'000, 'x'))), 2'000), "archive.too_large");
    zip = test::a_package();
    zip.entries.pop_back();
    expect_code(read(test::build(zip)), "archive.payload_missing");
    zip = test::a_package();
    zip.entries[0].local_name = "DM/linux/UpgradeDesc.jsoN";
    expect_code(read(test::build(zip)), "archive.header_mismatch");
}

TEST(PackageStructure, SurvivesEveryFlippedByte) {
    // Headers that were changed at random either still read or are refused; nothing else may happen.
    const auto good = test::build(test::a_package());
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (const int value : {0x00, 0x01, 0x7F, 0x80, 0xFF}) {
            auto bad = good;
            bad[at] = static_cast<char>(bad[at] ^ value);
            const auto structure = read(bad);
            if (!structure) {
                EXPECT_TRUE(structure.error().code.starts_with("archive.")) << structure.error().code;
            }
        }
    }
}

}  // namespace
}  // namespace cellwise::archive
