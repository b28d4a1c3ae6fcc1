// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/codec/json_command_codec.hpp"
#include "adapters/crypto/certificate_reader.hpp"
#include "app/access_service.hpp"
#include "app/answer_keeper.hpp"
#include "app/audit_log.hpp"
#include "app/authenticator.hpp"
#include "app/catalog_service.hpp"
#include "app/command_service.hpp"
#include "app/device_service.hpp"
#include "app/event_hub.hpp"
#include "app/group_service.hpp"
#include "app/operator_service.hpp"
#include "app/package_intake.hpp"
#include "app/package_service.hpp"
#include "app/push_service.hpp"
#include "app/subscription_service.hpp"
#include "app/task_service.hpp"
#include "app/throttle.hpp"
#include "app/upgrade_engine.hpp"
#include "tests/fakes/committed_store.hpp"
#include "tests/fakes/glass_box.hpp"
#include "tests/fakes/hand_downlink.hpp"
#include "tests/fakes/inline_executor.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/null_metrics.hpp"
#include "tests/fakes/package_depot.hpp"
#include "tests/fakes/plain_notices.hpp"
#include "tests/fakes/plain_passwords.hpp"
#include "tests/fakes/plain_texts.hpp"
#include "tests/fakes/seeded_random.hpp"
#include "tests/fakes/silent_link.hpp"

#include "cellwise/base/assert.hpp"
#include "cellwise/ports/http.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cellwise::faces {

/// All that the HTTP faces stand on: the real services over a real database; no device ever speaks.
struct FaceWorld {
    fakes::CommittedStore store{};
    fakes::ManualClock clock{};
    fakes::SeededRandom random{};
    fakes::InlineExecutor loop{};
    fakes::NullMetrics metrics{};
    fakes::PackageDepot depot{};
    fakes::FakeSignatures signatures{};
    fakes::FakeArchives archives{};
    fakes::FakeDescriptions descriptions{};
    fakes::SilentLink link{};
    fakes::SilentUrlLink mqtt_link{};
    fakes::HandDownlink downlink{};
    codec::JsonCommandCodec codec{};
    fakes::PlainTexts texts{};
    crypto::OpenSslHashing hashing{};
    crypto::PemCertificateReader certificates{};

    app::Throttle throttle{clock, 0};
    fakes::PlainPasswords passwords{};

    app::AuditLog audit{store, clock};
    app::AnswerKeeper answers{store, clock};
    app::OperatorService operators{{store, clock, random, hashing, passwords}, {}};
    app::Authenticator authenticator{store, clock, hashing};
    app::AccessService access{store, clock, random, hashing, certificates};
    app::CatalogService catalog{store, clock, random};
    fakes::PlainNotices notices{};
    fakes::GlassBox secrets{};
    app::DeviceService devices{store, clock, random, {notices, secrets}};
    app::GroupService groups{store, clock, random};
    app::SubscriptionService subscriptions{store, clock, random};
    app::PackageFileKeeper keeper{store, depot, loop};
    app::PackageService packages{store, clock, random, signatures, keeper};
    app::PackageIntake intake{{.database = store,
                               .clock = clock,
                               .random = random,
                               .hashing = hashing,
                               .signatures = signatures,
                               .archives = archives,
                               .descriptions = descriptions,
                               .files = depot,
                               .staging = depot,
                               .keeper = keeper},
                              1'000'000};
    app::UpgradeEngine engine{
        store,
        clock,
        depot,
        {link, mqtt_link},
        metrics,
        {},
        {.take_turn = [this](const DeviceId& device, auto since) { return desk.take_turn(device, since); },
         .business_data = [this](const DeviceId& device, ByteView data) { desk.on_business_data(device, data); }}};
    /// Of pushes nobody hears, and nobody says so.
    struct DeafSender final : ports::PushSender {
        void send(const domain::Subscription&, const domain::Push&, Done) override {}
    };
    DeafSender sender{};
    app::PushService pushes{store, clock, sender};
    app::TaskService tasks{store, clock, random, engine, std::chrono::seconds(10)};
    app::EventHub events{store, clock, app::EventHub::Options{}};
    app::CommandDesk::Needs command_needs{store, clock, downlink, codec, texts, metrics};
    app::CommandDesk desk{command_needs,
                          {.device_heard = [this](const DeviceId& device) { engine.on_heard(device); },
                           .is_upgrading = [this](const DeviceId& device) { return engine.occupies(device); }}};
    app::CommandService commands{command_needs, random, desk,
                                 [this](const DeviceId& device) { engine.offer_turn(device); }};

