// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/advice.hpp"

#include <algorithm>
#include <string_view>

namespace cellwise::ctl {
namespace {

struct Advice {
    std::string_view code;
    std::string_view words;
};

constexpr Advice kAdvice[] = {
    {"reach.refused",
     "is cellwised running (systemctl status cellwised)? Another address: --server URL or "
     "CELLWISE_CTL_SERVER"},
    {"reach.name", "look at --server, CELLWISE_CTL_SERVER and ctl.toml: which of them names it?"},
    {"reach.timeout", "is there a firewall on the way, or is the daemon stuck? Its log says more"},
    {"reach.broken_off",
     "is it the right port, and http or https as the daemon has it? If it wants a certificate of ours, "
     "give --cert and --key"},
    {"tls.name",
     "call it by a name that the certificate has, or give the daemon one for this name (https.certificate)"},
    {"tls.own_certificate",
     "does the daemon want a certificate of ours (https.client_certificate)? Give --cert and --key"},
    {"tls.failed", "does the daemon speak TLS at this port? https.listen is the one that does"},
    {"access.token.expired", "sign in again (cellwisectl login NAME), or let an admin make a new token"},
    {"access.login.refused", "an admin can give another password: cellwisectl operators change ID --password"},
    {"access.role", "it takes a token of a greater role; cellwisectl tokens current says which you have"},
    {"request.path", "is the address the daemon's root, and the daemon as new as this program?"},
    {"answer.foreign", "--server has to be the address of cellwised itself (http.listen or https.listen)"},
    {"task.running", "stop it first (cellwisectl tasks stop), and wait for what installs"},
    {"task.busy", "try again in a moment"},
    {"task.package.not_found", "cellwisectl packages list has the ids"},
    {"task.group.not_found", "groups are named by their names; cellwisectl groups list has them"},
    {"product.in_use", "delete its devices first: cellwisectl devices list --product ID"},
    {"package.in_use", "stop the tasks that use it first: cellwisectl tasks list --state processing"},
    {"application.in_use", "delete its devices first: cellwisectl devices list --app ID"},
    {"device.upgrading", "stop its task first: cellwisectl tasks list --device ID"},
    {"device.not_found", "cellwisectl devices list --node BEGINNING finds it"},
    {"device.product.unknown", "make the product first: cellwisectl products create"},
    {"public_key.manufacturer_unknown", "make a product of this manufacturer first: cellwisectl products create"},
    {"signature.key_unknown", "file the vendor's key first: cellwisectl public-keys create"},
    {"database.queue_full", "the daemon has more to write than the disk takes: try again later"},
    {"storage.full", "make room on the daemon's disk: cellwisectl packages delete"},
    {"database.full", "make room on the daemon's disk"},
    {"import.interrupted", "import the file again: what was taken is reported as a duplicate"},
    {"import.lines", "mend those lines and import the file again: what was taken is reported as a duplicate"},
    {"health.not_ready", "its log says why"},
};

}  // namespace

std::string advice_for(const Error& error, const Settings& settings) {
    if (error.code == "access.token.unknown" && settings.token.empty()) {
        return "say who you are: cellwisectl login NAME, or --token-file FILE or CELLWISE_CTL_TOKEN_FILE; the first "
               "token is in admin.token in the daemon's state directory (/var/lib/cellwise)";
    }
    if (error.code == "access.token.unknown") {
        return "the token was revoked, or is for another daemon than " + settings.server;
    }
    if (error.code == "tls.unknown") {
        return std::string(error.value.empty() ? "" : "is that the SHA-256 that the daemon's log says? Then ") +
               "give --ca FILE with the certificate: https.crt in the daemon's state directory, if it made it itself";
    }
    const auto found = std::ranges::find(kAdvice, std::string_view(error.code), &Advice::code);
    return found == std::end(kAdvice) ? std::string() : std::string(found->words);
}

}  // namespace cellwise::ctl
