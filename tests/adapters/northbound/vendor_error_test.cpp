// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/vendor_error.hpp"

#include <gtest/gtest.h>

namespace cellwise::northbound {
namespace {

TEST(Refusal, HasItsCodeAsAString) {
    const auto response = refusal(kLoginRefused);
    EXPECT_EQ(response.status, 401);
    EXPECT_EQ(response.body, R"({"error_code":"100208","error_desc":"AppId or secret is not right."})");
    EXPECT_EQ(ports::find_header(response.headers, "Content-Type"), "application/json");
}

TEST(Refusal, PutsTheDetailBehindTheText) {
    EXPECT_EQ(refusal(kBadRequest, "fileId is required").body,
              R"({"error_code":"120015","error_desc":"Bad request error. fileId is required"})");
}

struct TranslatedError {
    Error error;
    int status;
    std::string_view code;
};

TEST(Refusal, TranslatesOurErrors) {
    const TranslatedError cases[] = {
        {not_found("task.package.not_found", "m"), 404, "123002"},
        {not_found("task.device.not_found", "m"), 404, "123002"},
        {not_found("task.group.not_found", "m"), 400, "123027"},
        {not_found("task.not_found", "m"), 404, "123009"},
        {invalid("task.device.mismatch", "f", "m"), 400, "123016"},
        {invalid("task.policy.times_missing", "f", "m"), 400, "123026"},
        {invalid("task.policy.start_past", "f", "m"), 400, "123033"},
        {invalid("task.policy.end_before_start", "f", "m"), 400, "123032"},
        {invalid("task.policy.window_short", "f", "m"), 400, "123034"},
        {not_found("device.not_found", "m"), 404, "100403"},
        {conflict("device.node_id.duplicate", "m"), 400, "100426"},
        {invalid("device.product.unknown", "f", "m"), 403, "600002"},
        {conflict("package.in_use", "m"), 409, "190001"},
        {{.kind = ErrorKind::Forbidden, .code = "package.not_yours"}, 403, "190009"},
        {{.kind = ErrorKind::TooMany, .code = "access.throttled"}, 403, "1010009"},
        {conflict("device.online", "m"), 400, "100416"},
        {invalid("device.verify_code.invalid", "f", "m"), 400, "100003"},
        {conflict("group.filter.members", "m"), 409, "190010"},
        {conflict("group.full", "m"), 200, "100601"},
        {conflict("group.duplicate", "m"), 200, "100602"},
        {not_found("group.not_found", "m"), 200, "100603"},
        {invalid("group.device.unknown", "f", "m"), 404, "100403"},
        {{.kind = ErrorKind::Unauthenticated, .code = "access.token.expired"}, 403, "1010005"},
        {{.kind = ErrorKind::TooLarge, .code = "http.body.too_large"}, 413, "190006"},
        {{.kind = ErrorKind::Unavailable, .code = "storage.unavailable"}, 503, "190008"},
        {invalid("text.invalid", "name", "m"), 400, "50400"},
    };
    for (const auto& [error, status, code] : cases) {
        const auto response = refusal(error, kInput);
        EXPECT_EQ(response.status, status) << error.code;
        EXPECT_NE(response.body.find("\"" + std::string(code) + "\""), std::string::npos) << response.body;
    }
}

TEST(Refusal, KeepsFaultsOfOursToItself) {
    const auto response = refusal(internal_error("storage.corrupt", "row 7 of table devices"), kInput);
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(response.body, R"({"error_code":"50252","error_desc":"Internal server error."})");
}

}  // namespace
}  // namespace cellwise::northbound
