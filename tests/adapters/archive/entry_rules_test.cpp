// SPDX-License-Identifier: Apache-2.0
#include "adapters/archive/entry_rules.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cellwise::archive {
namespace {

using Entries = std::vector<ZipEntry>;

ZipEntry a_file(std::string name) { return {.name = std::move(name), .compressed_size = 10, .size = 10}; }
ZipEntry with_mode(std::string name, std::uint32_t mode) {
    auto entry = a_file(std::move(name));
    entry.attributes = mode << 16;
    return entry;
}

template <class T>
void expect_code(const Result<T>& result, std::string_view code, std::string_view what = {}) {
    ASSERT_FALSE(result) << "not refused with " << code << ": " << what;
    EXPECT_EQ(result.error().code, code) << what;
}

TEST(EntryNames, MustBePlainRelativePaths) {
    struct Case {
        std::string name;
        std::string code;
    };
    const Case cases[] = {
        {"", "archive.name.empty"},
        {std::string(513, 'x'), "archive.name.long"},
        {std::string("linux/a\0.bin", 12), "archive.name.nul"},
        {"linux/a\nb", "archive.name.control"},
        {"linux/\x1B[2J", "archive.name.control"},
        {"linux/\x7F", "archive.name.control"},
        {"linux\\a", "archive.name.backslash"},
        {"..\\a", "archive.name.backslash"},
        {"/etc/passwd", "archive.name.absolute"},
        {"//server/share", "archive.name.absolute"},
        {"C:/a", "archive.name.absolute"},
        {"c:a", "archive.name.absolute"},
        {"..", "archive.name.parent"},
        {"../a", "archive.name.parent"},
        {"linux/../../a", "archive.name.parent"},
        {"linux/..", "archive.name.parent"},
        {"linux/../", "archive.name.parent"},
        {"./linux/a", "archive.name.component"},
        {"linux/./a", "archive.name.component"},
        {"linux//a", "archive.name.component"},
        {"linux//", "archive.name.component"},
    };
    for (const auto& [name, code] : cases) expect_code(check_entries(Entries{a_file(name)}), code, printable(name));
}

TEST(EntryNames, MayLookOddAndBeHarmless) {
    for (const auto* name :
         {"linux/..a", "linux/a..", "linux/...", "linux/.hidden", "linux/\xE5\x9B\xBA.bin", "linux/a b"}) {
        EXPECT_TRUE(check_entries(Entries{a_file(name)})) << name;
    }
}

TEST(EntryNames, MustBeUnique) {
    expect_code(check_entries(Entries{a_file("linux/a"), a_file("x"), a_file("linux/a")}), "archive.duplicate");
    expect_code(check_entries(Entries{a_file("linux/a"), a_file("linux/A")}), "archive.name.case");
    expect_code(check_entries(Entries{a_file("dm/linux/x"), a_file("DM/LINUX/X")}), "archive.name.case");
    expect_code(check_entries(Entries{a_file("linux/"), a_file("linux")}), "archive.name.case");
}

TEST(EntryKinds, AreFilesAndFolders) {
    EXPECT_TRUE(check_entries(Entries{with_mode("linux/a", 0100644)}));
    EXPECT_TRUE(check_entries(Entries{with_mode("linux/", 0040755)}));
    EXPECT_TRUE(check_entries(Entries{with_mode("linux/a", 0644)}));  // a mode without a type
    expect_code(check_entries(Entries{with_mode("linux/a", 0120777)}), "archive.link");
    expect_code(check_entries(Entries{with_mode("linux/", 0120777)}), "archive.link");
    for (const std::uint32_t type : {0010000U, 0020000U, 0060000U, 0140000U, 0040000U}) {
        expect_code(check_entries(Entries{with_mode("linux/a", type | 0644)}), "archive.special_file");
    }
    expect_code(check_entries(Entries{with_mode("linux/", 0100644)}), "archive.special_file");
}

TEST(EntryKinds, AreNotEncrypted) {
    auto entry = a_file("linux/a");
    entry.flags = 1;
    expect_code(check_entries(Entries{entry}), "archive.encrypted");
    entry.flags = 0;
    entry.method = 99;
    expect_code(check_entries(Entries{entry}), "archive.encrypted");
}

TEST(EntryKinds, AreStoredOrDeflated) {
    auto entry = a_file("linux/a");
    for (const int method : {1, 6, 9, 12, 14, 93, 95, 98}) {
        entry.method = static_cast<std::uint16_t>(method);
        expect_code(check_entries(Entries{entry}), "archive.method");
    }
    entry.method = 8;
    EXPECT_TRUE(check_entries(Entries{entry}));
}

TEST(EntrySizes, AreBoundedTogether) {
    const Entries two{a_file("a"), a_file("b")};
    EXPECT_TRUE(check_sizes(two, 20));
    expect_code(check_sizes(two, 19), "archive.too_large");
    EXPECT_EQ(check_sizes(two, 19).error().kind, ErrorKind::TooLarge);
}

TEST(EntrySizes, DoNotOverflowTheirSum) {
    auto huge = a_file("a");
    huge.size = huge.compressed_size = 0xFFFFFFFE;
    expect_code(check_sizes(Entries(1'000, huge), 1ULL << 40), "archive.too_large");
}

TEST(EntrySizes, AreAtMostTwoHundredTimesWhatTheyTakeInTheFile) {
    auto entry = a_file("a");
    entry.size = 2'000;
    EXPECT_TRUE(check_sizes(Entries{entry}, 10'000));
    entry.size = 2'001;
    expect_code(check_sizes(Entries{entry}, 10'000), "archive.ratio");
    entry.compressed_size = 0;
    entry.size = 1;
    expect_code(check_sizes(Entries{entry}, 10'000), "archive.ratio");
}

TEST(Layout, IsOneDescriptionAndOneFile) {
    const Entries entries{a_file("linux/firmware.bin"), a_file("DM/linux/UpgradeDesc.json")};
    const auto layout = find_layout(entries);
    ASSERT_TRUE(layout);
    EXPECT_EQ(layout->description, 1U);
    EXPECT_EQ(layout->payload, 0U);
}

TEST(Layout, MayNameItsFolders) {
    EXPECT_TRUE(
        find_layout(Entries{ZipEntry{.name = "DM/"}, ZipEntry{.name = "DM/linux/"},
                            a_file("DM/linux/UpgradeDesc.json"), ZipEntry{.name = "linux/"}, a_file("linux/a")}));
}

TEST(Layout, HasNothingElse) {
    const auto description = a_file("DM/linux/UpgradeDesc.json");
    const auto payload = a_file("linux/a");
    for (const auto* name : {"README", "DM/x", "DM/linux/other.json", "linux/sub/", "linux/sub/b", "linux", "DM",
                             "package/linux/a", "__MACOSX/linux/._a", "dm/linux/upgradedesc.json"}) {
        expect_code(find_layout(Entries{description, payload, a_file(name)}), "archive.layout", name);
    }
    expect_code(find_layout(Entries{description, payload, a_file("linux/")}), "archive.layout",
                "a folder with content");
}

TEST(Layout, SaysWhatIsMissing) {
    expect_code(find_layout(Entries{}), "archive.description_missing");
    expect_code(find_layout(Entries{a_file("linux/a")}), "archive.description_missing");
    expect_code(find_layout(Entries{a_file("DM/linux/UpgradeDesc.json"), ZipEntry{.name = "linux/"}}),
                "archive.payload_missing");
    expect_code(find_layout(Entries{a_file("DM/linux/UpgradeDesc.json"), a_file("linux/a"), a_file("linux/b")}),
                "archive.payload_several");
}

TEST(Layout, BoundsTheDescriptionAndWantsAPayload) {
    auto description = a_file("DM/linux/UpgradeDesc.json");
    description.size = kMaxDescriptionSize;
    EXPECT_TRUE(find_layout(Entries{description, a_file("linux/a")}));
    description.size = kMaxDescriptionSize + 1;
    expect_code(find_layout(Entries{description, a_file("linux/a")}), "archive.description_too_large");
    expect_code(find_layout(Entries{a_file("DM/linux/UpgradeDesc.json"), ZipEntry{.name = "linux/a"}}),
                "archive.payload_empty");
}

}  // namespace
}  // namespace cellwise::archive
