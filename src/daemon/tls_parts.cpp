// SPDX-License-Identifier: Apache-2.0
#include "daemon/tls_parts.hpp"

#include "adapters/crypto/self_signed_certificate.hpp"
#include "adapters/http/tls_identity.hpp"
#include "adapters/http/tls_trust.hpp"
#include "adapters/system/durable_file.hpp"

#include "cellwise/base/log.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace cellwise::daemon {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostBytes = 1024 * 1024;
constexpr auto kSoon = std::chrono::days{30};

/// Where each of the files lies: as configured, or where the one lies that is made.
struct Files {
    std::string certificate;
    std::string key;
    std::string client_ca;
};

bool needs_identity(const Config& config) {
    return !config.https_listen.is_off() || (!config.download_listen.is_off() && config.download_tls);
}

http::TlsMaterial without_clients(http::TlsMaterial material) {
    material.clients = http::ClientCertificates::Off;
    return material;
}

bool is_made(const Config& config) { return config.https_certificate.empty(); }

Files files_of(const Config& config) {
    const fs::path state(config.state_dir);
    if (is_made(config)) return {state / "https.crt", state / "https.key", config.https_client_ca};
    return {config.https_certificate, config.https_key, config.https_client_ca};
}

/// "https.key: /etc/cellwise/key.pem: the private key is not that of the certificate"
Error with_file(Error error, std::string_view key, const std::string& file) {
    error.field = std::string(key);
    error.message = std::string(key) + ": " + file + ": " + error.message;
    error.value = file;
    return error;
}

Error with_file(Error error, const Files& files) {
    if (error.field == "certificate") return with_file(std::move(error), "https.certificate", files.certificate);
    if (error.field == "key") return with_file(std::move(error), "https.key", files.key);
    if (error.field == "client_ca") return with_file(std::move(error), "https.client_ca", files.client_ca);
    return error;
}

Status read_into(std::string& text, std::string_view key, const std::string& file) {
    auto read = system::read_file(file, kMostBytes);
    if (!read) return with_file(read.error(), key, file);
    text = std::move(*read);
    return {};
}

Result<http::TlsMaterial> read_material(const Config& config) {
    const auto files = files_of(config);
    http::TlsMaterial material{.clients = config.https_client_certificate};
    if (auto read = read_into(material.certificate, "https.certificate", files.certificate); !read)
        return read.error();
    if (auto read = read_into(material.key, "https.key", files.key); !read) return read.error();
    if (material.clients == http::ClientCertificates::Off) return material;
    if (auto read = read_into(material.client_ca, "https.client_ca", files.client_ca); !read) return read.error();
    return material;
}

Result<std::string> read_webhook_ca(const Config& config) {
    std::string text;
    if (config.webhook_ca.empty()) return text;
    if (auto read = read_into(text, "webhook.ca", config.webhook_ca); !read) return read.error();
    return text;
}

/// The key goes first and the certificate last, so that a certificate is never there without its key, whatever moment
/// the machine stops.
Status make_certificate(const Config& config, const MachineNames& names, Timestamp now) {
    const auto files = files_of(config);
    if (fs::exists(files.certificate) && fs::exists(files.key)) return {};
    std::error_code ignored;
    fs::remove(files.certificate, ignored);
    std::vector<std::string> dns{"localhost"};
    if (!names.host.empty() && names.host != "localhost") dns.push_back(names.host);
    const auto made = crypto::make_self_signed(
        {.common_name = names.host.empty() ? "cellwise" : names.host, .dns = dns, .addresses = names.addresses}, now);
    if (!made) return made.error();
    if (auto put = system::write_durably(files.key, made->key_pem, system::Readers::Owner); !put) {
        return with_file(put.error(), "state.dir", files.key);
    }
    if (auto put = system::write_durably(files.certificate, made->certificate_pem, system::Readers::Everybody);
        !put) {
        return with_file(put.error(), "state.dir", files.certificate);
    }
    log::info("a self-signed certificate was made", {{"file", files.certificate}});
    return {};
}

