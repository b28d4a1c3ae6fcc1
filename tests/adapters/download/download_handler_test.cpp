// SPDX-License-Identifier: Apache-2.0
#include "adapters/download/download_handler.hpp"

#include "tests/adapters/download/recorded_transfers.hpp"
#include "tests/fakes/inline_executor.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/null_metrics.hpp"

#include <gmock/gmock.h>

#include <optional>
#include <string>

namespace cellwise::download {
namespace {

using ports::HttpMethod;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Lets everybody in, unless it is told what to say.
struct ScriptedGate final : ports::DownloadGate {
    Result<ports::Download> open(const ports::DownloadRequest& request) override {
        asked = std::string(request.app) + " " + std::string(request.device) + " " + std::string(request.package) +
                " " + std::string(request.token);
        if (refuses) return *refuses;
        return download;
    }
    std::optional<Error> refuses{};
    std::string asked{};
    ports::Download download{.payload = std::make_shared<testing::MemoryPayload>(Bytes(1000, 7)),
                             .file_name = "wm 2.bin",
                             .sha256 = std::string(64, 'a')};
};

class DownloadHandlerTest : public ::testing::Test {
 protected:
    static constexpr auto kPath = "/iodm/dev/v2.0/upgradefile/applications/A/devices/D/packages/P";

    ports::HttpResponse ask(ports::HttpHeaders headers = {}, HttpMethod method = HttpMethod::Get,
                            std::string path = kPath) {
        headers.emplace_back("Authorization", "Bearer secret-token");
        std::optional<ports::HttpResponse> answer;
        handler_.handle({.method = method, .path = std::move(path), .headers = std::move(headers)}, nullptr,
                        [&answer](ports::HttpResponse response) { answer = std::move(response); });
        return answer.value();
    }
    static std::string field(const ports::HttpResponse& response, std::string_view name) {
        return std::string(ports::find_header(response.headers, name).value_or("(none)"));
    }

    ScriptedGate gate_;
    fakes::InlineExecutor loop_;
    testing::RecordedTransfers events_;
    fakes::ManualClock clock_;
    fakes::NullMetrics metrics_;
    DownloadHandler handler_{{gate_, {loop_, events_, clock_}, metrics_},
                             {.at_once = 2, .requests_a_minute = 10, .copies_a_day = 4}};
};

TEST_F(DownloadHandlerTest, GivesTheWholeFileUnderItsName) {
    const auto response = ask();
    EXPECT_EQ(gate_.asked, "A D P secret-token");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.bytes->bytes().size(), 1000U);
    EXPECT_EQ(field(response, "Content-Disposition"), "attachment;filename=wm_2.bin");
    EXPECT_EQ(field(response, "Content-Type"), "application/octet-stream");
    EXPECT_EQ(field(response, "ETag"), "\"" + std::string(64, 'a') + "\"");
    EXPECT_EQ(field(response, "Accept-Ranges"), "bytes");
}

TEST_F(DownloadHandlerTest, GivesNothingBeforeItIsDurableThatTheTransferBegan) {
    events_.notes_at_once = false;
    std::optional<ports::HttpResponse> answer;
    handler_.handle({.method = HttpMethod::Get, .path = kPath, .headers = {{"Authorization", "Bearer secret-token"}}},
                    nullptr, [&answer](ports::HttpResponse response) { answer = std::move(response); });
    EXPECT_FALSE(answer);
    ASSERT_EQ(events_.waiting.size(), 1U);
    events_.waiting.front()();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->bytes->bytes().size(), 1000U);
}

TEST_F(DownloadHandlerTest, GivesAPart) {
    const auto response = ask({{"Range", "bytes=100-299"}});
    EXPECT_EQ(response.status, 206);
    EXPECT_EQ(response.bytes->bytes().size(), 200U);
    EXPECT_EQ(response.bytes->bytes().data(), gate_.download.payload->bytes().data() + 100) << "uncopied";
    EXPECT_EQ(field(response, "Content-Range"), "bytes 100-299/1000");
}

TEST_F(DownloadHandlerTest, CountsAsTheProductDoes) {
    gate_.download.ranges_from_one = true;
    const auto response = ask({{"Range", "bytes=1-200"}});
    EXPECT_EQ(response.bytes->bytes().data(), gate_.download.payload->bytes().data());
    EXPECT_EQ(field(response, "Content-Range"), "bytes 1-200/1000");
}

TEST_F(DownloadHandlerTest, RefusesARangeBeyondTheFile) {
    const auto response = ask({{"Range", "bytes=1000-"}});
    EXPECT_EQ(response.status, 416);
    EXPECT_EQ(response.error_code, "download.range");
    EXPECT_EQ(field(response, "Content-Range"), "bytes */1000");
    EXPECT_TRUE(events_.words().empty());
}

