// SPDX-License-Identifier: Apache-2.0
#include "adapters/archive/zip_package_archive.hpp"

#include "adapters/archive/local_headers.hpp"
#include "adapters/archive/package_structure.hpp"
#include "adapters/archive/zip_package_writer.hpp"
#include "adapters/crypto/hashing.hpp"
#include "adapters/crypto/sha256.hpp"
#include "tests/adapters/archive/zip_builder.hpp"
#include "tests/fakes/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

namespace cellwise::archive {
namespace {

using Files = fakes::TemporaryDirectory;

constexpr std::uint64_t kGiB = 1ULL << 30;

class ZipPackageArchiveTest : public testing::Test {
 protected:
    Result<ports::ArchiveContents> extract(const std::string& bytes, std::uint64_t max_size = kGiB) {
        return archive_.extract(files_.write("package.zip", bytes), payload_, max_size);
    }
    void expect_code(const std::string& bytes, std::string_view code) {
        const auto contents = extract(bytes);
        ASSERT_FALSE(contents) << "not refused with " << code;
        EXPECT_EQ(contents.error().code, code) << contents.error().message;
    }

    /// `content` as deflate packs it.
    std::string deflated(const std::string& content) {
        const auto payload = files_.write("content", content);
        const auto zip = files_ / "deflated.zip";
        write_package({.description_json = "{}", .payload_name = "x", .payload = payload}, Compression::Deflate, zip)
            .value();
        std::ifstream file(zip, std::ios::binary);
        // The ratio rule does not matter here: read the directory without it.
        const auto bytes = Files::read(zip);
        const auto end = domain_end(bytes);
        const auto entries = parse_central_directory(as_bytes(bytes).subspan(end.first, end.second), 2).value();
        const auto& entry = entries[1];
        const auto header = read_at(file, entry.offset, 30).value();
        const auto extra = static_cast<std::size_t>(header[28] | header[29] << 8);
        return bytes.substr(entry.offset + 30 + entry.name.size() + extra, entry.compressed_size);
    }

    Files files_;
    std::filesystem::path payload_ = files_ / "payload";
    crypto::OpenSslHashing hashing_;
    ZipPackageArchive archive_{hashing_};

 private:
    static std::pair<std::size_t, std::size_t> domain_end(std::string_view bytes) {
        const auto at = bytes.size() - 22;
        const auto number = [&](std::size_t offset) {
            std::size_t value = 0;
            for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + offset + i]);
            return value;
        };
        return {number(16), number(12)};
    }
};

TEST_F(ZipPackageArchiveTest, GivesDescriptionAndPayload) {
    const auto contents = extract(test::build(test::a_package("the payload's bytes")));
    ASSERT_TRUE(contents) << contents.error().message;
    EXPECT_EQ(contents->description_json, test::a_description());
    EXPECT_EQ(contents->payload_name, "firmware.bin");
    EXPECT_EQ(contents->payload_size, 19U);
    EXPECT_EQ(contents->payload_sha256, crypto::sha256_hex(as_bytes("the payload's bytes")));
    EXPECT_EQ(Files::read(payload_), "the payload's bytes");
}

TEST_F(ZipPackageArchiveTest, InflatesAPayloadLargerThanItsBuffers) {
    std::mt19937 random(7);
    std::string content(3'000'000, '\0');
    for (auto& c : content) c = static_cast<char>('a' + random() % 20);
    auto zip = test::a_package();
    zip.entries[1] = {.name = "linux/firmware.bin",
                      .data = deflated(content),
                      .method = 8,
                      .size = static_cast<std::uint32_t>(content.size()),
                      .crc = test::crc32(content)};
    const auto contents = extract(test::build(zip));
    ASSERT_TRUE(contents) << contents.error().message;
    EXPECT_EQ(contents->payload_sha256, crypto::sha256_hex(as_bytes(content)));
    EXPECT_EQ(Files::read(payload_), content);
}

TEST_F(ZipPackageArchiveTest, TakesTheByteOrderMarkOffTheDescription) {
    auto zip = test::a_package();
    zip.entries[0].data = "\xEF\xBB\xBF" + test::a_description();
    EXPECT_EQ(extract(test::build(zip))->description_json, test::a_description());
}

