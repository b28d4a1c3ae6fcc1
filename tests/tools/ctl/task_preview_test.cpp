// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/task_preview.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace cellwise::ctl {
namespace {

std::string shown_preview(const char* json) {
    return preview_text(nlohmann::ordered_json::parse(json), std::nullopt, shell::Colour::Off);
}

TEST(TaskPreview, SaysHowManyWhyNotAndInWhichCells) {
    EXPECT_EQ(shown_preview(R"({"devices":200,"examined":200,"estimate":false,"startable":196,
                        "cannot":{"unknown":{"count":0,"deviceIds":[]},"busy":{"count":3,"deviceIds":["a","b\u001b"]}},
                        "alreadyAtTarget":{"count":1,"deviceIds":["c"]},"versionUnknown":{"count":0,"deviceIds":[]},
                        "cells":[{"cell":"4242","coverageClass":"level0","devices":80,"limit":50,"rounds":2}],
                        "cellCount":3,"cellUnknown":7,"rounds":2})"),
              "200 devices, of which 196 would be upgraded, in 2 rounds of the fullest cell\n"
              "       3  are being upgraded by another task: a, b\\x1b\n"
              "       1  run the version already: c\n"
              "\n"
              "CELL  COVERAGE  DEVICES  AT ONCE  ROUNDS\n"
              "4242  level0         80       50       2\n"
              "… and 2 cells more\n"
              "7 devices have not told their cell yet\n");
}

TEST(TaskPreview, SaysWhenItIsAnEstimate) {
    EXPECT_EQ(
        shown_preview(R"({"devices":90000,"examined":5000,"estimate":true,"startable":88000,"cells":[],"rounds":0})"),
        "90000 devices, of which 88000 would be upgraded, in 0 rounds of the fullest cell\n"
        "an estimate: 5000 of them were looked at\n");
}

}  // namespace
}  // namespace cellwise::ctl
