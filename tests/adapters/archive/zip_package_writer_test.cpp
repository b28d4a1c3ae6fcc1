// SPDX-License-Identifier: Apache-2.0
#include "adapters/archive/zip_package_writer.hpp"

#include "adapters/archive/zip_package_archive.hpp"
#include "adapters/crypto/hashing.hpp"
#include "tests/adapters/archive/zip_builder.hpp"
#include "tests/fakes/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace cellwise::archive {
namespace {

using Files = fakes::TemporaryDirectory;

class PackageWriter : public testing::TestWithParam<Compression> {
 protected:
    std::string write(std::string_view name, const std::string& content) {
        const auto description = test::a_description(name);
        const auto out = files_ / "out.zip";
        const auto status = write_package(
            {.description_json = description, .payload_name = name, .payload = files_.write("content", content)},
            GetParam(), out);
        EXPECT_TRUE(status) << status.error().message;
        return Files::read(out);
    }

    Files files_;
    crypto::OpenSslHashing hashing_;
    ZipPackageArchive archive_{hashing_};
};

TEST_P(PackageWriter, WritesWhatTheReaderTakes) {
    std::string content;
    for (unsigned i = 0; i < 300'000; ++i) content += static_cast<char>(i * i / 7);
    write("firmware.bin", content);
    const auto contents = archive_.extract(files_ / "out.zip", files_ / "payload", 1U << 30);
    ASSERT_TRUE(contents) << contents.error().message;
    EXPECT_EQ(contents->description_json, test::a_description());
    EXPECT_EQ(contents->payload_name, "firmware.bin");
    EXPECT_EQ(Files::read(files_ / "payload"), content);
}

TEST_P(PackageWriter, GivesTheSameBytesForTheSameParts) {
    const auto first = write("firmware.bin", "content");
    ::setenv("TZ", "Asia/Shanghai", 1);
    ::tzset();
    std::filesystem::last_write_time(files_ / "content", std::filesystem::file_time_type{});
    const auto second = write("firmware.bin", "content");
    ::unsetenv("TZ");
    ::tzset();
    EXPECT_EQ(first, second);
}

TEST_P(PackageWriter, WritesNamesBeyondAsciiAsUtf8) {
    const std::string name = "\xE5\x9B\xBA\xE4\xBB\xB6.bin";
    write(name, "content");
    const auto contents = archive_.examine(files_ / "out.zip", 1U << 30);
    ASSERT_TRUE(contents) << contents.error().message;
    EXPECT_EQ(contents->payload_name, name);
}

INSTANTIATE_TEST_SUITE_P(Both, PackageWriter, testing::Values(Compression::Deflate, Compression::Store),
                         [](const auto& value) { return value.param == Compression::Deflate ? "Deflate" : "Store"; });

TEST(PackageWriterErrors, TellsWhichFileIsMissing) {
    const Files files;
    const auto status = write_package({.description_json = "{}", .payload_name = "x", .payload = files / "nothing"},
                                      Compression::Store, files / "out.zip");
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, "file.unreadable");
    EXPECT_NE(status.error().message.find("nothing"), std::string::npos);
}

TEST(PackageWriterErrors, TellsWhenTheDiskIsFull) {
    const Files files;
    const auto status = write_package(
        {.description_json = "{}", .payload_name = "x", .payload = files.write("x", std::string(100'000, 'x'))},
        Compression::Store, "/dev/full");
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, "storage.full");
}

}  // namespace
}  // namespace cellwise::archive
