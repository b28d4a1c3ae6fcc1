// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/failure.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace cellwise::domain::failure {
namespace {

using pcp::ResultCode;

constexpr std::array kFailures{ResultCode::InUse,
                               ResultCode::WeakSignal,
                               ResultCode::AlreadyLatest,
                               ResultCode::LowBattery,
                               ResultCode::NoSpace,
                               ResultCode::DownloadTimeout,
                               ResultCode::PackageCheckFailed,
                               ResultCode::PackageTypeUnsupported,
                               ResultCode::OutOfMemory,
                               ResultCode::InstallFailed,
                               ResultCode::InternalError};

// Application servers match on these, so they are written out.
TEST(FailureText, IsTheVendorsWhereThereIsOne) {
    EXPECT_EQ(text_of(ResultCode::NoSpace), "Not enough storage for the new firmware package");
    EXPECT_EQ(text_of(ResultCode::DownloadTimeout), "Connection lost during downloading process");
    EXPECT_EQ(text_of(ResultCode::PackageCheckFailed), "Integrity check failure for new downloaded package");
    EXPECT_EQ(text_of(ResultCode::PackageTypeUnsupported), "Unsupported package type");
    EXPECT_EQ(text_of(ResultCode::OutOfMemory), "Out of memory during downloading process");
    EXPECT_EQ(text_of(ResultCode::InstallFailed), "Firmware update failed");
}

TEST(FailureText, IsAnotherForEveryResult) {
    std::set<std::string_view> texts;
    for (const auto result : kFailures) texts.insert(text_of(result));
    EXPECT_EQ(texts.size(), kFailures.size());
    EXPECT_FALSE(texts.contains(""));
}

TEST(FailureText, IsEmptyForEveryByteThatNoDeviceFailsWith) {
    const std::set<ResultCode> failures(kFailures.begin(), kFailures.end());
    for (unsigned byte = 0; byte < 256; ++byte) {
        const auto result = static_cast<ResultCode>(byte);
        EXPECT_EQ(text_of(result).empty(), !failures.contains(result)) << byte;
    }
}

}  // namespace
}  // namespace cellwise::domain::failure
