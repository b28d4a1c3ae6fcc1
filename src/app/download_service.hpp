// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/time.hpp"
#include "cellwise/domain/job.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/downloads.hpp"
#include "cellwise/ports/hashing.hpp"
#include "cellwise/ports/package_files.hpp"
#include "cellwise/ports/random.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace cellwise::app {

/// What a device is told of its download. The token is told once and never stored.
struct DownloadTicket {
    std::string token;       ///< 64 hex digits: a secret, in no log
    std::string token_hash;  ///< lower-case hex SHA-256 of it
    std::string url;
    Duration expires;
    Timestamp expires_at;
};

/// Gives devices the right to download their packages, and knows it again when they come. A right is of one device,
/// one package and one job; a job may have several that live, for a notice that is repeated brings a new one.
class DownloadService final : public ports::DownloadGate {
 public:
    struct Options {
        std::string public_url{};  ///< scheme, host and port: "https://fota.example.com:8943"
        Duration token_lifetime = std::chrono::hours{24};
    };
    struct Needs {
        ports::Database& database;
        ports::Clock& clock;
        ports::Random& random;
        ports::Hashing& hashing;
        ports::PackageFiles& files;
    };
    /// What stands in a URL for the application of a job that the operators began: no application's id looks so.
    static constexpr std::string_view kNoApplication = "operator";

    DownloadService(const Needs& needs, Options options) : needs_(needs), options_(std::move(options)) {}

    /// Where devices reach the download server, once that is known. Before anything is issued.
    void set_public_url(std::string url) { options_.public_url = std::move(url); }

    /// Loop thread; no I/O. The ticket is worth nothing before keep() is committed.
    DownloadTicket issue(const domain::Job& job, Timestamp now);
    /// In the transaction that commits the notice.
    static Status keep(ports::Transaction& tx, const DownloadTicket& ticket, const domain::Job& job);

    Result<ports::Download> open(const ports::DownloadRequest& request) override;

 private:
    using View = std::shared_ptr<const ports::PayloadView>;

    Result<View> view_of(const std::string& sha256);

    Needs needs_;
    Options options_;
    /// Files that are being downloaded: all transfers of one share its mapping.
    std::mutex mutex_;
    std::map<std::string, std::weak_ptr<const ports::PayloadView>> views_;
};

}  // namespace cellwise::app
