// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/algorithm.hpp"
#include "sign_tool.hpp"

#include <gmock/gmock.h>

namespace cellwise::sign {
namespace {

using testing::HasSubstr;

class EveryAlgorithm : public SignTool, public testing::WithParamInterface<crypto::Algorithm> {};

TEST_P(EveryAlgorithm, GoesFromKeysToAVerifiedPackage) {
    make_key("keys", std::string(to_string(GetParam())));
    make_package();
    const auto with_signature = run("sign --key keys/private.pem xx_package.zip");
    ASSERT_EQ(with_signature.status, 0) << with_signature.err;
    EXPECT_THAT(with_signature.out, HasSubstr("xx_package_signed.zip"));
    EXPECT_EQ(with_signature.err, "");
    const auto verified = run("verify --key keys/public.pem xx_package_signed.zip");
    EXPECT_EQ(verified.status, 0);
    EXPECT_EQ(verified.out, "signature valid\n");
    EXPECT_EQ(verified.err, "");
}

INSTANTIATE_TEST_SUITE_P(CellwiseSign, EveryAlgorithm, testing::ValuesIn(crypto::kAlgorithms), [](const auto& value) {
    std::string name(to_string(value.param));
    std::ranges::replace(name, '-', '_');
    return name;
});

using CellwiseSign = SignTool;

TEST_F(CellwiseSign, LeavesAPackageThatAnyZipToolOpens) {
    make_key();
    make_package();
    ASSERT_EQ(run("sign --key keys/private.pem xx_package.zip").status, 0);
    EXPECT_EQ(std::system(("cd " + files_.path().string() +
                           " && unzip -tqq xx_package_signed.zip && "
                           "python3 -m zipfile -t xx_package_signed.zip >/dev/null")
                              .c_str()),
              0);
}

TEST_F(CellwiseSign, TellsRefusalsFromWrongUsageByItsStatus) {
    EXPECT_EQ(run("--help").status, 0);
    EXPECT_EQ(run("--version").out, "cellwise-sign " CELLWISE_VERSION "\n");
    EXPECT_EQ(run("").status, 2);
    EXPECT_EQ(run("frobnicate").status, 2);
    EXPECT_EQ(run("verify --key public.pem").status, 2);
    EXPECT_EQ(run("verify --key nothing.pem nothing.zip").status, 1);
}

TEST_F(CellwiseSign, EndsEveryRefusalWithItsCode) {
    const auto refused = run("verify --key nothing.pem nothing.zip");
    EXPECT_THAT(refused.err, testing::EndsWith("[file.unreadable]\n"));
    EXPECT_EQ(refused.out, "");
}

}  // namespace
}  // namespace cellwise::sign
