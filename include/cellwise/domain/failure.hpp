// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/domain/pcp.hpp"

#include <string_view>

/// The words that a failed sub-operation carries as detailInfo. Application servers match on the vendor's, so they
/// stay letter for letter; those without a vendor text are ours, in the same manner.
namespace cellwise::domain::failure {

// The vendor's.
inline constexpr std::string_view kNotOnline = "Device Abnormal is not online";
inline constexpr std::string_view kTaskConflict = "Task Conflict";
inline constexpr std::string_view kWaitOnline = "Waiting for the device online timeout";
inline constexpr std::string_view kQueryVersion = "Waiting for report device firmware version timeout";
inline constexpr std::string_view kCellId = "Waiting for report cellId timeout";
inline constexpr std::string_view kStartDownload = "Waiting for device start download package timeout";
inline constexpr std::string_view kDownload = "Waiting for device downloaded package timeout";
inline constexpr std::string_view kStartUpdate = "Waiting for device start to update timeout";
inline constexpr std::string_view kUpdateResult = "Wait for the device to report upgrade result timeout";
inline constexpr std::string_view kVerifyVersion = "Updating timeout and query device version for check timeout";
inline constexpr std::string_view kNoSpace = "Not enough storage for the new firmware package";
inline constexpr std::string_view kOutOfMemory = "Out of memory during downloading process";
inline constexpr std::string_view kConnectionLost = "Connection lost during downloading process";
inline constexpr std::string_view kIntegrity = "Integrity check failure for new downloaded package";
inline constexpr std::string_view kPackageType = "Unsupported package type";
inline constexpr std::string_view kInstallFailed = "Firmware update failed";
inline constexpr std::string_view kSameVersion = "The current version is the same as the target version";

// Ours.
inline constexpr std::string_view kInUse = "The device is in use";
inline constexpr std::string_view kWeakSignal = "The signal of the device is too weak";
inline constexpr std::string_view kAlreadyLatest = "The device says that it has the latest version";
inline constexpr std::string_view kLowBattery = "The battery of the device is low";
inline constexpr std::string_view kInternal = "The device reported an internal error";
inline constexpr std::string_view kUnsupported = "The product model does not support software upgrade";
inline constexpr std::string_view kMismatch = "The device is not of the package's product model";
inline constexpr std::string_view kConfirmation = "Waiting for confirmation timeout";
inline constexpr std::string_view kEndTime = "The end time of the task is over";
inline constexpr std::string_view kSourceVersion = "The package does not support the current version as its source";
inline constexpr std::string_view kOtherVersion = "The device reports success but runs another version";

/// The text of a result byte; codes in no table get none.
std::string_view text_of(pcp::ResultCode result);

}  // namespace cellwise::domain::failure
