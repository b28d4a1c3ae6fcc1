// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/rest/api_fixture.hpp"

#include <functional>
#include <set>
#include <vector>

namespace cellwise::rest {
namespace {

using namespace std::chrono_literals;

/// Application servers at the operators' API: which routes let them in, with which tokens, and to what of whom. An
/// owner has a task whose one job waits for a confirmation, and a stranger has one of his own.
class ApplicationIsolation : public ApiFixture {
 protected:
    struct Server {
        app::NewApplication application{};
        std::string token{};
        std::string device{};
        std::string task{};
    };

    domain::Product product_ = world_.create_product();
    domain::Package package_ = world_.create_package();
    Server owner_ = make_server("owner");
    Server stranger_ = make_server("stranger");

    std::string login(const app::NewApplication& application) {
        return world_
            .must<app::AppTokens>([&](auto done) {
                world_.access.login(application.application.id.str(), application.secret, std::move(done));
            })
            .access;
    }
    Server make_server(const std::string& name) {
        Server server{.application = world_.create_application(name)};
        server.token = login(server.application);
        const auto app = server.application.application.id;
        const auto device = world_.create_device({.app = app, .node_id = name, .product = product_.id}).id;
        const auto task = world_.create_task({.app = app,
                                              .name = name,
                                              .package = package_.id,
                                              .targets = {.devices = {device}},
                                              .policy = {.app_confirm = true}});
        world_.store.put([&](ports::Transaction& tx) -> Status {
            auto job = **tx.jobs().find_of(task.id, device);
            job.state = domain::JobState::WaitingConfirmation;
            return tx.jobs().save(job);
        });
        server.device = device.str();
        server.task = task.id.str();
        return server;
    }

