// SPDX-License-Identifier: Apache-2.0
#include "sign_tool.hpp"

#include <gmock/gmock.h>

namespace cellwise::sign {
namespace {

using testing::HasSubstr;
using testing::Not;

using KeygenCommand = SignTool;

TEST_F(KeygenCommand, WritesAnEncryptedPrivateKeyForItsOwnerAlone) {
    files_.write("passphrase", "abc 123\n");
    const auto made = run("keygen --algorithm ecdsa-p256-sha256 --out new/keys --passphrase-file passphrase");
    ASSERT_EQ(made.status, 0) << made.err;
    EXPECT_THAT(files_.read(files_ / "new/keys/private.pem"), HasSubstr("BEGIN ENCRYPTED PRIVATE KEY"));
    EXPECT_THAT(files_.read(files_ / "new/keys/public.pem"), HasSubstr("BEGIN PUBLIC KEY"));
    using std::filesystem::perms;
    EXPECT_EQ(std::filesystem::status(files_ / "new/keys/private.pem").permissions(),
              perms::owner_read | perms::owner_write);
    // Openssl opens it by the same passphrase and finds the same public key.
    EXPECT_EQ(std::system(("cd " + files_.path().string() +
                           "/new/keys && openssl pkey -in private.pem -passin file:../../passphrase -pubout | "
                           "cmp - public.pem")
                              .c_str()),
              0);
}

TEST_F(KeygenCommand, ReadsThePassphraseFromADescriptor) {
    files_.write("passphrase", "abc 123");
    ASSERT_EQ(run("keygen --algorithm ed25519 --out keys --passphrase-fd 7 7<passphrase").status, 0);
    make_package();
    EXPECT_EQ(run("sign --key keys/private.pem xx_package.zip --passphrase-fd 0", "passphrase").status, 0);
}

TEST_F(KeygenCommand, WritesAnUnencryptedKeyOnlyWhenAsked) {
    const auto made = run("keygen --algorithm ed25519 --out plain --no-passphrase");
    ASSERT_EQ(made.status, 0);
    EXPECT_THAT(files_.read(files_ / "plain/private.pem"), HasSubstr("BEGIN PRIVATE KEY"));
    EXPECT_THAT(made.out, HasSubstr("NOT encrypted"));
}

TEST_F(KeygenCommand, AsksTwiceAtTheTerminalAndShowsNothing) {
    const auto made =
        run_at_terminal({"keygen", "--algorithm", "ed25519", "--out", "keys"}, {"Secret 7\r", "Secret 7\r"});
    ASSERT_EQ(made.status, 0) << made.out;
    EXPECT_THAT(made.out, Not(HasSubstr("Secret")));
    files_.write("passphrase", "Secret 7");
    make_package();
    EXPECT_EQ(run("sign --key keys/private.pem xx_package.zip --passphrase-file passphrase").status, 0);
}

TEST_F(KeygenCommand, TakesNoTwoDifferentPassphrases) {
    const auto made =
        run_at_terminal({"keygen", "--algorithm", "ed25519", "--out", "keys"}, {"Secret 7\r", "Secret 8\r"});
    EXPECT_EQ(made.status, 1);
    EXPECT_THAT(made.out, HasSubstr("passphrase.differs"));
    EXPECT_FALSE(std::filesystem::exists(files_ / "keys/private.pem"));
}

TEST_F(KeygenCommand, CanBeCancelledAtTheTerminal) {
    const auto cancelled = run_at_terminal({"keygen", "--algorithm", "ed25519", "--out", "keys"}, {"Sec\x03"});
    EXPECT_EQ(cancelled.status, 2);
    EXPECT_FALSE(std::filesystem::exists(files_ / "keys/private.pem"));
}

TEST_F(KeygenCommand, HoldsPassphrasesToTheirRules) {
    for (const auto& [passphrase, code] :
         {std::pair("abc12", "passphrase.short"), {"abcdefgh", "passphrase.simple"}}) {
        files_.write("passphrase", passphrase);
        const auto refused = run("keygen --algorithm ed25519 --out keys --passphrase-file passphrase");
        EXPECT_EQ(refused.status, 1);
        EXPECT_THAT(refused.err, HasSubstr(code));
        EXPECT_THAT(refused.err, Not(HasSubstr(passphrase)));
        EXPECT_FALSE(std::filesystem::exists(files_ / "keys/private.pem"));
    }
}

TEST_F(KeygenCommand, NeverOverwritesAKey) {
    make_key();
    const auto before = files_.read(files_ / "keys/private.pem");
    const auto again = run("keygen --algorithm ed25519 --no-passphrase --out keys");
    EXPECT_EQ(again.status, 1);
    EXPECT_THAT(again.err, HasSubstr("file.exists"));
    EXPECT_EQ(files_.read(files_ / "keys/private.pem"), before);
    std::filesystem::remove(files_ / "keys/private.pem");
    EXPECT_EQ(run("keygen --algorithm ed25519 --no-passphrase --out keys").status, 1);  // public.pem is there
    EXPECT_FALSE(std::filesystem::exists(files_ / "keys/private.pem"));
}

}  // namespace
}  // namespace cellwise::sign
