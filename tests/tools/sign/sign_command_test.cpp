// SPDX-License-Identifier: Apache-2.0
#include "sign_tool.hpp"
#include "tests/adapters/archive/zip_builder.hpp"

#include <gmock/gmock.h>

namespace cellwise::sign {
namespace {

using testing::HasSubstr;

class SignCommand : public SignTool {
 protected:
    SignCommand() {
        make_key();
        make_package();
    }
};

TEST_F(SignCommand, PutsSignedBehindTheName) {
    ASSERT_EQ(run("sign --key keys/private.pem xx_package.zip").status, 0);
    EXPECT_TRUE(std::filesystem::exists(files_ / "xx_package_signed.zip"));
    ASSERT_EQ(run("sign --key keys/private.pem xx_package.zip --out elsewhere").status, 0);
    EXPECT_TRUE(std::filesystem::exists(files_ / "elsewhere"));
    files_.write("package", files_.read(files_ / "xx_package.zip"));
    EXPECT_EQ(run("sign --key keys/private.pem package").status, 2);
}

TEST_F(SignCommand, LeavesTheUnsignedPackageAsItIs) {
    const auto before = files_.read(files_ / "xx_package.zip");
    ASSERT_EQ(run("sign --key keys/private.pem xx_package.zip").status, 0);
    EXPECT_EQ(files_.read(files_ / "xx_package.zip"), before);
}

TEST_F(SignCommand, SignsNoPackageTwice) {
    ASSERT_EQ(run("sign --key keys/private.pem xx_package.zip").status, 0);
    const auto again = run("sign --key keys/private.pem xx_package_signed.zip");
    EXPECT_EQ(again.status, 1);
    EXPECT_THAT(again.err, HasSubstr("[signature.present]"));
    EXPECT_FALSE(std::filesystem::exists(files_ / "xx_package_signed_signed.zip"));
}

TEST_F(SignCommand, NeedsThePassphraseOfAnEncryptedKey) {
    files_.write("right", "Secret 7\n");
    files_.write("wrong", "Secret 8\n");
    ASSERT_EQ(run("keygen --algorithm ed25519 --out locked --passphrase-file right").status, 0);
    const auto wrong = run("sign --key locked/private.pem xx_package.zip --passphrase-file wrong");
    EXPECT_EQ(wrong.status, 1);
    EXPECT_THAT(wrong.err, HasSubstr("[private_key.passphrase.wrong]"));
    EXPECT_FALSE(std::filesystem::exists(files_ / "xx_package_signed.zip"));
    EXPECT_EQ(run("sign --key locked/private.pem xx_package.zip --passphrase-file right").status, 0);
    const auto typed = run_at_terminal({"sign", "--key", "locked/private.pem", "xx_package.zip"}, {"Secret 7\r"});
    EXPECT_EQ(typed.status, 0) << typed.out;
    EXPECT_THAT(typed.out, testing::Not(HasSubstr("Secret")));
}

TEST_F(SignCommand, WarnsOfWhatThePlatformWillRefuse) {
    auto zip = test::a_package();
    zip.entries.push_back({.name = "README"});
    files_.write("odd.zip", test::build(zip));
    const auto odd = run("sign --key keys/private.pem odd.zip");
    EXPECT_EQ(odd.status, 0);
    EXPECT_THAT(odd.err, HasSubstr("[archive.layout]"));
    EXPECT_EQ(run("verify --key keys/public.pem odd_signed.zip").out, "signature valid\n");

    zip = test::a_package();
    zip.entries[0].data = "{}";
    files_.write("odd.zip", test::build(zip));
    EXPECT_THAT(run("sign --key keys/private.pem odd.zip").err, HasSubstr("[description.spec_version.missing]"));
    zip.entries[0].data = test::a_description("other.bin");
    files_.write("odd.zip", test::build(zip));
    EXPECT_THAT(run("sign --key keys/private.pem odd.zip").err, HasSubstr("[description.file_name.absent]"));
}

TEST_F(SignCommand, RefusesWhatIsNoArchiveOrNoKey) {
    files_.write("text.zip", "just text");
    EXPECT_THAT(run("sign --key keys/private.pem text.zip").err, HasSubstr("[archive.not_zip]"));
    EXPECT_THAT(run("sign --key keys/public.pem xx_package.zip").err, HasSubstr("[private_key.malformed]"));
    EXPECT_THAT(run("sign --key keys/private.pem nothing.zip").err, HasSubstr("[file.unreadable]"));
    EXPECT_THAT(run("sign --key keys xx_package.zip").err, HasSubstr("[file.unreadable]"));
}

}  // namespace
}  // namespace cellwise::sign
