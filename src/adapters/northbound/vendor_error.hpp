// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/ports/http.hpp"

#include <string_view>

namespace cellwise::northbound {

/// An answer that application servers know: they match on the code.
struct VendorError {
    int status = 400;
    std::string_view code{};
    std::string_view text{};
};

// The vendor's, as published.
inline constexpr VendorError kVerifyCode{400, "100003", "Invalid verify code."};
inline constexpr VendorError kListInput{400, "100022", "The input is invalid."};
inline constexpr VendorError kBadMessage{400, "100007", "Bad request message."};
inline constexpr VendorError kNoSuchApplication{403, "100203", "The application is not existed."};
inline constexpr VendorError kLoginRefused{401, "100208", "AppId or secret is not right."};
inline constexpr VendorError kCallbackUrl{400, "100222", "The request callbackurl is illegal."};
inline constexpr VendorError kTooManyCommands{
    400, "100223", "The number of pending commands reached upper limit."};          // the text is ours
inline constexpr VendorError kFrozen{400, "100247", "The application is frozen."};  // the text is ours
inline constexpr VendorError kNoSuchSubscription{404, "100225", "The resource is not found."};
inline constexpr VendorError kSameSubscription{409, "100227", "The resource is conflicted."};
inline constexpr VendorError kApplicationInput{400, "100228", "The application input is invalid."};
inline constexpr VendorError kNoSuchDevice{404, "100403", "The device is not existed."};
inline constexpr VendorError kDeviceOnline{400, "100416", "The device has already been binded."};
inline constexpr VendorError kNodeIdTaken{400, "100426", "The nodeId is duplicated."};
// Three come with HTTP 200: clients look for error_code first.
inline constexpr VendorError kGroupFull{200, "100601", "The number of device in the group has reach the max."};
inline constexpr VendorError kGroupNameTaken{200, "100602", "The device group name has been used."};
inline constexpr VendorError kNoSuchDeviceGroup{200, "100603", "The device group is not existed."};
inline constexpr VendorError kTooManyMembers{400, "100609", "Too much devices to add."};
inline constexpr VendorError kParameterMissing{400, "102202", "Required Parameter is null or empty."};
inline constexpr VendorError kBadRequest{400, "120015", "Bad request error."};
inline constexpr VendorError kNoPackageOrDevice{404, "123002", "Device or package file not found."};
inline constexpr VendorError kNoSuchTask{404, "123009", "The requested task does not exist."};
inline constexpr VendorError kNotMatching{400, "123016",
                                          "The parameter is error, targetversion not match with device."};
inline constexpr VendorError kNoManufacturerName{400, "123019", "manufacturerName is null."};
inline constexpr VendorError kNoDeviceType{400, "123020", "deviceType is null"};
inline constexpr VendorError kNoModel{400, "123021", "model is null"};
inline constexpr VendorError kNoTargets{400, "123022", "deviceGroups and devices cannot be null together"};
inline constexpr VendorError kBothTargets{400, "123023", "deviceGroups and devices cannot be exist together"};
inline constexpr VendorError kTooManyTargets{400, "123024",
                                             "The number of deviceGroups or devices reached upper limit"};
inline constexpr VendorError kExecuteType{400, "123025", "executeType is error or can not to be null."};
inline constexpr VendorError kTimes{400, "123026", "startTime or endTime is null or error."};
inline constexpr VendorError kNoSuchGroup{400, "123027", "some device groups do not exist"};  // the text is ours
inline constexpr VendorError kRetryTimes{400, "123028", "retryTimes is null or beyond the limit."};
inline constexpr VendorError kPage{400, "123029", "pageNo or pageSize beyond the limit."};
inline constexpr VendorError kStartAfterEnd{400, "123032", "startTime can not be later than the endTime."};
inline constexpr VendorError kStartInThePast{400, "123033", "startTime can not be earlier than the now."};
inline constexpr VendorError kWindowShort{400, "123034", "endtime must be greater than 5 minutes."};
inline constexpr VendorError kFault{500, "50252", "Internal server error."};
inline constexpr VendorError kInput{400, "50400", "The input is invalid."};
inline constexpr VendorError kNoSuchProduct{403, "600002", "The product not existed."};
inline constexpr VendorError kToken{403, "1010005", "Invalid access token or appId."};
inline constexpr VendorError kThrottled{403, "1010009", "app throttle exceed."};

// Ours, for what the vendor's API never had to say.
inline constexpr VendorError kPackageInUse{409, "190001", "The package is used by an unfinished task."};
inline constexpr VendorError kDeviceUpgrading{409, "190002", "An upgrade of the device is under way."};
inline constexpr VendorError kNotOffered{501, "190003", "This is not offered."};
inline constexpr VendorError kNoSuchPath{404, "190004", "There is nothing at this path."};
inline constexpr VendorError kMethod{405, "190005", "The method is not allowed here."};
inline constexpr VendorError kTooLarge{413, "190006", "The request is too large."};
inline constexpr VendorError kBusy{409, "190007", "The task is being changed just now: try again."};
inline constexpr VendorError kNotYours{403, "190009", "The package is not the application's to delete."};
inline constexpr VendorError kGroupByFilter{409, "190010", "A filter says who is in the group."};
inline constexpr VendorError kNoSuchCommand{404, "190020", "The command does not exist."};
inline constexpr VendorError kCommandNotPending{409, "190021", "Only a pending command can be canceled."};
inline constexpr VendorError kUnavailable{503, "190008", "The service is unavailable just now."};

/// {"error_code":"…","error_desc":"…"}: the code is a JSON string. `detail` is put behind the text.
ports::HttpResponse refusal(const VendorError& error, std::string_view detail = {});
/// The answer to an error of ours; what has no code of the vendor's is told as `otherwise` when the caller is wrong.
ports::HttpResponse refusal(const Error& error, const VendorError& otherwise);

}  // namespace cellwise::northbound
