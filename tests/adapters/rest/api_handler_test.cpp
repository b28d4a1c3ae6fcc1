// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/api_handler.hpp"

#include "tests/adapters/rest/api_fixture.hpp"

namespace cellwise::rest {
namespace {

class ApiHandlerTest : public ApiFixture {};

TEST_F(ApiHandlerTest, LetsInWhoeverBearsAToken) {
    EXPECT_EQ(call(Get, "/api/v1/products").status, 200);
    token_ = "0123";
    EXPECT_EQ(refused(Get, "/api/v1/products"), "401 access.token.unknown");
    token_.clear();
    const auto stranger = call(Get, "/api/v1/products");
    EXPECT_EQ(refusal(stranger), "401 access.token.unknown");
    EXPECT_EQ(stranger.header("WWW-Authenticate"), "Bearer");
}

TEST_F(ApiHandlerTest, RefusesAnExpiredToken) {
    token_ = world_
                 .must<app::NewOperatorToken>([&](auto done) {
                     world_.access.create_token("guest", domain::Role::Viewer,
                                                world_.clock.now() + std::chrono::hours(1), std::move(done));
                 })
                 .text;
    EXPECT_EQ(call(Get, "/api/v1/products").status, 200);
    world_.clock.advance(std::chrono::hours(1));
    EXPECT_EQ(refused(Get, "/api/v1/products"), "401 access.token.expired");
}

/// Every route, by every role: nobody does what is above him, and nothing answers before it knows who asks.
TEST_F(ApiHandlerTest, HoldsEveryRouteToItsRole) {
    const std::pair<Access, std::string> callers[] = {{Access::Anyone, ""},
                                                      {Access::Viewer, token_of(domain::Role::Viewer)},
                                                      {Access::Operator, token_of(domain::Role::Operator)}};
    for (const auto& route : routes()) {
        std::string path(route.pattern);
        for (auto open = path.find('{'); open != std::string::npos; open = path.find('{')) {
            path.replace(open, path.find('}') - open + 1, kNobody);
        }
        for (const auto& [access, token] : callers) {
            token_ = token;
            // Nobody's id and an empty body: who is let in is told something else than 401 or 403.
            const int status = call(route.method, path).status;
            const int expected = access >= route.access ? 0 : access == Access::Anyone ? 401 : 403;
            const int refusal = status == 401 || status == 403 ? status : 0;
            EXPECT_EQ(refusal, expected) << to_string(route.method) << ' ' << path;
        }
    }
}

TEST_F(ApiHandlerTest, NamesTheRoleThatIsNeeded) {
    token_ = token_of(domain::Role::Viewer);
    const auto answer = call(Post, "/api/v1/products", "{}");
    EXPECT_EQ(refusal(answer), "403 access.role");
    EXPECT_NE(answer.text_at("/detail").find("operator"), std::string::npos);
    EXPECT_EQ(answer.text_at("/value"), "viewer");
}

TEST_F(ApiHandlerTest, KnowsNoOtherPathsAndMethods) {
    const auto nowhere = call(Get, "/api/v1/produce");
    EXPECT_EQ(refusal(nowhere), "404 request.path");
    EXPECT_EQ(nowhere.text_at("/value"), "/api/v1/produce");
    const auto method = call(Put, "/api/v1/products", "{}");
    EXPECT_EQ(refusal(method), "405 request.method");
    EXPECT_EQ(method.header("Allow"), "POST, GET, HEAD");
    EXPECT_EQ(refusal(call(Other, "/healthz")), "405 request.method");
    token_.clear();
    EXPECT_EQ(refused(Get, "/api/v1/produce"), "401 access.token.unknown");
}

TEST_F(ApiHandlerTest, RefusesABodyBeforeItIsSent) {
    token_.clear();
    auto head = request(Post, "/api/v1/products");
    head.headers.emplace_back("Content-Length", "1000000");
    const auto sink = handler_.open_body(head);
    ASSERT_FALSE(sink);
    EXPECT_EQ(sink.error().code, "access.token.unknown");
}

TEST_F(ApiHandlerTest, TakesBodiesOfJsonOnly) {
    EXPECT_EQ(refusal(call(Post, "/api/v1/products", "a=b", "application/x-www-form-urlencoded")),
              "415 request.media_type Content-Type");
    EXPECT_EQ(refused(Post, "/api/v1/products", "{"), "400 request.json.malformed");
    EXPECT_EQ(refused(Post, "/api/v1/products", R"({"model":"a","model":"b"})"), "400 request.json.duplicate model");
    EXPECT_EQ(refused(Post, "/api/v1/products", std::string(40, '[') + std::string(40, ']')),
              "400 request.json.deep");
    EXPECT_EQ(refused(Post, "/api/v1/products", "[]"), "400 request.field.type");
    EXPECT_EQ(refused(Post, "/api/v1/products"), "400 request.json.malformed");
    EXPECT_EQ(refusal(call(Post, "/api/v1/products", "{}", "Application/JSON; charset=utf-8")),
              "400 request.field.missing manufacturerId");
}

TEST_F(ApiHandlerTest, ShapesTheServersOwnErrors) {
    const auto response =
        handler_.refuse(request(Post, "/api/v1/products"),
                        {.kind = ErrorKind::TooLarge, .code = "http.body.too_large", .message = "m"});
    EXPECT_EQ(response.status, 413);
    EXPECT_EQ(ports::find_header(response.headers, "Content-Type"), "application/problem+json");
}

TEST_F(ApiHandlerTest, PassesOnWhatTheStorageSays) {
    world_.store.read_error = Error{.kind = ErrorKind::Unavailable, .code = "storage.unavailable", .message = "away"};
    EXPECT_EQ(refused(Get, "/api/v1/products"), "503 storage.unavailable");
}

/// Lists all work alike; the products stand for them.
TEST_F(ApiHandlerTest, PagesThroughLists) {
    for (int i = 0; i < 5; ++i) world_.create_product("M" + std::to_string(i));
    std::string cursor;
    std::vector<std::size_t> sizes;
    std::set<std::string> seen;
    do {
        const auto page = call(Get, "/api/v1/products?limit=2" + (cursor.empty() ? "" : "&cursor=" + cursor));
        ASSERT_EQ(page.status, 200);
        const auto items = page.json().at("items");
        sizes.push_back(items.size());
        for (const auto& item : items) seen.insert(item.at("model"));
        cursor = page.at("/nextCursor") == "null" ? "" : page.text_at("/nextCursor");
    } while (!cursor.empty());
    EXPECT_EQ(sizes, (std::vector<std::size_t>{2, 2, 1}));
    EXPECT_EQ(seen.size(), 5U);
}

TEST_F(ApiHandlerTest, ChecksWhatAListIsAskedFor) {
    for (const auto* limit : {"0", "1001", "-1", "x", "", "1 ", "99999999999"}) {
        EXPECT_EQ(refused(Get, std::string("/api/v1/products?limit=") + limit), "400 request.query.invalid limit");
    }
    EXPECT_EQ(call(Get, "/api/v1/products?limit=1000").status, 200);
    const auto misspelt = call(Get, "/api/v1/products?limitt=5");
    EXPECT_EQ(refusal(misspelt), "400 request.query.unknown limitt");
    EXPECT_NE(misspelt.text_at("/detail").find("did you mean limit?"), std::string::npos);
    EXPECT_EQ(refused(Get, "/api/v1/products?cursor=" + std::string(600, 'x')), "400 request.query.invalid cursor");
    EXPECT_EQ(call(Get, "/api/v1/products").body, R"({"items":[],"nextCursor":null})");
}

}  // namespace
}  // namespace cellwise::rest
