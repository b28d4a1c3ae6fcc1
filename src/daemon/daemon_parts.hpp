// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/archive/upgrade_description_json.hpp"
#include "adapters/archive/zip_package_archive.hpp"
#include "adapters/codec/json_command_codec.hpp"
#include "adapters/crypto/aes_secret_box.hpp"
#include "adapters/crypto/certificate_reader.hpp"
#include "adapters/crypto/hashing.hpp"
#include "adapters/crypto/openssl_random.hpp"
#include "adapters/crypto/package_verifier.hpp"
#include "adapters/crypto/scrypt.hpp"
#include "adapters/http/face_router.hpp"
#include "adapters/http/http_client.hpp"
#include "adapters/http/http_server.hpp"
#include "adapters/lwm2m/coap/udp_transport.hpp"
#include "adapters/lwm2m/lwm2m_server.hpp"
#include "adapters/northbound/device_notices.hpp"
#include "adapters/northbound/northbound_handler.hpp"
#include "adapters/northbound/traffic_notices.hpp"
#include "adapters/rest/api_handler.hpp"
#include "adapters/sqlite/sqlite_database.hpp"
#include "adapters/system/event_loop.hpp"
#include "adapters/system/package_directory.hpp"
#include "adapters/system/prometheus_metrics.hpp"
#include "adapters/system/system_clock.hpp"
#include "adapters/webhook/webhook_sender.hpp"
#include "app/access_service.hpp"
#include "app/answer_keeper.hpp"
#include "app/audit_log.hpp"
#include "app/authenticator.hpp"
#include "app/catalog_service.hpp"
#include "app/data_notices.hpp"
#include "app/device_service.hpp"
#include "app/event_hub.hpp"
#include "app/group_service.hpp"
#include "app/mqtt_gateway.hpp"
#include "app/mqtt_presence.hpp"
#include "app/operator_service.hpp"
#include "app/package_file_keeper.hpp"
#include "app/package_intake.hpp"
#include "app/package_service.hpp"
#include "app/pcp_link.hpp"
#include "app/push_service.hpp"
#include "app/registration_service.hpp"
#include "app/retention.hpp"
#include "app/subscription_service.hpp"
#include "app/task_service.hpp"
#include "app/throttle.hpp"
#include "app/upgrade_engine.hpp"
#include "daemon/daemon.hpp"
#include "daemon/daemon_metrics.hpp"
#include "daemon/device_commands.hpp"
#include "daemon/download_parts.hpp"
#include "daemon/late_device_events.hpp"
#include "daemon/late_mqtt_events.hpp"
#include "daemon/live_registrations.hpp"
#include "daemon/mqtt_parts.hpp"
#include "daemon/tls_parts.hpp"

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>

namespace cellwise::daemon {

/// Every part in the order in which it is made; each is torn down before what stands above it.
struct Daemon::Parts {
    Config config;  // as in force
    ReadConfig read_config;
    std::filesystem::path state;
    std::atomic<int> exit_code{0};

    system::EventLoop loop{};         // the loop thread's work, timers and signals
    system::SystemClock clock{};      // the time of day
    system::MonotonicClock steady{};  // for retransmissions: never set back
    system::PrometheusMetrics metrics{};
    DaemonMetrics numbers{metrics};
    crypto::OpenSslRandom random{};
    crypto::OpenSslHashing hashing{};
    crypto::PemCertificateReader certificates{};
    TlsParts tls{certificates, metrics};
    crypto::PackageVerifier signatures{};
    std::optional<crypto::AesSecretBox> secrets{};  // seals what devices prove themselves by
    archive::ZipPackageArchive archives{hashing};
    archive::JsonDescriptionReader descriptions{};
    std::unique_ptr<system::PackageDirectory> files{};  // package files, by their hash
    codec::JsonCommandCodec command_codec{};  // this and the next two are used on the database's thread, too
    northbound::TrafficNotices traffic_texts{};
    app::MqttPresence mqtt_presence{};  // who is at the broker: asked by whoever shows devices
    app::DataNotices data_notices{traffic_texts, metrics};
    std::unique_ptr<sqlite::SqliteDatabase> database{};  // the durable truth, and its thread
    std::optional<LiveRegistrations> live_registrations{};

    // LwM2M: who is registered, and what carries messages to and from them.
    std::optional<app::RegistrationService> registrations{};
    LateDeviceEvents device_events{};
    NoDownlink no_downlink{loop};
    std::unique_ptr<lwm2m::coap::UdpTransport> udp{};
    std::optional<lwm2m::Lwm2mServer> lwm2m{};

    // MQTT: the link to the broker, and who may log in there.
    LateMqttEvents mqtt_events{};
    NoBroker no_broker{loop};
    std::unique_ptr<MqttParts> mqtt{};

    // The core.
    std::optional<app::EventHub> events{};
    std::optional<app::PcpLink> pcp{};
    std::optional<DownloadParts> downloads{};  // from where MQTT devices get their files
    std::optional<app::MqttGateway> gateway{};
    std::optional<app::UpgradeEngine> engine{};
    std::optional<app::TaskService> tasks{};
    std::optional<app::Retention> retention{};
    std::optional<DeviceCommands> commands{};

    // Pushes to the application servers.
    std::unique_ptr<http::HttpClient> http_client{};
    std::optional<webhook::WebhookSender> webhooks{};
    std::optional<app::PushService> pushes{};

    // What the HTTP faces call.
    northbound::DeviceNotices notices{&mqtt_presence};
    crypto::Scrypt passwords{random};
    std::optional<app::AuditLog> audit{};
    std::optional<app::AnswerKeeper> answers{};
    std::optional<app::OperatorService> operators{};
    std::optional<app::Authenticator> authenticator{};
    std::optional<app::Throttle> throttle{};
    std::optional<app::AccessService> access{};
    std::optional<app::CatalogService> catalog{};
    std::optional<app::DeviceService> devices{};
    std::optional<app::GroupService> groups{};
    std::optional<app::SubscriptionService> subscriptions{};
    std::optional<app::PackageFileKeeper> keeper{};
    std::optional<app::PackageIntake> intake{};
    std::optional<app::PackageService> packages{};
    std::optional<rest::ApiHandler> api{};
    std::optional<northbound::NorthboundHandler> northbound{};
    std::optional<http::FaceRouter> faces{};
    std::optional<http::HttpServer> http{};
    std::jthread stopper{};

    Parts(const Config& wanted, ReadConfig read)
        : config(wanted), read_config(std::move(read)), state(wanted.state_dir) {}

    Status open_storage();
    Status open_lwm2m();
    Status open_mqtt();
    void make_core();
    Status make_pushes();
    void make_services();
    Status check_packages();
    Status open_http();
    Status open_downloads();
    app::UpgradeEngine::DownloadOffer offer_of(const domain::Job& job);
    void arm_timers();
    void reload();
    void stop();
    void give_up(std::string_view what, const Error& error);
    void publish_numbers();
    void write_endpoints() const;
};

}  // namespace cellwise::daemon
