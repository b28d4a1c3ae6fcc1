// SPDX-License-Identifier: Apache-2.0
#include "daemon/config.hpp"

#include "daemon/config_keys.hpp"
#include "daemon/config_values.hpp"
#include "daemon/download_url.hpp"

#include <algorithm>
#include <numeric>

namespace cellwise::daemon {
namespace {

/// Levenshtein's distance: how many single-character edits lie between two words.
std::size_t edits_between(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
        }
    }
    return row.back();
}

std::string_view nearest_key(std::string_view wrong) {
    const auto& keys = config_keys();
    const auto nearer = [&](const ConfigKey& a, const ConfigKey& b) {
        return edits_between(wrong, a.name) < edits_between(wrong, b.name);
    };
    return std::min_element(keys.begin(), keys.end(), nearer)->name;
}

/// Of an address as it is written; what is none at all the listener refuses.
bool is_loopback(std::string_view host) { return host.starts_with("127.") || host == "::1"; }

Status check_https(const Config& config) {
    if (config.https_certificate.empty() != config.https_key.empty()) {
        return invalid("config.value", "https.key", "https.certificate, https.key: only both together can be given");
    }
    const bool asked = config.https_client_certificate != http::ClientCertificates::Off;
    if (asked && config.https_client_ca.empty()) {
        return invalid("config.value", "https.client_ca",
                       "https.client_ca: is needed when https.client_certificate is optional or required");
    }
    return Status{};
}

Status check_download(const Config& config) {
    if (config.download_listen.is_off()) return {};
    if (!config.download_public_url.empty()) return check_public_url(config.download_public_url);
    // The machine's name, if it is asked for, and the port that the system chooses are not known here.
    const auto derived = public_url_of(config, "localhost", 8943);
    return derived ? Status{} : Status{derived.error()};
}

std::string_view section_of(std::string_view key) { return key.substr(0, key.find('.')); }
std::string_view leaf_of(std::string_view key) { return key.substr(key.find('.') + 1); }

}  // namespace

Result<Config> make_config(const std::vector<Setting>& settings) {
    Config config;
    for (const auto& setting : settings) {
        const auto& keys = config_keys();
        const auto key =
            std::find_if(keys.begin(), keys.end(), [&](const ConfigKey& k) { return k.name == setting.key; });
        if (key == keys.end()) {
            return invalid("config.unknown_key", setting.key,
                           setting.origin + ": " + printable(setting.key) + ": there is no such key; did you mean " +
                               std::string(nearest_key(setting.key)) + "?");
        }
        if (!key->apply(config, setting.value)) {
            return invalid("config.value", setting.key,
                           setting.origin + ": " + setting.key + ": must be " + key->allowed);
        }
    }
    if (auto checked = check(config); !checked) return checked.error();
    return config;
}

ConfigChanges lay_over(Config& running, const Config& fresh) {
    ConfigChanges changes;
    for (const auto& key : config_keys()) {
        if (key.show(running) == key.show(fresh)) continue;
        (key.reloads ? changes.in_force : changes.need_restart).push_back(key.name);
        if (key.reloads) key.copy(fresh, running);
    }
    return changes;
}

Status check(const Config& config) {
    if (config.http_listen.is_off() && config.https_listen.is_off() && config.coap_listen.is_off()) {
        return invalid("config.value", "http.listen",
                       "http.listen, https.listen, coap.listen: at least one must be on");
    }
    if (!config.http_listen.is_off() && !is_loopback(config.http_listen.host) && !config.http_allow_remote) {
        return invalid("config.value", "http.listen",
                       "http.listen: must be a loopback address, since nothing encrypts it; let others use "
                       "https.listen, or insist by http.allow_remote = true",
                       config.http_listen.host);
    }
    if (auto checked = check_https(config); !checked) return checked;
    if (auto checked = check_download(config); !checked) return checked;
    if (config.limits.download_idle > config.limits.download) {
        return invalid("config.value", "limits.download_idle",
                       "limits.download_idle: must not be over limits.download");
    }
    return Status{};
}

std::string key_of_environment(std::string_view variable) {
    constexpr std::string_view kPrefix = "CELLWISE_";
    if (!variable.starts_with(kPrefix)) return {};
    std::string name(variable.substr(kPrefix.size()));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    // LIMITER_CELL_ONLY is limiter.cell_only: only the first underscore can be the dot.
    if (const auto underscore = name.find('_'); underscore != std::string::npos) name[underscore] = '.';
    return name;
}

std::string to_toml(const Config& config) {
    std::string text;
    std::string_view section;
    for (const auto& key : config_keys()) {
        if (section_of(key.name) != section) {
            section = section_of(key.name);
            if (!text.empty()) text += '\n';
            text.append("[").append(section).append("]\n");
        }
        text.append(leaf_of(key.name)).append(" = ").append(key.show(config)).append("\n");
    }
    return text;
}

std::string commented_toml() {
    const Config defaults;
    std::string text =
        "# Configuration of cellwised. Every key is here with its default; each can also be given as an environment\n"
        "# variable (limiter.level0 is CELLWISE_LIMITER_LEVEL0) or as --set limiter.level0=50, the later winning.\n"
        "# Unknown keys are errors. Written by scripts/generate_docs from src/daemon/config_keys.cpp.\n";
    std::string_view section;
    for (const auto& key : config_keys()) {
        if (section_of(key.name) != section) {
            section = section_of(key.name);
            text.append("\n[").append(section).append("]\n");
        }
        text.append("# ").append(key.meaning).append("\n# Allowed: ").append(key.allowed);
        text.append(key.reloads ? ". SIGHUP reloads it.\n" : "\n");
        text.append(leaf_of(key.name)).append(" = ").append(key.show(defaults)).append("\n");
    }
    return text;
}

std::string config_page() {
    const Config defaults;
    std::string page =
        "# Configuration\n\nGenerated from `src/daemon/config_keys.cpp`. `config/cellwised.toml` holds the same with "
        "comments. A "
        "key can also be given as an environment variable (`CELLWISE_LIMITER_LEVEL0`) or by `--set "
        "limiter.level0=50`; the command line wins "
        "over the environment, the environment over the file. Unknown keys are errors. A change takes effect at "
        "SIGHUP "
        "where the table says so, else at a restart.\n\n"
        "| key | default | allowed | changed by | meaning |\n|---|---|---|---|---|\n";
    for (const auto& key : config_keys()) {
        page.append("| `").append(key.name).append("` | `").append(key.show(defaults)).append("` | ");
        page.append(key.allowed).append(key.reloads ? " | SIGHUP | " : " | restart | ");
        page.append(key.meaning).append(" |\n");
    }
    return page;
}

}  // namespace cellwise::daemon
