// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/problem.hpp"

#include <gtest/gtest.h>

namespace cellwise::rest {
namespace {

TEST(Problem, IsExactlyThis) {
    const auto response = problem(invalid("text.invalid", "model", "model must have 1 to 128 characters", "\"x\""));
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(ports::find_header(response.headers, "content-type"), "application/problem+json");
    EXPECT_EQ(
        response.body,
        R"({"type":"about:blank","title":"Bad Request","status":400,)"
        R"("detail":"model must have 1 to 128 characters","code":"text.invalid","field":"model","value":"\"x\""})");
}

TEST(Problem, LeavesOutWhatThereIsNot) {
    EXPECT_EQ(
        problem(conflict("task.running", "stop it first")).body,
        R"({"type":"about:blank","title":"Conflict","status":409,"detail":"stop it first","code":"task.running"})");
}

TEST(Problem, CutsLongValuesBetweenCharacters) {
    const auto body =
        problem(invalid("c", "f", "m", std::string(127, 'a') + "\xC3\xA9" + std::string(9000, 'b'))).body;
    EXPECT_NE(body.find(std::string(127, 'a') + "\"}"), std::string::npos) << body;
}

TEST(Problem, AsksStrangersForAToken) {
    const auto response = problem({.kind = ErrorKind::Unauthenticated, .code = "access.token.unknown"});
    EXPECT_EQ(ports::find_header(response.headers, "WWW-Authenticate"), "Bearer");
}

TEST(StatusOf, FollowsTheKind) {
    const std::pair<ErrorKind, int> expected[] = {
        {ErrorKind::InvalidInput, 400}, {ErrorKind::Unauthenticated, 401}, {ErrorKind::Forbidden, 403},
        {ErrorKind::NotFound, 404},     {ErrorKind::Conflict, 409},        {ErrorKind::TooLarge, 413},
        {ErrorKind::TooMany, 429},      {ErrorKind::Unsupported, 501},     {ErrorKind::Unavailable, 503},
        {ErrorKind::StorageFull, 507},  {ErrorKind::Internal, 500}};
    for (const auto& [kind, status] : expected) EXPECT_EQ(status_of({.kind = kind}), status);
    EXPECT_EQ(status_of(invalid(kMethodNotAllowed, {}, {})), 405);
    EXPECT_EQ(status_of(invalid(kMediaType, {}, {})), 415);
    EXPECT_EQ(status_of(invalid(kOtherRequest, {}, {})), 422);
}

}  // namespace
}  // namespace cellwise::rest
