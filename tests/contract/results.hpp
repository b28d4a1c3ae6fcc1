// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cellwise::contract {

template <class T>
testing::AssertionResult is_ok(const Result<T>& result) {
    if (result) return testing::AssertionSuccess();
    return testing::AssertionFailure() << result.error().code << ": " << result.error().message;
}
template <class T>
testing::AssertionResult is_error(const Result<T>& result, ErrorKind kind, const std::string& code) {
    if (result) return testing::AssertionFailure() << "succeeded";
    if (result.error().kind == kind && result.error().code == code) return testing::AssertionSuccess();
    return testing::AssertionFailure() << result.error().code << ": " << result.error().message;
}
template <class T>
testing::AssertionResult is_conflict(const Result<T>& result, const std::string& code) {
    return is_error(result, ErrorKind::Conflict, code);
}

}  // namespace cellwise::contract