    Answer ask(const Server& server, ports::HttpMethod method, std::string_view target, const char* key = "app_key") {
        token_ = server.token;
        auto asked = request(method, target, method == Get ? "" : "{}");
        asked.headers.emplace_back(key, server.application.application.id.str());
        return faces::send(handler_, std::move(asked));
    }
    std::string as(const Server& server, ports::HttpMethod method, std::string_view target) {
        const auto answer = ask(server, method, target);
        return answer.status < 300 ? std::to_string(answer.status) : refusal(answer);
    }
    std::string jobs_of(const Server& of, std::string_view query = {}) const {
        return "/api/v1/tasks/" + of.task + "/jobs" + std::string(query);
    }
    std::string confirm_of(const Server& of, const Server& device) const {
        return jobs_of(of) + '/' + device.device + ":confirm";
    }
    /// A route's path with the ids of one who has something there.
    static std::string path_of(const Route& route, const Server& of) {
        std::string path(route.pattern);
        for (const auto& [name, value] : {std::pair{"{id}", of.task}, {"{device}", of.device}}) {
            if (const auto at = path.find(name); at != std::string::npos)
                path.replace(at, std::string(name).size(), value);
        }
        return path;
    }
    std::string state_of(const Server& of) { return ask(of, Get, jobs_of(of)).text_at("/items/0/state"); }
};

TEST_F(ApplicationIsolation, LetsAnApplicationConfirmItsOwnJobs) {
    EXPECT_EQ(ask(owner_, Get, jobs_of(owner_, "?state=waiting_confirmation")).text_at("/items/0/deviceId"),
              owner_.device);
    EXPECT_EQ(as(owner_, Post, confirm_of(owner_, owner_)), "204");
    EXPECT_EQ(state_of(owner_), "waiting_online");
    EXPECT_EQ(as(owner_, Post, confirm_of(owner_, owner_)), "204") << "said twice";
    EXPECT_EQ(ask(stranger_, Post, confirm_of(stranger_, stranger_), "x-app-key").status, 204);
    EXPECT_EQ(state_of(stranger_), "waiting_online");
}

TEST_F(ApplicationIsolation, WritesDownWhichApplicationItWas) {
    ASSERT_EQ(as(owner_, Post, confirm_of(owner_, owner_)), "204");
    EXPECT_EQ(as(stranger_, Post, confirm_of(owner_, owner_)), "404 task.not_found");
    const auto entries =
        world_.store.get([](ports::Transaction& tx) { return tx.audit().list({}, {.limit = 10}); }).items;
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[1].actor.kind, domain::ActorKind::Application);
    EXPECT_EQ(entries[1].actor.id, owner_.application.application.id.str());
    EXPECT_EQ(entries[1].status, 204);
    EXPECT_EQ(entries[0].actor.id, stranger_.application.application.id.str());
    EXPECT_EQ(entries[0].code, "task.not_found");
}

/// By each route that lets them in: a new one is tried by being there.
TEST_F(ApplicationIsolation, GivesNothingOfAnothersByAnyRoute) {
    std::size_t tried = 0;
    for (const auto& route : routes()) {
        if (route.applications == Applications::KeptOut) continue;
        ++tried;
        ASSERT_NE(as(owner_, route.method, path_of(route, owner_)).substr(0, 3), "404") << route.pattern;
        const auto answer = ask(stranger_, route.method, path_of(route, owner_));
        EXPECT_EQ(refusal(answer), "404 task.not_found") << route.pattern;
        EXPECT_EQ(answer.body.find(owner_.device), std::string::npos) << answer.body;
    }
    EXPECT_GE(tried, 2U);
    EXPECT_EQ(state_of(stranger_), "waiting_confirmation");
    // Ids of both: the job of another's device in one's own task.
    EXPECT_EQ(as(stranger_, Post, confirm_of(stranger_, owner_)), "404 job.not_found");
    EXPECT_EQ(as(stranger_, Post, confirm_of(owner_, stranger_)), "404 task.not_found");
}

TEST_F(ApplicationIsolation, GivesNothingOfTheOperators) {
    const auto task = world_.create_task(
        {.name = "theirs", .package = package_.id, .targets = {.devices = {*DeviceId::parse(owner_.device)}}});
    EXPECT_EQ(as(owner_, Get, "/api/v1/tasks/" + task.id.str() + "/jobs"), "404 task.not_found");
    EXPECT_EQ(as(owner_, Post, "/api/v1/tasks/" + task.id.str() + "/jobs/" + owner_.device + ":confirm"),
              "404 task.not_found");
}

TEST_F(ApplicationIsolation, KeepsApplicationsOutOfEveryOtherRoute) {
    for (const auto& route : routes()) {
        if (route.access == Access::Anyone || route.applications == Applications::LetIn) continue;
        EXPECT_EQ(as(owner_, route.method, path_of(route, owner_)), "401 access.token.unknown")
            << to_string(route.method) << ' ' << route.pattern;
    }
    EXPECT_EQ(as(owner_, Get, "/api/v1/nothing"), "401 access.token.unknown");
}

TEST_F(ApplicationIsolation, LetsNobodyInWithABadToken) {
    const auto expect_refused = [this](const std::string& why, const std::string& token, const std::string& code) {
        auto server = owner_;
        server.token = token;
        for (const auto& route : routes()) {
            if (route.applications == Applications::KeptOut) continue;
            EXPECT_EQ(as(server, route.method, path_of(route, owner_)), "401 access.token." + code)
                << why << ": " << route.pattern;
        }
    };
    expect_refused("missing", "", "unknown");
    expect_refused("wrong", "wrong", "unknown");
    expect_refused("another's", stranger_.token, "unknown");
    expect_refused("an operator's", token_of(domain::Role::Operator), "unknown");
    expect_refused("the secret", owner_.application.secret, "unknown");
    const auto former = owner_.token;
    owner_.token = login(owner_.application);
    expect_refused("superseded", former, "unknown");
    world_.must<void>([&](auto done) { world_.access.logout(owner_.token, std::move(done)); });
    expect_refused("revoked", owner_.token, "unknown");
    owner_.token = login(owner_.application);
    EXPECT_EQ(as(owner_, Get, jobs_of(owner_)), "200");
    world_.clock.advance(1h);
    expect_refused("expired", owner_.token, "expired");
}

/// Without the key nobody is an application: an operator's token does as before.
TEST_F(ApplicationIsolation, LeavesOperatorsTheirRoles) {
    token_ = token_of(domain::Role::Viewer);
    EXPECT_EQ(refused(Post, confirm_of(owner_, owner_)), "403 access.role");
    EXPECT_EQ(call(Get, jobs_of(owner_)).status, 200);
    token_ = owner_.token;
    EXPECT_EQ(refused(Post, confirm_of(owner_, owner_)), "401 access.token.unknown");
}

TEST_F(ApplicationIsolation, CountsTheirCallsAsThoseOfTheirOwnApi) {
    world_.throttle.set_limit(3);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(as(owner_, Post, confirm_of(owner_, owner_)), "204");
    EXPECT_EQ(as(owner_, Get, jobs_of(owner_)), "429 access.throttled");
    EXPECT_EQ(as(stranger_, Get, jobs_of(stranger_)), "200");
    token_ = token_of(domain::Role::Viewer);
    EXPECT_EQ(call(Get, jobs_of(owner_)).status, 200);
}

}  // namespace
}  // namespace cellwise::rest