    template <class T, class Ask>
    T must(const Ask& ask) {
        std::optional<Result<T>> answer;
        ask([&answer](Result<T> result) { answer = std::move(result); });
        CELLWISE_ASSERT(answer.has_value());
        if (!*answer) throw std::logic_error(answer->error().code + ": " + answer->error().message);
        if constexpr (!std::is_void_v<T>) return std::move(**answer);
    }

    domain::Product create_product(const std::string& model = "WM-1") {
        const domain::Product product{.manufacturer_id = "acme-id",
                                      .manufacturer_name = "Acme",
                                      .device_type = "WaterMeter",
                                      .model = model,
                                      .protocol = domain::Protocol::Lwm2m,
                                      .supports_software_upgrade = true};
        return must<domain::Product>([&](auto done) { catalog.create(product, std::move(done)); });
    }
    domain::Device create_device(const app::NewDevice& device) {
        return must<domain::Device>([&](auto done) { devices.create(device, std::move(done)); });
    }
    app::NewApplication create_application(const std::string& name) {
        return must<app::NewApplication>([&](auto done) { access.create_application(name, std::move(done)); });
    }
    /// Uploads a package for WM-1; its key is filed with the first.
    domain::Package create_package(const std::string& version = "V2.0") {
        if (std::exchange(has_key, true) == false) {
            must<domain::PublicKey>([&](auto done) {
                packages.add_key({.manufacturer_name = "Acme", .pem = fakes::kGoodPem}, std::move(done));
            });
        }
        const auto upload = intake.open({}).value();
        CELLWISE_ASSERT(upload->write(as_bytes(version + "\n" + std::string(1234, 'x'))).has_value());
        return must<app::AcceptedPackage>([&](auto done) { upload->finish(std::move(done)); }).package;
    }
    domain::Task create_task(const app::NewTask& task) {
        return must<domain::Task>([&](auto done) { tasks.create(task, std::move(done)); });
    }
    bool has_key = false;
};

struct Answer {
    int status = 0;
    std::string body{};
    ports::HttpHeaders headers{};

    std::string header(std::string_view name) const {
        return std::string(ports::find_header(headers, name).value_or(""));
    }
    nlohmann::json json() const { return nlohmann::json::parse(body, nullptr, false); }
    /// The member at a JSON pointer, as JSON; empty when there is none.
    std::string at(const std::string& pointer) const {
        const auto whole = json();
        const nlohmann::json::json_pointer place(pointer);
        return !whole.is_discarded() && whole.contains(place) ? whole.at(place).dump() : std::string{};
    }
    /// The same for a string, without its quotes.
    std::string text_at(const std::string& pointer) const {
        const auto quoted = at(pointer);
        return quoted.size() >= 2 && quoted.front() == '"' ? quoted.substr(1, quoted.size() - 2) : quoted;
    }
};

/// "/path?a=b&c=d" as a server reads it, without percent-decoding.
inline ports::HttpRequest request_of(ports::HttpMethod method, std::string_view target) {
    ports::HttpRequest request{.method = method, .path = std::string(target.substr(0, target.find('?')))};
    if (request.path.size() == target.size()) return request;
    auto query = target.substr(request.path.size() + 1);
    while (!query.empty()) {
        const auto pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        const auto equals = std::min(pair.find('='), pair.size());
        if (pair.empty()) continue;
        request.query.emplace_back(pair.substr(0, equals), pair.substr(std::min(pair.size(), equals + 1)));
    }
    return request;
}

/// What a server does with a request: asks where the body goes, brings it there in pieces, and has it handled.
inline Answer send(ports::HttpHandler& handler, ports::HttpRequest request, std::size_t piece_size = 7) {
    const auto answer = [](ports::HttpResponse response) {
        return Answer{response.status, std::move(response.body), std::move(response.headers)};
    };
    if (!request.body.empty()) request.headers.emplace_back("Content-Length", std::to_string(request.body.size()));
    auto head = request;
    head.body.clear();
    const auto sink = handler.open_body(head);
    if (!sink) return answer(handler.refuse(head, sink.error()));
    if (*sink) {
        const auto body = std::exchange(request.body, {});
        for (std::size_t at = 0; at < body.size(); at += piece_size) {
            const auto written = (*sink)->write(as_bytes(std::string_view(body).substr(at, piece_size)));
            if (!written) return answer(handler.refuse(head, written.error()));
        }
    }
    std::optional<Answer> given;
    handler.handle(std::move(request), *sink, [&](ports::HttpResponse response) {
        if (!given) given = answer(std::move(response));
    });
    CELLWISE_ASSERT(given.has_value());
    return *given;
}

}  // namespace cellwise::faces