TEST_F(DownloadHandlerTest, GivesThePartOfAFileThatIsStillTheSameOnly) {
    const auto with = [this](const std::string& etag) {
        return ask({{"Range", "bytes=1-2"}, {"If-Range", etag}}).status;
    };
    EXPECT_EQ(with("\"" + std::string(64, 'a') + "\""), 206);
    EXPECT_EQ(with("\"" + std::string(64, 'b') + "\""), 200);
    EXPECT_EQ(with("W/\"" + std::string(64, 'a') + "\""), 200);
    EXPECT_EQ(with("Sun, 06 Nov 1994 08:49:37 GMT"), 200);
}

TEST_F(DownloadHandlerTest, TellsTheWholeLengthToAHeadAndTakesItForNoTransfer) {
    const auto response = ask({{"Range", "bytes=1-2"}}, HttpMethod::Head);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.bytes->bytes().size(), 1000U);
    EXPECT_TRUE(events_.words().empty());
}

TEST_F(DownloadHandlerTest, AnswersEachRefusalByItsStatus) {
    const auto status = [this](ErrorKind kind, const char* code) {
        gate_.refuses = Error{kind, code, "no"};
        return ask();
    };
    const auto unknown = status(ErrorKind::Unauthenticated, "download.token");
    EXPECT_EQ(unknown.status, 401);
    EXPECT_EQ(field(unknown, "WWW-Authenticate"), "Bearer");
    EXPECT_EQ(status(ErrorKind::Forbidden, "download.other").status, 403);
    EXPECT_EQ(status(ErrorKind::Conflict, "download.stopped").status, 410);
    EXPECT_EQ(status(ErrorKind::NotFound, "download.file").status, 404);
    const auto ours = status(ErrorKind::Internal, "storage.failed");
    EXPECT_EQ(ours.status, 500);
    EXPECT_EQ(ours.body, "internal error\n");
    EXPECT_LT(unknown.body.size(), 200U);
}

TEST_F(DownloadHandlerTest, KnowsOnePathAndTwoMethods) {
    EXPECT_EQ(ask({}, HttpMethod::Get, "/").status, 404);
    EXPECT_EQ(ask({}, HttpMethod::Get, std::string(kPath) + "/x").status, 404);
    const auto posted = ask({}, HttpMethod::Post);
    EXPECT_EQ(posted.status, 405);
    EXPECT_EQ(field(posted, "Allow"), "GET, HEAD");
    EXPECT_TRUE(gate_.asked.empty());
}

TEST_F(DownloadHandlerTest, GivesADeviceNoMoreAtOnceThanItMayHave) {
    const auto first = ask();
    auto second = ask();
    const auto third = ask();
    EXPECT_EQ(third.status, 429);
    EXPECT_EQ(field(third, "Retry-After"), "10");
    second.bytes.reset();
    EXPECT_EQ(ask().status, 200);
    EXPECT_THAT(events_.words(), ElementsAre("started", "started", "ended", "started", "ended"));
}

TEST_F(DownloadHandlerTest, RefusesADeviceInALoopAndSaysHowLong) {
    for (int n = 0; n < 4; ++n) {
        const auto response = ask();
        ASSERT_EQ(response.status, 200) << n;
        response.bytes->on_sent(1000);
    }
    const auto much = ask();
    EXPECT_EQ(much.status, 429);
    EXPECT_EQ(much.error_code, "download.too_much");
    EXPECT_EQ(field(much, "Retry-After"), "21600");
    EXPECT_EQ(ask({}, HttpMethod::Head).status, 200) << "the length is no copy";
    for (int n = 6; n < 10; ++n) EXPECT_EQ(ask({{"Range", "bytes=1000-"}}).status, 416) << n;
    const auto often = ask({}, HttpMethod::Head);
    EXPECT_EQ(often.status, 429);
    EXPECT_EQ(often.error_code, "download.too_often");
    EXPECT_EQ(field(often, "Retry-After"), "6");
    gate_.refuses = Error{ErrorKind::Unauthenticated, "download.token", "no"};
    EXPECT_EQ(ask().status, 401) << "whose token is wrong is told so, and counts for nobody";
}

TEST_F(DownloadHandlerTest, RefusesWhatTheServerFoundInFewWords) {
    const auto response = handler_.refuse({}, invalid("http.request.malformed", {}, "not HTTP"));
    EXPECT_EQ(response.status, 400);
    EXPECT_THAT(response.body, HasSubstr("http.request.malformed"));
}

}  // namespace
}  // namespace cellwise::download
