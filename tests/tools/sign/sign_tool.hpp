// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/fakes/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cellwise::sign {

/// Drives the built cellwise-sign in a directory of its own.
class SignTool : public testing::Test {
 protected:
    struct Outcome {
        int status = -1;
        std::string out{};
        std::string err{};
    };
    /// `arguments` as a shell reads them.
    Outcome run(const std::string& arguments, const std::string& input = "/dev/null");
    /// The same at a terminal, where `answers` are typed, each after a prompt. `out` is all that the terminal shows.
    Outcome run_at_terminal(const std::vector<std::string>& arguments, const std::vector<std::string>& answers);

    void make_key(const std::string& folder = "keys", const std::string& algorithm = "ed25519");
    /// UpgradeDesc.json and firmware.bin, and what `sed` makes of the former.
    void write_parts(const std::string& payload = "the vendor's file", const std::string& from = "",
                     const std::string& to = "");
    void make_package(const std::string& name = "xx_package.zip");

    fakes::TemporaryDirectory files_;
};

}  // namespace cellwise::sign
