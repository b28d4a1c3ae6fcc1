// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/recorded_call.hpp"

#include "tests/adapters/rest/api_fixture.hpp"

namespace cellwise::rest {
namespace {

const std::string kProduct =
    R"({"manufacturerId":"a","manufacturerName":"Acme","deviceType":"WaterMeter","model":"W1","protocolType":"LWM2M"})";

class AuditResource : public ApiFixture {
 protected:
    static constexpr auto kAudit = "/api/v1/audit";
    std::string admin_ = call(Get, "/api/v1/tokens/current").text_at("/tokenId");

    nlohmann::json entries(const std::string& query = "") {
        const auto answer = call(Get, kAudit + query);
        EXPECT_EQ(answer.status, 200) << answer.body;
        return answer.json().at("items");
    }
};

TEST_F(AuditResource, TellsWhoChangedWhatFromWhere) {
    auto made = request(Post, "/api/v1/products", kProduct);
    made.peer = "192.0.2.7";
    made.client_subject = "CN=ann,O=Acme";
    const auto product = faces::send(handler_, made).text_at("/productId");
    const auto entry = entries().at(0);
    EXPECT_EQ(entry.at("actor"), (nlohmann::json{{"kind", "token"}, {"id", admin_}, {"name", "admin"}}));
    EXPECT_EQ(entry.at("action"), "POST /api/v1/products");
    EXPECT_EQ(entry.at("target"), product);
    EXPECT_EQ(entry.at("summary"),
              "deviceType=WaterMeter, manufacturerId=a, manufacturerName=Acme, model=W1, protocolType=LWM2M");
    EXPECT_EQ(entry.at("address"), "192.0.2.7");
    EXPECT_EQ(entry.at("clientSubject"), "CN=ann,O=Acme");
    EXPECT_EQ(entry.at("outcome"), "done");
    EXPECT_EQ(entry.at("status"), 201);
    EXPECT_TRUE(entry.at("code").is_null());
    EXPECT_TRUE(entry.at("endedAt").is_string());
}

TEST_F(AuditResource, TellsOfWhatWasRefusedAndOfNothingThatOnlyReads) {
    EXPECT_EQ(call(Delete, "/api/v1/products/" + kNobody).status, 404);
    EXPECT_EQ(call(Get, "/api/v1/products").status, 200);
    token_ = token_of(domain::Role::Viewer);
    EXPECT_EQ(call(Delete, "/api/v1/products/" + kNobody).status, 403);
    token_ = world_
                 .must<app::NewOperatorToken>([&](auto done) {
                     world_.access.create_token("other", domain::Role::Admin, std::nullopt, std::move(done));
                 })
                 .text;
    const auto all = entries();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].at("outcome"), "refused");
    EXPECT_EQ(all[0].at("code"), "product.not_found");
    EXPECT_EQ(all[0].at("target"), kNobody);
}

/// Every route that changes something, with nobody's id and an empty body: its entry is there, whatever came of it.
TEST_F(AuditResource, TellsOfEveryRouteThatChangesSomething) {
    for (const auto& route : routes()) {
        if (!is_recorded(route) || route.pattern == "/api/v1/sessions/current") continue;
        std::string path(route.pattern);
        for (auto open = path.find('{'); open != std::string::npos; open = path.find('{')) {
            path.replace(open, path.find('}') - open + 1, kNobody);
        }
        const auto type = path.ends_with(":import")     ? "text/csv"
                          : path.ends_with("/packages") ? "application/zip"
                                                        : "application/json";
        call(route.method, path, "{}", type);
        const auto action = std::string(to_string(route.method)) + ' ' + std::string(route.pattern);
        const auto latest = entries("?limit=1").at(0);
        EXPECT_EQ(latest.at("action"), action);
        EXPECT_NE(latest.at("outcome"), "under_way") << action;
    }
}

