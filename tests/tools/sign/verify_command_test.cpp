// SPDX-License-Identifier: Apache-2.0
#include "sign_tool.hpp"

#include <gmock/gmock.h>

namespace cellwise::sign {
namespace {

using testing::HasSubstr;

class VerifyCommand : public SignTool {
 protected:
    VerifyCommand() {
        make_key();
        make_package();
        EXPECT_EQ(run("sign --key keys/private.pem xx_package.zip").status, 0);
    }
    void expect_refused(const std::string& arguments, const std::string& code) {
        const auto refused = run("verify " + arguments);
        EXPECT_EQ(refused.status, 1);
        EXPECT_EQ(refused.out, "");
        EXPECT_THAT(refused.err, HasSubstr("[" + code + "]"));
    }
};

TEST_F(VerifyCommand, SaysThatASignatureIsValid) {
    const auto verified = run("verify --key keys/public.pem xx_package_signed.zip");
    EXPECT_EQ(verified.status, 0);
    EXPECT_EQ(verified.out, "signature valid\n");
}

TEST_F(VerifyCommand, SaysWhatIsWrong) {
    make_key("others");
    expect_refused("--key others/public.pem xx_package_signed.zip", "signature.other_key");
    expect_refused("--key keys/public.pem xx_package.zip", "signature.missing");
    auto bytes = files_.read(files_ / "xx_package_signed.zip");
    files_.write("longer.zip", bytes + "x");
    expect_refused("--key keys/public.pem longer.zip", "archive.trailing_bytes");
    bytes[50] = static_cast<char>(bytes[50] ^ 1);
    files_.write("changed.zip", bytes);
    expect_refused("--key keys/public.pem changed.zip", "signature.invalid");
    expect_refused("--key keys/private.pem xx_package_signed.zip", "public_key.malformed");
}

}  // namespace
}  // namespace cellwise::sign
