// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/rest/api_fixture.hpp"

#include <functional>
#include <vector>

namespace cellwise::rest {
namespace {

using namespace std::chrono_literals;

/// Everything with which nobody may come in, tried at every route there is: a new route is tried by being there.
class TokenIsolation : public ApiFixture {
 protected:
    struct Key {
        std::string what{};
        std::string header{};  ///< "Authorization", whole; empty: none
        std::string code{};
    };

    domain::OperatorToken made_{};
    std::string make_token(const std::string& name, std::optional<Timestamp> until) {
        auto made = world_.must<app::NewOperatorToken>(
            [&](auto done) { world_.access.create_token(name, domain::Role::Admin, until, std::move(done)); });
        made_ = made.token;
        return "Bearer " + made.text;
    }
    domain::Operator make_operator(const std::string& name) {
        return world_.must<domain::Operator>([&](auto done) {
            world_.operators.create({name, domain::Role::Admin, "correct horse"}, std::move(done));
        });
    }
    std::string sign_in(const std::string& name) {
        const auto who = world_.operators.verify(name, "correct horse", "here");
        return "Bearer " +
               world_.must<app::NewSession>([&](auto done) { world_.operators.open_session(*who, done); }).token;
    }
    std::vector<Key> keys();
    Answer knock(const Route& route, const Key& key);
};

std::vector<TokenIsolation::Key> TokenIsolation::keys() {
    const domain::Actor admin{.kind = domain::ActorKind::Token, .id = "x"};
    const auto expired = make_token("expired", world_.clock.now() + 1h);
    const auto revoked = make_token("revoked", std::nullopt);
    world_.must<void>([&](auto done) { world_.access.erase_token(made_.id, std::move(done)); });
    make_token("live", std::nullopt);
    const auto live = made_;
    make_operator("aged");
    const auto aged = sign_in("aged");
    world_.clock.advance(12h);
    make_operator("left");
    const auto left = sign_in("left");
    world_.must<void>(
        [&](auto done) { world_.operators.end_session(std::string_view(left).substr(7), std::move(done)); });
    const auto bob = make_operator("bob");
    const auto disabled = sign_in("bob");
    world_.must<domain::Operator>(
        [&](auto done) { world_.operators.change(bob.id, {.disabled = true}, admin, std::move(done)); });
    const auto application = world_.create_application("billing");
    const auto session = world_.must<app::AppTokens>([&](auto done) {
        world_.access.login(application.application.id.str(), application.secret, std::move(done));
    });
    const std::string unknown = "access.token.unknown";
    return {{"none", "", unknown},
            {"another scheme", "Basic YWRtaW46YWRtaW4=", unknown},
            {"no scheme", token_, unknown},
            {"nothing behind the scheme", "Bearer ", unknown},
            {"another's", "Bearer 0123", unknown},
            {"cut short", "Bearer " + token_.substr(1), unknown},
            {"a hash", "Bearer " + live.hash, unknown},
            {"a long one", "Bearer " + std::string(8000, 'a'), unknown},
            {"bytes", std::string("Bearer \x01\xFF\0z", 11), unknown},
            {"an application's", "Bearer " + session.access, unknown},
            {"an application's secret", "Bearer " + application.secret, unknown},
            {"the beginning of a session's", "Bearer session-", unknown},
            {"an expired one", expired, "access.token.expired"},
            {"a revoked one", revoked, unknown},
            {"of an aged session", aged, "access.token.expired"},
            {"of a session that was left", left, unknown},
            {"of a disabled operator", disabled, unknown}};
}

Answer TokenIsolation::knock(const Route& route, const Key& key) {
    std::string path(route.pattern);
    for (auto open = path.find('{'); open != std::string::npos; open = path.find('{')) {
        path.replace(open, path.find('}') - open + 1, kNobody);
    }
    token_.clear();
    auto asked = request(route.method, path, route.method == Get ? "" : "{}");
    if (!key.header.empty()) asked.headers.emplace_back("Authorization", key.header);
    return faces::send(handler_, std::move(asked));
}

TEST_F(TokenIsolation, LetsNobodyInByAnyRouteWithoutAKeyThatIsGood) {
    const auto all = keys();
    const auto count = [this] {
        return world_.store.get([](ports::Transaction& tx) { return tx.audit().list({}, {}); }).items.size();
    };
    for (const auto& route : routes()) {
        if (route.access == Access::Anyone) continue;
        for (const auto& key : all) {
            const auto answer = knock(route, key);
            EXPECT_EQ(refusal(answer), "401 " + key.code)
                << to_string(route.method) << ' ' << route.pattern << ": " << key.what;
            EXPECT_EQ(answer.header("WWW-Authenticate"), "Bearer");
        }
    }
    EXPECT_EQ(count(), 0U) << "who was not let in has changed nothing";
}

/// The roles in sessions are those of tokens; ApiHandlerTest has the tokens.
TEST_F(TokenIsolation, HoldsSessionsToTheirRole) {
    for (const auto role : {domain::Role::Viewer, domain::Role::Operator, domain::Role::Admin}) {
        const auto name = "a " + std::string(to_string(role));
        world_.must<domain::Operator>([&](auto done) {
            world_.operators.create({name, role, "correct horse"}, std::move(done));
        });
        for (const auto& route : routes()) {
            if (route.access == Access::Anyone || route.pattern == "/api/v1/sessions/current") continue;
            const auto key = Key{.header = sign_in(name)};
            const int status = knock(route, key).status;
            const bool may = static_cast<int>(role) + 1 >= static_cast<int>(route.access);
            EXPECT_EQ(status == 403, !may) << name << ": " << to_string(route.method) << ' ' << route.pattern;
            EXPECT_NE(status, 401) << route.pattern;
        }
    }
}

}  // namespace
}  // namespace cellwise::rest