TEST_F(AuditResource, TellsOfLoginsButNotOfThrottledOnes) {
    call(Post, "/api/v1/operators", R"({"name":"ann","role":"viewer","password":"correct horse"})");
    const auto ann = entries("?limit=1").at(0).at("target");
    EXPECT_EQ(entries("?limit=1").at(0).at("summary"), "name=ann, password, role=viewer");
    for (int i = 0; i < 12; ++i) call(Post, "/api/v1/sessions", R"({"name":"ann","password":"wrong"})");
    world_.clock.advance(std::chrono::hours(1));
    call(Post, "/api/v1/sessions", R"({"name":"ann","password":"correct horse"})");
    const auto logins = entries("?action=POST%20/api/v1/sessions");
    EXPECT_EQ(logins.size(), 0U) << "this server does not decode";
    const auto of_logins = entries("?action=POST /api/v1/sessions");
    ASSERT_EQ(of_logins.size(), 11U) << "ten failures and a success";
    EXPECT_EQ(of_logins[0].at("actor"), (nlohmann::json{{"kind", "operator"}, {"id", ann}, {"name", "ann"}}));
    EXPECT_EQ(of_logins[1].at("actor").at("kind"), "stranger");
    EXPECT_EQ(of_logins[1].at("code"), "access.login.refused");
    EXPECT_EQ(world_.store.get([](ports::Transaction& tx) { return tx.audit().list({}, {}); }).items.size(), 12U);
}

TEST_F(AuditResource, IsSearched) {
    const auto product = call(Post, "/api/v1/products", kProduct).text_at("/productId");
    world_.clock.advance(std::chrono::hours(1));
    call(Delete, "/api/v1/products/" + product);
    EXPECT_EQ(entries("?target=" + product).size(), 2U);
    EXPECT_EQ(entries("?actor=" + admin_).size(), 2U);
    EXPECT_EQ(entries("?actor=" + kNobody).size(), 0U);
    EXPECT_EQ(entries("?action=DELETE /api/v1/products/{id}").size(), 1U);
    const auto since = entries("?limit=1").at(0).at("at").get<std::string>();
    EXPECT_EQ(entries("?from=" + since).size(), 1U);
    EXPECT_EQ(entries("?to=" + since).size(), 1U);
    EXPECT_EQ(refused(Get, "/api/v1/audit?from=yesterday"), "400 request.query.invalid from");
    EXPECT_EQ(refused(Get, "/api/v1/audit?who=me"), "400 request.query.unknown who");
    const auto first = call(Get, "/api/v1/audit?limit=1");
    EXPECT_EQ(call(Get, "/api/v1/audit?limit=1&cursor=" + first.text_at("/nextCursor")).at("/nextCursor"), "null");
}

TEST_F(AuditResource, SaysThatTheDaemonStopped) {
    world_.store.put([](ports::Transaction& tx) -> Status {
        const auto appended = tx.audit().append({.action = "POST /x"});
        return appended ? Status{} : Status{appended.error()};
    });
    EXPECT_EQ(entries("?limit=1").at(0).at("outcome"), "under_way");
    world_.audit.give_up_open();
    EXPECT_EQ(entries("?limit=1").at(0).at("outcome"), "unknown");
    EXPECT_EQ(entries("?limit=1").at(0).at("detail"), "unknown: the daemon stopped");
}

class IdempotencyKey : public ApiFixture {
 protected:
    Answer post(std::string_view target, const std::string& body, const std::string& key = "k1",
                std::string_view type = "application/json") {
        auto made = request(Post, target, body, type);
        made.headers.emplace_back("Idempotency-Key", key);
        return faces::send(handler_, made);
    }
    std::size_t products() { return call(Get, "/api/v1/products").json().at("items").size(); }
};

TEST_F(IdempotencyKey, GivesTheSameAnswerAgainAndMakesNothingTwice) {
    const auto first = post("/api/v1/products", kProduct);
    const auto again = post("/api/v1/products", kProduct);
    EXPECT_EQ(first.status, 201);
    EXPECT_EQ(first.header("Idempotency-Replayed"), "");
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.header("Content-Type"), "application/json");
    EXPECT_EQ(again.header("Idempotency-Replayed"), "true");
    EXPECT_EQ(products(), 1U);
    EXPECT_EQ(call(Get, "/api/v1/audit").json().at("items").size(), 1U) << "what is told again changes nothing";
}

