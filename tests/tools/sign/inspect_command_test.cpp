// SPDX-License-Identifier: Apache-2.0
#include "sign_tool.hpp"
#include "tests/adapters/archive/zip_builder.hpp"

#include <gmock/gmock.h>

namespace cellwise::sign {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

using InspectCommand = SignTool;

TEST_F(InspectCommand, ShowsWhatAPackageSaysOfItself) {
    make_key();
    write_parts("the vendor's file", "\"protocolType\"",
                "\"versionCheckCode\":\"1234\",\"vendorNote\":{\"a\":1},\"protocolType\"");
    ASSERT_EQ(run("pack --desc UpgradeDesc.json --file firmware.bin --out xx_package.zip").status, 0);
    ASSERT_EQ(run("sign --key keys/private.pem xx_package.zip").status, 0);
    const auto shown = run("inspect xx_package_signed.zip");
    ASSERT_EQ(shown.status, 0) << shown.err;
    for (const auto* line : {"version: +V1\\.0", "manufacturerName: +Acme", "protocolType: +CoAP",
                             "signature: +ed25519 \\(not verified\\)", "signed by key: +[0-9a-f]+",
                             "payload: +firmware\\.bin", "payload size: +17 bytes", "chunks: +1 of 500 bytes",
                             "package check code: +1234", "vendorNote: +.\"a\":1."}) {
        EXPECT_THAT(shown.out, testing::ContainsRegex(line));
    }
}

TEST_F(InspectCommand, ShowsAnUnsignedPackageToo) {
    make_package();
    const auto shown = run("inspect xx_package.zip");
    EXPECT_EQ(shown.status, 0);
    EXPECT_THAT(shown.out, testing::ContainsRegex("signature: +none"));
}

TEST_F(InspectCommand, SaysWhatIsBroken) {
    files_.write("text.zip", "just text");
    const auto text = run("inspect text.zip");
    EXPECT_EQ(text.status, 1);
    EXPECT_THAT(text.err, HasSubstr("[archive.not_zip]"));
    auto zip = test::a_package();
    zip.entries[1].name = "linux/other.bin";
    files_.write("odd.zip", test::build(zip));
    const auto odd = run("inspect odd.zip");
    EXPECT_EQ(odd.status, 1);
    EXPECT_THAT(odd.err, HasSubstr("[description.file_name.absent]"));
    EXPECT_THAT(odd.out, HasSubstr("other.bin"));
}

TEST_F(InspectCommand, KeepsHostileTextFromTheTerminal) {
    auto zip = test::a_package();
    auto& json = zip.entries[0].data;
    json.replace(json.find("WM-1"), 4, "\\u001b[2J");
    files_.write("odd.zip", test::build(zip));
    const auto shown = run("inspect odd.zip");
    EXPECT_THAT(shown.out, HasSubstr("\\x1b[2J"));
    EXPECT_EQ(shown.out.find('\x1B'), std::string::npos);
}

}  // namespace
}  // namespace cellwise::sign
