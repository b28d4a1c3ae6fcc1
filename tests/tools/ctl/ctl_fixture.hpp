// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "stub_api.hpp"
#include "tests/fakes/temporary_directory.hpp"
#include "tools/ctl/run_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cellwise::ctl::test {

/// cellwisectl in this process, against an API that was learned by heart. Time passes only while it waits.
class CtlFixture : public testing::Test {
 protected:
    struct Outcome {
        int code = -1;
        std::string out{};
        std::string err{};
    };
    /// What the program does with these words. The server is the stub, unless they say another.
    Outcome run(std::vector<std::string> words);

    StubApi api_{};
    fakes::TemporaryDirectory files_{};
    std::map<std::string, std::string> environment_{{"HOME", files_.path().string()}};
    std::optional<std::size_t> width_{};  ///< of a terminal
    std::size_t height_ = 24;
    int waits_ = 1'000;  ///< so often; then somebody asks to end
    Duration now_{0};
};

}  // namespace cellwise::ctl::test