TEST_F(ZipPackageArchiveTest, TakesFoldersInAnyOrder) {
    auto zip = test::a_package("payload");
    zip.entries.insert(zip.entries.begin(), {{.name = "linux/", .attributes = 0x41ED0010}, {.name = "DM/"}});
    zip.entries.push_back({.name = "DM/linux/"});
    const auto contents = extract(test::build(zip));
    ASSERT_TRUE(contents) << contents.error().message;
    EXPECT_EQ(Files::read(payload_), "payload");
}

TEST_F(ZipPackageArchiveTest, TakesDescriptorsWithStoredData) {
    // The payload holds a descriptor's signature: a reader that scans for it would stop there.
    const std::string content = "before PK\x07\x08 and behind";
    auto zip = test::a_package();
    zip.entries[1] = {.name = "linux/firmware.bin",
                      .data = content,
                      .flags = 8,
                      .descriptor = test::descriptor_of(content, content),
                      .local_crc = 0,
                      .local_compressed = 0,
                      .local_size = 0};
    const auto contents = extract(test::build(zip));
    ASSERT_TRUE(contents) << contents.error().message;
    EXPECT_EQ(Files::read(payload_), content);
}

TEST_F(ZipPackageArchiveTest, TakesNestedArchivesAsBytes) {
    const auto inner = test::build(test::a_package("inner"));
    const auto contents = extract(test::build(test::a_package(inner)));
    ASSERT_TRUE(contents) << contents.error().message;
    EXPECT_EQ(Files::read(payload_), inner);
    EXPECT_EQ(contents->payload_sha256, crypto::sha256_hex(as_bytes(inner)));
}

TEST_F(ZipPackageArchiveTest, TakesNamesBeyondAscii) {
    for (const int flags : {0x0800, 0x0000}) {
        auto zip = test::a_package("payload");
        zip.entries[1].name = "linux/\xE5\x9B\xBA\xE4\xBB\xB6.bin";
        zip.entries[1].flags = static_cast<std::uint16_t>(flags);
        const auto contents = extract(test::build(zip));
        ASSERT_TRUE(contents) << contents.error().message;
        EXPECT_EQ(contents->payload_name, "\xE5\x9B\xBA\xE4\xBB\xB6.bin");
    }
}

TEST_F(ZipPackageArchiveTest, IgnoresTheCommentThatHoldsTheSignature) {
    auto zip = test::a_package();
    zip.comment = "cellwise-signature/1\n";
    EXPECT_TRUE(extract(test::build(zip)));
}

TEST_F(ZipPackageArchiveTest, RefusesDataThatDoesNotMatchItsChecksum) {
    auto zip = test::a_package();
    zip.entries[1].crc = 0x12345678;
    expect_code(test::build(zip), "archive.corrupt");
    zip = test::a_package();
    zip.entries[0].crc = 0x12345678;
    expect_code(test::build(zip), "archive.corrupt");
}

TEST_F(ZipPackageArchiveTest, RefusesWhatDoesNotInflate) {
    auto zip = test::a_package();
    zip.entries[1].data = "not deflate at all, whatever the header says";
    zip.entries[1].method = 8;
    zip.entries[1].size = 1'000;
    expect_code(test::build(zip), "archive.corrupt");
}

