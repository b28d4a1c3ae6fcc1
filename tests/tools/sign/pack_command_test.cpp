// SPDX-License-Identifier: Apache-2.0
#include "sign_tool.hpp"

#include <gmock/gmock.h>

namespace cellwise::sign {
namespace {

using testing::HasSubstr;

class PackCommand : public SignTool {
 protected:
    Outcome pack(const std::string& file = "firmware.bin") {
        return run("pack --desc UpgradeDesc.json --file " + file + " --out xx_package.zip");
    }
    void expect_refused(const std::string& code, const std::string& file = "firmware.bin") {
        const auto refused = pack(file);
        EXPECT_EQ(refused.status, 1) << code;
        EXPECT_THAT(refused.err, HasSubstr("[" + code + "]"));
        EXPECT_FALSE(std::filesystem::exists(files_ / "xx_package.zip"));
    }
};

TEST_F(PackCommand, MakesTheTwoFoldersOfAPackage) {
    write_parts();
    const auto packed = pack();
    ASSERT_EQ(packed.status, 0) << packed.err;
    EXPECT_THAT(packed.out, HasSubstr("version V1.0"));
    EXPECT_THAT(packed.out, HasSubstr("1 chunks of 500"));
    ASSERT_EQ(std::system(("cd " + files_.path().string() + " && unzip -qq xx_package.zip -d x").c_str()), 0);
    EXPECT_EQ(files_.read(files_ / "x/linux/firmware.bin"), "the vendor's file");
    EXPECT_EQ(files_.read(files_ / "x/DM/linux/UpgradeDesc.json"), files_.read(files_ / "UpgradeDesc.json"));
}

TEST_F(PackCommand, GivesTheSameBytesEachTime) {
    write_parts(std::string(10'000, 'x') + "y");
    ASSERT_EQ(pack().status, 0);
    const auto first = files_.read(files_ / "xx_package.zip");
    ASSERT_EQ(pack().status, 0);  // and replaces what it made before
    EXPECT_EQ(files_.read(files_ / "xx_package.zip"), first);
}

TEST_F(PackCommand, StoresWhatWouldDeflateLikeABomb) {
    write_parts(std::string(1'000'000, '\0'));
    ASSERT_EQ(pack().status, 0);
    EXPECT_GT(std::filesystem::file_size(files_ / "xx_package.zip"), 1'000'000U);
    EXPECT_EQ(run("inspect xx_package.zip").status, 0);
}

TEST_F(PackCommand, ChecksTheDescriptionFirst) {
    write_parts("x", "\"1.0\"", "\"2.0\"");
    expect_refused("description.spec_version.value");
    write_parts("x", "\"V1.0\"", "\"a version far too long\"");
    expect_refused("description.version.length");
    files_.write("UpgradeDesc.json", "{");
    expect_refused("description.json.malformed");
    files_.write("UpgradeDesc.json", std::string(100'000, ' '));
    expect_refused("file.unreadable");
}

TEST_F(PackCommand, ChecksTheFileAgainstTheDescription) {
    write_parts();
    files_.write("other.bin", "content");
    expect_refused("description.file_name.absent", "other.bin");
    expect_refused("file.unreadable", "nothing.bin");
    write_parts("");
    expect_refused("archive.payload_empty");
    write_parts(std::string(65'535 * 32 + 1, 'x'), "\"protocolType\"", "\"deviceShard\":32,\"protocolType\"");
    expect_refused("package.too_many_chunks");
}

TEST_F(PackCommand, CountsNoChunksForMqtt) {
    write_parts("x", "CoAP", "MQTT");
    const auto packed = pack();
    ASSERT_EQ(packed.status, 0);
    EXPECT_THAT(packed.out, testing::Not(HasSubstr("chunks")));
}

TEST_F(PackCommand, LeavesNoHalfPackageBehind) {
    write_parts();
    const auto refused = run("pack --desc UpgradeDesc.json --file firmware.bin --out no/such/folder/x.zip");
    EXPECT_EQ(refused.status, 1);
    EXPECT_EQ(files_.files(), (std::vector<std::string>{"UpgradeDesc.json", "firmware.bin"}));
}

}  // namespace
}  // namespace cellwise::sign
