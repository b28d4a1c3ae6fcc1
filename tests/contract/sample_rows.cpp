// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/sample_rows.hpp"

namespace cellwise::contract {
namespace {

std::string numbered(std::string_view what, unsigned n) {
    std::string text(what);
    return text += std::to_string(n);
}
std::string named(std::string_view what, unsigned n) { return numbered(std::string(what) + ' ', n); }

std::string hash(char fill, unsigned n) {
    std::string text(64, fill);
    const auto digits = std::to_string(n);
    return text.replace(64 - digits.size(), digits.size(), digits);
}

}  // namespace

domain::Version version(std::string_view text) { return domain::Version::from_wire(as_bytes(text)); }

std::string hostile_text() {
    using namespace std::string_literals;
    return "'\"; DROP TABLE jobs; --\0\xFF\xC0\xAF %_?"s;
}

domain::Version hostile_version() {
    return domain::Version::from_wire(as_bytes("\xFF\x01'\"\xC3\x28;\n\x7F\x80\xFE\xED\xFA\xCE\xBA\xBE"));
}

domain::Product product(unsigned n) {
    return {.id = nth<ProductId>(n),
            .manufacturer_id = named("mid", n),
            .manufacturer_name = named("Maker", n),
            .device_type = named("Meter", n),
            .model = named("Model", n),
            .protocol = domain::Protocol::CoAP,
            .supports_software_upgrade = true,
            .check_code_always_zero = n % 2 == 0,
            .created_at = at_second(n),
            .mqtt = {.radio_service = named("Radio", n),
                     .rsrp_property = "power",
                     .sinr_property = "noise",
                     .cell_property = "cell",
                     .sends_sign = n % 2 == 0,
                     .sends_file_name = n % 3 == 0,
                     .ranges_from_one = n % 2 == 1}};
}

domain::PublicKey public_key(unsigned n) {
    return {.id = nth<KeyId>(n),
            .manufacturer_name = named("Maker", n),
            .algorithm = "ecdsa-p256-sha256",
            .fingerprint = hash('f', n),
            .pem = "-----BEGIN PUBLIC KEY-----\n",
            .created_at = at_second(n)};
}

domain::Package package(unsigned n) {
    return {.id = nth<PackageId>(n),
            .app = nth<AppId>(1),
            .name = named("package", n),
            .description = {.file_name = "firmware.bin",
                            .version = version(numbered("V", n)),
                            .device_type = "Meter 1",
                            .manufacturer_name = "Maker 1",
                            .model = "Model 1",
                            .protocol = domain::Protocol::Lwm2m,
                            .description = "mends",
                            .version_check_code = "1234",
                            .chunk_size = 384,
                            .platform = "any",
                            .source_versions = {"V0.*", "V1.?"},
                            .date = "2024-02-29"},
            .archive_sha256 = hash('a', n),
            .archive_size = 5'000'000'000,
            .payload_sha256 = hash('b', n),
            .payload_size = 4'999'999'999,
            .chunk_count = 65'535,
            .key_fingerprint = hash('f', 1),
            .uploaded_at = at_second(n)};
}

domain::Device device(unsigned n, unsigned product) {
    return {.id = nth<DeviceId>(n),
            .app = nth<AppId>(1),
            .node_id = numbered("urn:imei:", n),
            .product = nth<ProductId>(product),
            .name = named("device", n),
            .software_version = version("V1"),
            .created_at = at_second(n),
            .last_seen_at = at_second(n + 1)};
}

domain::Group group(unsigned n) {
    return {.id = nth<GroupId>(n),
            .app = nth<AppId>(1),
            .name = named("group", n),
            .description = "those in the north",
            .created_at = at_second(n)};
}

domain::Registration registration(unsigned n) {
    domain::PeerAddress address{.port = static_cast<std::uint16_t>(40'000 + n)};
    address.ip[10] = address.ip[11] = 0xFF;
    domain::ObservationToken token{};
    token[0] = 0xFF;
    address.ip[14] = token[6] = static_cast<std::uint8_t>(n >> 8U);
    address.ip[15] = token[7] = static_cast<std::uint8_t>(n);
    return {.id = nth<RegistrationId>(n),
            .device = nth<DeviceId>(n),
            .address = address,
            .binding = domain::Binding::UdpQueue,
            .lifetime = std::chrono::hours{1},
            .expires_at = at_second(n),
            .last_heard_at = at_second(0),
            .observation = token,
            .radio = {.cell = domain::CellId{"4711"}, .rsrp_dbm = -101.5, .sinr_db = 3.25}};
}

domain::Task task(unsigned n) {
    return {.id = nth<TaskId>(n),
            .app = nth<AppId>(1),
            .name = named("task", n),
            .package = nth<PackageId>(1),
            .targets = {.all = true},
            .policy = {.execute_type = domain::ExecuteType::Custom,
                       .start_time = at_second(10),
                       .end_time = at_second(100'000),
                       .retry_times = 3,
                       .retry_interval = std::chrono::minutes{7},
                       .app_confirm = true},
            .expansion_cursor = "here",
            .created_at = at_second(n),
            .due_at = at_second(10)};
}

domain::Job job(unsigned n, unsigned task) {
    return {.id = nth<JobId>(task * 100'000 + n),
            .task = nth<TaskId>(task),
            .device = nth<DeviceId>(n),
            .app = nth<AppId>(1),
            .package = nth<PackageId>(1),
            .confirmed = n % 2 == 0,
            .created_at = at_second(n)};
}

domain::Job job_in(domain::JobState state, unsigned n, unsigned task) {
    auto row = job(n, task);
    row.state = state;
    return row;
}

domain::Application application(unsigned n) {
    return {.id = nth<AppId>(n),
            .name = named("app", n),
            .secret_hash = hash('c', n),
            .created_at = at_second(n),
            .callback_ca = named("ca", n),
            .frozen = n % 2 == 1};
}

domain::AppSession session(unsigned app) {
    return {.app = nth<AppId>(app),
            .access_hash = hash('d', app),
            .refresh_hash = hash('e', app),
            .access_expires_at = at_second(3'600),
            .refresh_expires_at = at_second(86'400)};
}

domain::OperatorToken token(unsigned n) {
    return {.id = nth<TokenId>(n),
            .name = named("token", n),
            .role = domain::Role::Operator,
            .hash = hash('9', n),
            .created_at = at_second(n),
            .expires_at = at_second(n + 1)};
}

domain::Operator person(unsigned n) {
    return {.id = nth<OperatorId>(n),
            .name = named("person", n),
            .role = domain::Role::Operator,
            .password_hash = "scrypt$" + std::to_string(n),
            .disabled = true,
            .created_at = at_second(n)};
}

domain::OperatorSession person_session(unsigned n, unsigned person) {
    return {.hash = hash('7', n),
            .owner = nth<OperatorId>(person),
            .created_at = at_second(n),
            .expires_at = at_second(n + 1)};
}

domain::AuditEntry audit_entry(unsigned n) {
    return {.at = at_second(n),
            .actor = {.kind = domain::ActorKind::Token, .id = nth<TokenId>(n).str(), .name = named("token", n)},
            .action = "POST /things",
            .target = nth<TaskId>(n).str(),
            .summary = named("name=", n),
            .address = "192.0.2.1",
            .client_subject = n % 2 == 0 ? "" : "CN=operator " + std::to_string(n)};
}

ports::KeptAnswer kept_answer(unsigned n) {
    return {.caller = "token:1",
            .key = named("key", n),
            .fingerprint = hash('6', n),
            .status = 201,
            .content_type = "application/json",
            .body = hostile_text(),
            .created_at = at_second(n)};
}

domain::Subscription subscription(unsigned n, unsigned app) {
    return {.id = nth<SubscriptionId>(n),
            .app = nth<AppId>(app),
            .type = domain::NotifyType::SwUpgradeResult,
            .callback_url = numbered("https://example.org:8443/push/", n),
            .created_at = at_second(n)};
}

domain::Push push(unsigned device) {
    return {.app = nth<AppId>(1),
            .type = domain::NotifyType::SwUpgradeResult,
            .device = nth<DeviceId>(device),
            .task = nth<TaskId>(1),
            .job = nth<JobId>(device),
            .phase = "idle",
            .success = true,
            .source_version = "V1",
            .current_version = "V2",
            .target_version = "V2",
            .detail = "done",
            .occurred_at = at_second(0),
            .attempts = 2,
            .due_at = at_second(0),
            .revived_at = at_second(1),
            .last_error = "503"};
}

ports::Uplink uplink(unsigned device, std::int64_t second) {
    return {.device = nth<DeviceId>(device), .at = at_second(second), .payload = {0x00, 0xFF, 0x27}};
}

domain::Command command(unsigned n, unsigned device) {
    return {.id = nth<CommandId>(n),
            .app = nth<AppId>(1),
            .device = nth<DeviceId>(device),
            .content = {.service_id = named("service", n), .method = named("method", n), .paras = R"({"a":1})"},
            .callback_url = numbered("http://example.org:8443/command/", n),
            .expire_time = std::chrono::seconds{3'600},
            .max_retransmit = 2,
            .mid = static_cast<std::uint16_t>(n),
            .payload = {1, 2, 0, 0xFF},
            .deadline = at_second(3'600 + n),
            .created_at = at_second(n)};
}

}  // namespace cellwise::contract
