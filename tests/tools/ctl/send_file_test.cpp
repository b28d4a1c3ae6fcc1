// SPDX-License-Identifier: Apache-2.0
#include "ctl_fixture.hpp"

namespace cellwise::ctl::test {
namespace {

using testing::HasSubstr;

class SendFile : public CtlFixture {
 protected:
    std::string package_ = files_.write("meter_signed.zip", std::string(3'000'000, 'z')).string();
};

TEST_F(SendFile, UploadsAPackageAsItIs) {
    api_.answers("POST /api/v1/packages?name=Meters%202026&appId=a1", {.status = 201, .body = R"({"fileId":"f1"})"});
    const auto outcome = run({"packages", "upload", package_, "--name", "Meters 2026", "--app", "a1"});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "fileId  f1\n");
    EXPECT_EQ(api_.last_body(), std::string(3'000'000, 'z'));
    EXPECT_EQ(api_.seen().back().headers.at("content-type"), "application/zip");
    EXPECT_EQ(api_.seen().back().headers.at("content-length"), "3000000");
}

TEST_F(SendFile, SaysThatABrokenUploadBeginsAnew) {
    api_.answers("POST /api/v1/packages", {.breaks_off = true});
    const auto outcome = run({"packages", "upload", package_});
    EXPECT_EQ(outcome.code, 3);
    EXPECT_THAT(outcome.err, HasSubstr(" of 3.0 MB; nothing was kept, and the next attempt begins anew"));
}

TEST_F(SendFile, NeedsAFile) {
    for (const auto& name : {files_.path().string(), (files_ / "nothing").string()}) {
        const auto outcome = run({"packages", "upload", name});
        EXPECT_EQ(outcome.code, 1);
        EXPECT_THAT(outcome.err, HasSubstr("[file.unreadable]"));
    }
    EXPECT_TRUE(api_.requests().empty());
}

}  // namespace
}  // namespace cellwise::ctl::test
