// SPDX-License-Identifier: Apache-2.0
// The faces as a whole, over real services and a real database: the first line of an input is a method and a target,
// the rest is the body. So every route's reader of bodies and queries is reached, and the rules behind it.
#include "adapters/northbound/northbound_handler.hpp"
#include "adapters/rest/api_handler.hpp"
#include "targets.hpp"
#include "tests/adapters/face_world.hpp"

#include <algorithm>
#include <memory>
#include <string>

namespace cellwise::fuzz {
namespace {

/// A database that grew for ever would be slow; what was made stays for some inputs, so that they can build upon it.
constexpr int kInputsPerWorld = 2'000;

struct OperatorsWorld {
    faces::FaceWorld world{};
    rest::ApiHandler handler{
        {.database = world.store,
         .loop = world.loop,
         .clock = world.clock,
         .metrics = world.metrics,
         .authenticator = world.authenticator,
         .access = world.access,
         .certificates = world.certificates,
         .catalog = world.catalog,
         .devices = world.devices,
         .groups = world.groups,
         .intake = world.intake,
         .packages = world.packages,
         .tasks = world.tasks,
         .cells = [](const auto&, std::size_t) { return std::vector<domain::CellLimiter::Usage>{}; },
         .readiness = [] { return std::vector<rest::ReadyCheck>{}; },
         .hashing = world.hashing,
         .operators = world.operators,
         .audit = world.audit,
         .answers = world.answers,
         .throttle = world.throttle,
         .pushes = world.pushes,
         .events = &world.events}};
    ports::HttpHeaders headers{{"Authorization", "Bearer " + world
                                                                 .must<app::NewOperatorToken>([this](auto done) {
                                                                     world.access.create_token(
                                                                         "fuzz", domain::Role::Admin, std::nullopt,
                                                                         std::move(done));
                                                                 })
                                                                 .text}};
};

struct ApplicationsWorld {
    faces::FaceWorld world{};
    northbound::NorthboundHandler handler{{.database = world.store,
                                           .loop = world.loop,
                                           .clock = world.clock,
                                           .authenticator = world.authenticator,
                                           .access = world.access,
                                           .devices = world.devices,
                                           .groups = world.groups,
                                           .packages = world.packages,
                                           .subscriptions = world.subscriptions,
                                           .tasks = world.tasks,
                                           .throttle = world.throttle,
                                           .commands = world.commands,
                                           .audit = world.audit}};
    app::NewApplication application = world.create_application("fuzz");
    ports::HttpHeaders headers{{"app_key", application.application.id.str()},
                               {"Authorization", "Bearer " + world
                                                                 .must<app::AppTokens>([this](auto done) {
                                                                     world.access.login(
                                                                         application.application.id.str(),
                                                                         application.secret, std::move(done));
                                                                 })
                                                                 .access}};
};

ports::HttpMethod method_of(std::string_view name) {
    using enum ports::HttpMethod;
    for (const auto method : {Get, Head, Post, Put, Patch, Delete}) {
        if (to_string(method) == name) return method;
    }
    return Other;
}

template <class World>
void call(ByteView input) {
    static std::unique_ptr<World> world;
    static int inputs = 0;
    if (!world || ++inputs % kInputsPerWorld == 0) world = std::make_unique<World>();
    const auto text = as_text(input);
    const auto line = text.substr(0, text.find('\n'));
    const auto space = std::min(line.find(' '), line.size());
    const auto target = line.substr(std::min(space + 1, line.size()));
    if (!target.starts_with('/')) return;
    auto request = faces::request_of(method_of(line.substr(0, space)), target);
    request.headers = world->headers;
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = text.substr(std::min(line.size() + 1, text.size()));
    const auto answer = faces::send(world->handler, std::move(request));
    CELLWISE_ASSERT(answer.status >= 200 && answer.status < 600);
    CELLWISE_ASSERT(answer.status != 500);  // that would be a fault of ours
    // What refuses says why, in a text that its client can read.
    if (answer.status >= 400) CELLWISE_ASSERT(answer.json().is_object());
}

}  // namespace

void fuzz_operator_call(ByteView input) { call<OperatorsWorld>(input); }
void fuzz_application_call(ByteView input) { call<ApplicationsWorld>(input); }

}  // namespace cellwise::fuzz
