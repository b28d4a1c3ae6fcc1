// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/settings.hpp"

#include "adapters/system/toml_file.hpp"
#include "json/nearest.hpp"
#include "tools/shell/output_file.hpp"

#include "cellwise/base/bytes.hpp"

#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <unistd.h>

namespace cellwise::ctl {
namespace {

constexpr std::size_t kMostTokenFile = 4096;
constexpr const char* kSessionFile = "session.json";

std::filesystem::path folder_of(const Environment& environment) {
    if (const auto config = environment("XDG_CONFIG_HOME")) return std::filesystem::path(*config) / "cellwise";
    if (const auto home = environment("HOME")) return std::filesystem::path(*home) / ".config/cellwise";
    return {};
}

Result<std::string> checked_server(std::string url) {
    while (url.ends_with('/')) url.pop_back();
    const auto scheme = url.find("://");
    const auto name = url.substr(0, scheme == std::string::npos ? 0 : scheme);
    const bool is_plain = std::ranges::all_of(url, [](char c) { return c > ' ' && c < 0x7F; });
    if ((name == "http" || name == "https") && url.size() > name.size() + 3 && is_plain &&
        url.find_first_of("?#@") == std::string::npos) {
        return url;
    }
    return invalid("usage.server", "--server", "the server is written http://HOST:PORT or https://HOST:PORT", url);
}

Result<std::string> token_in(const std::filesystem::path& file) {
    auto text = shell::read_text(file, kMostTokenFile);
    if (!text) return text;
    while (text->ends_with('\n') || text->ends_with('\r')) text->pop_back();
    return text;
}

/// A token goes into a header line.
Status check_token(std::string_view token) {
    const bool is_word = std::ranges::all_of(token, [](char c) { return c > ' ' && c < 0x7F; });
    if (is_word && !token.empty()) return {};
    return invalid("token.malformed", "--token", "a token is one word of visible characters");
}

/// ctl.toml; paths in it that are relative are so to its folder.
Status read_config(const std::filesystem::path& folder, Wishes& found) {
    const auto file = folder / "ctl.toml";
    std::error_code ignored;
    if (folder.empty() || !std::filesystem::exists(file, ignored)) return {};
    const auto settings = system::read_toml_file(file);
    if (!settings) return invalid("usage.config", {}, settings.error().message, settings.error().value);
    constexpr std::array<std::string_view, 5> kKeys{"server", "token_file", "ca", "certificate", "key"};
    const std::array targets{&found.server, &found.token_file, &found.ca, &found.certificate, &found.key};
    for (const auto& setting : *settings) {
        const auto at = static_cast<std::size_t>(std::ranges::find(kKeys, setting.key) - kKeys.begin());
        const auto* text = std::get_if<std::string>(&setting.value);
        if (at == kKeys.size()) {
            const auto near = json::nearest(setting.key, kKeys);
            return invalid("usage.config", setting.key,
                           setting.origin + ": there is no such key" +
                               (near.empty() ? "; there are server, token_file, ca, certificate and key"
                                             : "; did you mean " + near + "?"),
                           setting.key);
        }
        if (text == nullptr) {
            return invalid("usage.config", setting.key, setting.origin + ": " + setting.key + " must be a text");
        }
        *targets[at] = at == 0 ? *text : (folder / *text).string();
    }
    return {};
}

Result<std::string> token_of(const Wishes& wishes, const Environment& environment, const Wishes& config,
                             const Settings& settled) {
    if (wishes.token) return *wishes.token;
    if (wishes.token_file) return token_in(*wishes.token_file);
    if (const auto file = environment("CELLWISE_CTL_TOKEN_FILE")) return token_in(*file);
    if (config.token_file) return token_in(*config.token_file);
    const auto session = find_session(settled.folder);
    return session && session->server == settled.server ? session->token : std::string();
}

}  // namespace

Result<Settings> settle(const Wishes& wishes, const Environment& environment) {
    Settings settled;
    settled.folder = folder_of(environment);
    Wishes config;
    if (const auto read = read_config(settled.folder, config); !read) return read.error();
    const auto first = [&](const std::optional<std::string>& wish, const char* variable,
                           const std::optional<std::string>& configured) {
        if (wish) return *wish;
        const auto set = variable == nullptr ? std::nullopt : environment(variable);
        return set ? *set : configured.value_or("");
    };
    auto server = first(wishes.server, "CELLWISE_CTL_SERVER", config.server);
    auto checked = checked_server(server.empty() ? kDefaultServer : std::move(server));
    if (!checked) return checked.error();
    settled.server = std::move(*checked);
    settled.ca = first(wishes.ca, "CELLWISE_CTL_CA", config.ca);
    settled.certificate = first(wishes.certificate, nullptr, config.certificate);
    settled.key = first(wishes.key, nullptr, config.key);
    auto token = token_of(wishes, environment, config, settled);
    if (!token) return token.error();
    settled.token = std::move(*token);
    if (!settled.token.empty() || wishes.token || wishes.token_file) {
        if (const auto good = check_token(settled.token); !good) return good.error();
    }
    return settled;
}

std::optional<KeptSession> find_session(const std::filesystem::path& folder) {
    const auto text =
        folder.empty() ? Result<std::string>(std::string()) : shell::read_text(folder / kSessionFile, kMostTokenFile);
    if (!text) return {};
    const auto json = nlohmann::json::parse(*text, nullptr, false);
    if (!json.is_object() || !json.contains("server") || !json.contains("token")) return {};
    if (!json["server"].is_string() || !json["token"].is_string()) return {};
    return KeptSession{.server = json["server"], .token = json["token"]};
}

Status keep_session(const std::filesystem::path& folder, const KeptSession& session) {
    if (folder.empty()) {
        return invalid("file.unwritable", {}, "neither HOME nor XDG_CONFIG_HOME says where to keep the session");
    }
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    // Under a name of its own first: whoever reads meanwhile finds the old session or the new one, whole.
    const auto staged = folder / (std::string(kSessionFile) + '.' + std::to_string(::getpid()));
    const nlohmann::json json{{"server", session.server}, {"token", session.token}};
    if (const auto written = shell::write_new_file(staged, json.dump() + '\n', shell::Access::OwnerOnly); !written) {
        return written.error();
    }
    std::filesystem::rename(staged, folder / kSessionFile, failed);
    if (!failed) return {};
    std::filesystem::remove(staged);
    return internal_error("file.unwritable", "cannot write " + printable((folder / kSessionFile).string()));
}

void forget_session(const std::filesystem::path& folder) {
    std::error_code ignored;
    if (!folder.empty()) std::filesystem::remove(folder / kSessionFile, ignored);
}

std::optional<Error> clear_text_warning(const Settings& settings) {
    constexpr std::string_view kPlain = "http://";
    if (!settings.server.starts_with(kPlain) || settings.token.empty()) return {};
    const auto host = std::string_view(settings.server).substr(kPlain.size());
    const auto is_host = [host](std::string_view name) {
        return host.starts_with(name) &&
               (host.size() == name.size() || host[name.size()] == ':' || host[name.size()] == '/');
    };
    if (host.starts_with("127.") || is_host("localhost") || is_host("[::1]")) return {};
    return invalid("token.clear_text", "--server", "the token goes over the network in clear text; use https://",
                   settings.server);
}

}  // namespace cellwise::ctl
