// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace cellwise::ctl::test {

inline constexpr const char* kDevice = "00000000-0000-4000-8000-000000000001";
inline constexpr const char* kList = R"({"items":[],"nextCursor":null})";

/// A command and the one call that it makes.
struct Row {
    std::vector<std::string> words;
    std::string request;
    std::string body{};  ///< JSON; empty: none
    int status = 200;
    std::string answer = R"({"name":"x"})";
};

/// Every command whose body is JSON or none, each in every form that makes another call.
const std::vector<Row>& rows();

}  // namespace cellwise::ctl::test
