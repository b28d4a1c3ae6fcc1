// SPDX-License-Identifier: Apache-2.0
#include "ctl_fixture.hpp"

#include <nlohmann/json.hpp>

namespace cellwise::ctl::test {
namespace {

const std::string kFirst = "00000000-0000-4000-8000-000000000001";
const std::string kSecond = "00000000-0000-4000-8000-000000000002";

class TaskBody : public CtlFixture {
 protected:
    /// What `tasks create` with these options sends.
    nlohmann::json body_of(std::vector<std::string> options) {
        api_.answers("POST /api/v1/tasks", {.status = 201, .body = "{}"});
        std::vector<std::string> words{"tasks", "create", "--name", "n", "--package", "f"};
        words.insert(words.end(), options.begin(), options.end());
        const auto outcome = run(words);
        EXPECT_EQ(outcome.code, 0) << outcome.err;
        return nlohmann::json::parse(api_.last_body(), nullptr, false);
    }
};

TEST_F(TaskBody, NamesDevicesOneByOneOrFromAFile) {
    const auto file = files_.write("devices", kFirst + "\n\n  " + kSecond + "\r\n").string();
    const nlohmann::json both{kFirst, kSecond};
    EXPECT_EQ(body_of({"--device", kFirst, "--device", kSecond})["targets"]["devices"], both);
    EXPECT_EQ(body_of({"--devices-from", file})["targets"]["devices"], both);
}

TEST_F(TaskBody, NamesGroupsByTheirNames) {
    EXPECT_EQ(body_of({"--group", "east", "--group", "beyond the river"})["targets"],
              nlohmann::json::parse(R"({"groups":["east","beyond the river"]})"));
}

TEST_F(TaskBody, SaysThePolicyOnlyWhereSomethingIsSaidOfIt) {
    EXPECT_FALSE(body_of({"--all-devices"}).contains("policy"));
    EXPECT_EQ(body_of({"--all-devices", "--start", "2030-01-01T00:00:00Z", "--end", "2030-01-02T00:00:00Z",
                       "--retry-times", "2", "--retry-interval", "600", "--confirm"})["policy"],
              nlohmann::json::parse(R"({"executeType":"custom","startTime":"2030-01-01T00:00:00Z",
                  "endTime":"2030-01-02T00:00:00Z","retryTimes":2,"retryInterval":600,"appConfirm":true})"));
}

TEST_F(TaskBody, WantsTheDevicesNamedInExactlyOneWay) {
    EXPECT_EQ(run({"tasks", "create", "--name", "n", "--package", "f"}).code, 2);
    EXPECT_EQ(run({"tasks", "create", "--name", "n", "--package", "f", "--all-devices", "--group", "east"}).code, 2);
    EXPECT_EQ(run({"tasks", "create", "--package", "f", "--all-devices"}).code, 2);
    EXPECT_TRUE(api_.requests().empty());
}

TEST_F(TaskBody, NeedsTheFileOfDevices) {
    EXPECT_EQ(run({"tasks", "create", "--name", "n", "--package", "f", "--devices-from", "/nowhere"}).code, 1);
}

}  // namespace
}  // namespace cellwise::ctl::test