/// Without what else is in the file, which may be the key.
std::string_view first_certificate(std::string_view pem) {
    constexpr std::string_view kEnd = "-----END CERTIFICATE-----";
    const auto begin = std::min(pem.find("-----BEGIN CERTIFICATE-----"), pem.size());
    const auto end = pem.find(kEnd, begin);
    return end == std::string_view::npos ? pem.substr(begin) : pem.substr(begin, end + kEnd.size() - begin);
}

bool is_host_name(std::string_view name) {
    return !name.empty() && name.size() <= 253 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    });
}

}  // namespace

MachineNames names_of_this_machine() {
    std::array<char, 256> name{};
    MachineNames names;
    if (::gethostname(name.data(), name.size() - 1) == 0 && is_host_name(name.data())) names.host = name.data();
    return names;
}

Status TlsParts::check(const Config& config) {
    const auto ca = read_webhook_ca(config);
    if (!ca) return ca.error();
    if (const auto trust = http::TlsTrust::make(*ca); !trust) {
        return with_file(trust.error(), "webhook.ca", config.webhook_ca);
    }
    // What is made at the first start need not be there yet.
    if (!needs_identity(config) || is_made(config)) return {};
    const auto material = read_material(config);
    if (!material) return material.error();
    const auto identity = http::TlsIdentity::make(*material);
    return identity ? Status{} : Status{with_file(identity.error(), files_of(config))};
}

Status TlsParts::open(const Config& config, const MachineNames& names, Timestamp now) {
    const auto ca = read_webhook_ca(config);
    if (!ca) return ca.error();
    auto trust = http::TlsTrust::make(*ca);
    if (!trust) return with_file(trust.error(), "webhook.ca", config.webhook_ca);
    trust_ = std::move(*trust);
    if (!needs_identity(config)) return {};
    if (is_made(config)) {
        if (auto made = make_certificate(config, names, now); !made) return made;
    }
    const auto material = read_material(config);
    if (!material) return material.error();
    auto identity = http::TlsIdentity::make(*material);
    if (!identity) return with_file(identity.error(), files_of(config));
    auto for_downloads = http::TlsIdentity::make(without_clients(*material));
    if (!for_downloads) return with_file(for_downloads.error(), files_of(config));
    identity_ = std::move(*identity);
    download_identity_ = std::move(*for_downloads);
    announce(*material, now);
    return {};
}

void TlsParts::reload(const Config& config, Timestamp now) {
    const auto kept = [](const Error& error) {
        log::error("certificates not reloaded, the old ones stay in force", {{"reason", error.message}});
    };
    const auto ca = read_webhook_ca(config);
    if (!ca) {
        kept(ca.error());
    } else if (const auto exchanged = trust_->exchange(*ca); !exchanged) {
        kept(with_file(exchanged.error(), "webhook.ca", config.webhook_ca));
    }
    if (!identity_) return;
    const auto material = read_material(config);
    if (!material) return kept(material.error());
    if (const auto exchanged = identity_->exchange(*material); !exchanged) {
        return kept(with_file(exchanged.error(), files_of(config)));
    }
    if (const auto exchanged = download_identity_->exchange(without_clients(*material)); !exchanged) {
        return kept(with_file(exchanged.error(), files_of(config)));
    }
    announce(*material, now);
}

/// What operators compare with what their clients show them, and what their monitoring watches.
void TlsParts::announce(const http::TlsMaterial& material, Timestamp now) {
    const auto read = reader_.read(first_certificate(material.certificate));
    if (!read) return log::warning("the certificate's expiry is unknown", {{"reason", read.error().message}});
    const auto& own = read->front();
    const auto expires = std::chrono::floor<std::chrono::seconds>(own.expires_at).time_since_epoch();
    metrics_
        .gauge("cellwise_https_certificate_expires_seconds", "When the certificate of HTTPS expires, as Unix time")
        .set(static_cast<double>(expires.count()));
    log::info("HTTPS certificate", {{"subject", own.subject}, {"sha256", own.fingerprint}});
    if (own.expires_at <= now) return log::error("the HTTPS certificate has expired", {{"subject", own.subject}});
    const auto days = std::chrono::floor<std::chrono::days>(own.expires_at - now).count();
    if (own.expires_at - now < kSoon) log::warning("the HTTPS certificate expires soon", {{"days", days}});
}

}  // namespace cellwise::daemon