TEST_F(ZipPackageArchiveTest, RefusesDataThatInflatesBeyondItsDeclaredSize) {
    // A bomb whose headers say that it is small.
    const std::string zeros(10'000'000, '\0');
    auto zip = test::a_package();
    zip.entries[1] = {
        .name = "linux/firmware.bin", .data = deflated(zeros), .method = 8, .size = 1'000, .crc = test::crc32(zeros)};
    expect_code(test::build(zip), "archive.corrupt");
    EXPECT_LE(std::filesystem::file_size(payload_), 300'000U);  // stopped at once
}

TEST_F(ZipPackageArchiveTest, RefusesDataThatInflatesToLess) {
    const std::string content(500, 'x');
    auto zip = test::a_package();
    zip.entries[1] = {.name = "linux/firmware.bin",
                      .data = deflated(content),
                      .method = 8,
                      .size = 1'000,
                      .crc = test::crc32(content)};
    expect_code(test::build(zip), "archive.corrupt");
}

TEST_F(ZipPackageArchiveTest, RefusesDataWithBytesBehindItsEnd) {
    const std::string content(500, 'x');
    auto zip = test::a_package();
    zip.entries[1] = {.name = "linux/firmware.bin",
                      .data = deflated(content) + "smuggled",
                      .method = 8,
                      .size = 500,
                      .crc = test::crc32(content)};
    expect_code(test::build(zip), "archive.corrupt");
}

TEST_F(ZipPackageArchiveTest, RefusesAnHonestBombByItsRatio) {
    const std::string zeros(1'000'000, '\0');
    auto zip = test::a_package();
    zip.entries[1] = {.name = "linux/firmware.bin",
                      .data = deflated(zeros),
                      .method = 8,
                      .size = 1'000'000,
                      .crc = test::crc32(zeros)};
    expect_code(test::build(zip), "archive.ratio");
}

TEST_F(ZipPackageArchiveTest, HoldsTheConfiguredSize) {
    const auto bytes = test::build(test::a_package(std::string(5'000, 'x')));
    EXPECT_EQ(extract(bytes, 5'000).error().code, "archive.too_large");
    EXPECT_TRUE(extract(bytes, 6'000));
}

TEST_F(ZipPackageArchiveTest, TellsWhenTheDiskIsFull) {
    const auto contents =
        archive_.extract(files_.write("package.zip", test::build(test::a_package())), "/dev/full", kGiB);
    ASSERT_FALSE(contents);
    EXPECT_EQ(contents.error().code, "storage.full");
    EXPECT_EQ(contents.error().kind, ErrorKind::StorageFull);
}

TEST_F(ZipPackageArchiveTest, DoesNotFollowALinkInThePayloadsPlace) {
    const auto victim = files_.write("victim", "precious");
    std::filesystem::create_symlink(victim, payload_);
    EXPECT_FALSE(extract(test::build(test::a_package())));
    EXPECT_EQ(Files::read(victim), "precious");
}

TEST_F(ZipPackageArchiveTest, TakesWhatOtherToolsPack) {
    // The last one cannot seek back, so that every entry has a data descriptor.
    const std::string commands[] = {
        "zip -qr package.zip DM linux", "zip -qrX0 package.zip linux DM", "zip -qrD package.zip DM linux",
        "python3 -c 'import sys, zipfile\n"
        "z = zipfile.ZipFile(sys.stdout.buffer, \"w\", zipfile.ZIP_DEFLATED)\n"
        "z.write(\"DM/linux/UpgradeDesc.json\")\nz.write(\"linux/firmware.bin\")\nz.close()' | cat > package.zip"};
    std::filesystem::create_directories(files_ / "DM/linux");
    std::filesystem::create_directories(files_ / "linux");
    files_.write("DM/linux/UpgradeDesc.json", test::a_description());
    files_.write("linux/firmware.bin", "some text, some text, some text, some text, some text");
    for (const auto& command : commands) {
        std::filesystem::remove(files_ / "package.zip");
        ASSERT_EQ(std::system(("cd " + files_.path().string() + " && " + command).c_str()), 0) << command;
        const auto contents = archive_.extract(files_ / "package.zip", payload_, kGiB);
        ASSERT_TRUE(contents) << command << ": " << contents.error().code << " " << contents.error().message;
        EXPECT_EQ(Files::read(payload_), Files::read(files_ / "linux/firmware.bin")) << command;
    }
}

TEST_F(ZipPackageArchiveTest, ExaminesWithoutWriting) {
    const auto contents =
        archive_.examine(files_.write("package.zip", test::build(test::a_package("payload"))), kGiB);
    ASSERT_TRUE(contents);
    EXPECT_EQ(contents->payload_sha256, crypto::sha256_hex(as_bytes("payload")));
    EXPECT_EQ(files_.files(), std::vector<std::string>{"package.zip"});
}

TEST_F(ZipPackageArchiveTest, TellsWhenTheFileIsNotThere) {
    EXPECT_EQ(archive_.examine(files_ / "nothing.zip", kGiB).error().code, "file.unreadable");
}

}  // namespace
}  // namespace cellwise::archive