TEST_F(IdempotencyKey, IsForOneRequestOfOneCaller) {
    ASSERT_EQ(post("/api/v1/products", kProduct).status, 201);
    EXPECT_EQ(refusal(post("/api/v1/products", R"({"model":"W2"})")), "422 idempotency.mismatch Idempotency-Key");
    EXPECT_EQ(refusal(post("/api/v1/groups", kProduct)), "422 idempotency.mismatch Idempotency-Key");
    token_ = token_of(domain::Role::Operator);
    EXPECT_EQ(refusal(post("/api/v1/products", kProduct)), "409 product.duplicate") << "another caller's key";
}

TEST_F(IdempotencyKey, CanBeUsedAgainAfterARefusal) {
    EXPECT_EQ(post("/api/v1/products", "{}").status, 400);
    EXPECT_EQ(post("/api/v1/products", kProduct).status, 201);
}

TEST_F(IdempotencyKey, IsCheckedWhereItIsHeeded) {
    EXPECT_EQ(refusal(post("/api/v1/products", kProduct, "a b")), "400 idempotency.key.invalid Idempotency-Key");
    auto get = request(Get, "/api/v1/products");
    get.headers.emplace_back("Idempotency-Key", "a b");
    EXPECT_EQ(faces::send(handler_, get).status, 200);
}

TEST_F(IdempotencyKey, KeepsNoSecretThatIsToldOnce) {
    for (const auto& [path, body, member] :
         {std::tuple{"/api/v1/applications", R"({"name":"billing"})", "secret"},
          std::tuple{"/api/v1/tokens", R"({"name":"night","role":"viewer"})", "token"}}) {
        const auto first = post(path, body, path);
        const auto secret = first.text_at(std::string("/") + member);
        ASSERT_EQ(first.status, 201);
        EXPECT_GE(secret.size(), 32U);
        const auto again = post(path, body, path);
        EXPECT_EQ(again.status, 201);
        EXPECT_EQ(again.at(std::string("/") + member), "null");
        EXPECT_EQ(again.at("/name"), first.at("/name"));
        EXPECT_EQ(again.json().size(), first.json().size());  // null, and not left out
        const auto caller = "token:" + call(Get, "/api/v1/tokens/current").text_at("/tokenId");
        const auto kept = world_.store.get([&](ports::Transaction& tx) { return tx.answers().find(caller, path); });
        ASSERT_TRUE(kept);
        EXPECT_EQ(kept->body.find(secret), std::string::npos);
    }
}

TEST_F(IdempotencyKey, HoldsForBodiesThatAreStreamed) {
    const auto product = world_.create_product().id.str();
    const auto list = "nodeId,productId\n1," + product + "\n2," + product + "\n";
    const auto first = post("/api/v1/devices:import", list, "k", "text/csv");
    EXPECT_EQ(first.at("/created"), "2") << first.body;
    const auto again = post("/api/v1/devices:import", list, "k", "text/csv");
    EXPECT_EQ(again.body, first.body) << "without the key they would be duplicates";
    EXPECT_EQ(again.header("Idempotency-Replayed"), "true");
    EXPECT_EQ(refusal(post("/api/v1/devices:import", list + "3," + product + "\n", "k", "text/csv")),
              "422 idempotency.mismatch Idempotency-Key");
    EXPECT_EQ(refusal(post("/api/v1/devices:import", "x\n", "k2", "text/csv")), "400 import.csv.column x");
    EXPECT_EQ(post("/api/v1/devices:import", list, "k2", "text/csv").status, 200);
    const auto all = call(Get, "/api/v1/audit").json().at("items");
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[1].at("code"), "import.csv.column");
    EXPECT_EQ(all[1].at("outcome"), "refused");
}

}  // namespace
}  // namespace cellwise::rest
