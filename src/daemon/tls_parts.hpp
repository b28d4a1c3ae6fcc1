// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/config.hpp"

#include "cellwise/base/result.hpp"
#include "cellwise/base/time.hpp"
#include "cellwise/ports/certificates.hpp"
#include "cellwise/ports/metrics.hpp"

#include <memory>
#include <string>
#include <vector>

namespace cellwise::http {
class TlsTrust;
}

namespace cellwise::daemon {

/// Who the machine says it is in the certificate that it makes for itself.
struct MachineNames {
    std::string host{};
    std::vector<std::string> addresses{"127.0.0.1", "::1"};
};
MachineNames names_of_this_machine();

/// The files of the https.* and webhook.ca keys, turned into what the HTTP server and client use. Loop thread only.
class TlsParts {
 public:
    TlsParts(const ports::CertificateReader& reader, ports::Metrics& metrics) : reader_(reader), metrics_(metrics) {}

    /// Reads and checks every file that the configuration names; changes nothing. Errors: InvalidInput, whose message
    /// begins with the key and names the file.
    static Status check(const Config& config);

    /// At the start. Makes https.crt and https.key in state.dir first, if the configuration names none and they are
    /// not there. The errors of check().
    Status open(const Config& config, const MachineNames& names, Timestamp now);
    /// At SIGHUP. What cannot be used leaves in force what was there, and is logged.
    void reload(const Config& config, Timestamp now);

    /// Null while https.listen is off and download.listen, too, or without TLS.
    const std::shared_ptr<http::TlsIdentity>& identity() const { return identity_; }
    /// The same certificate for download.listen, which asks devices for none of theirs: they have tokens.
    const std::shared_ptr<http::TlsIdentity>& download_identity() const { return download_identity_; }
    const std::shared_ptr<http::TlsTrust>& trust() const { return trust_; }

 private:
    void announce(const http::TlsMaterial& material, Timestamp now);

    const ports::CertificateReader& reader_;
    ports::Metrics& metrics_;
    std::shared_ptr<http::TlsIdentity> identity_{};
    std::shared_ptr<http::TlsIdentity> download_identity_{};
    std::shared_ptr<http::TlsTrust> trust_{};
};

}  // namespace cellwise::daemon
