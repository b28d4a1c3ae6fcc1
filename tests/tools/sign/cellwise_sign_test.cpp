// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/algorithm.hpp"
#include "sign_tool.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <algorithm>

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

TEST_F(CellwiseSign, SpeaksJsonToPrograms) {
    make_key();
    write_parts();
    const auto json_of = [this](const std::string& arguments, int status) {
        const auto outcome = run("--json " + arguments);
        EXPECT_EQ(outcome.status, status) << outcome.err;
        EXPECT_EQ(outcome.err, "");
        EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 1);
        return nlohmann::json::parse(outcome.out);
    };
    const auto packed = json_of("pack --desc UpgradeDesc.json --file firmware.bin --out x.zip", 0);
    EXPECT_EQ(packed.at("ok"), true);
    EXPECT_EQ(packed.at("size"), 17);
    EXPECT_EQ(packed.at("chunks"), 1);
    const auto with_signature = json_of("sign --key keys/private.pem x.zip", 0);
    EXPECT_EQ(with_signature.at("package"), "x_signed.zip");
    EXPECT_EQ(with_signature.at("warnings"), nlohmann::json::array());
    const auto verified = json_of("verify --key keys/public.pem x_signed.zip", 0);
    EXPECT_EQ(verified.at("fingerprint"), with_signature.at("fingerprint"));
    const auto seen = json_of("inspect x_signed.zip", 0);
    EXPECT_EQ(seen.at("keyFingerprint"), with_signature.at("fingerprint"));
    EXPECT_EQ(seen.at("payload"), "firmware.bin");
    EXPECT_EQ(seen.at("payloadSize"), 17);
    const auto refused = json_of("verify --key keys/public.pem x.zip", 1);
    EXPECT_EQ(refused.at("ok"), false);
    EXPECT_EQ(refused.at("error").at("code"), "signature.missing");
    const auto keys = json_of("keygen --algorithm ed25519 --out more --no-passphrase", 0);
    EXPECT_EQ(keys.at("encrypted"), false);
    EXPECT_EQ(keys.at("fingerprint").get<std::string>().size(), 64U);
}

TEST_F(CellwiseSign, WarnsInJsonOfWhatThePlatformWillRefuse) {
    make_key();
    const std::string end = std::string("PK\x05\x06", 4) + std::string(18, '\0');
    files_.write("empty.zip", end);
    const auto outcome = run("sign --json --key keys/private.pem empty.zip");
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(nlohmann::json::parse(outcome.out).at("warnings").at(0).at("code"), "archive.description_missing");
}

TEST_F(CellwiseSign, EndsEveryRefusalWithItsCode) {
    const auto refused = run("verify --key nothing.pem nothing.zip");
    EXPECT_THAT(refused.err, testing::EndsWith("[file.unreadable]\n"));
    EXPECT_EQ(refused.out, "");
}

}  // namespace
}  // namespace cellwise::sign
