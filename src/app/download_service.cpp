// SPDX-License-Identifier: Apache-2.0
#include "app/download_service.hpp"

#include "app/authenticator.hpp"
#include "app/new_id.hpp"
#include "app/transact.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace cellwise::app {
namespace {

using domain::Job;
using domain::JobState;
using ports::DownloadToken;
using ports::Transaction;

constexpr std::size_t kTokenLength = 64;

Error refused(std::string message) {
    return {.kind = ErrorKind::Unauthenticated, .code = "download.token", .message = std::move(message)};
}

Error others() {
    return {.kind = ErrorKind::Forbidden,
            .code = "download.other",
            .message = "the token is for another device or another package"};
}

Error over() {
    return {.kind = ErrorKind::Conflict,
            .code = "download.stopped",
            .message = "the upgrade is over: the task was stopped, or the job has ended"};
}

Error gone() {
    return {.kind = ErrorKind::NotFound, .code = "download.file", .message = "the package's file is gone"};
}

bool is_token(std::string_view text) {
    return text.size() == kTokenLength && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

/// How long it takes says nothing of where they differ.
bool equal_in_constant_time(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    volatile unsigned difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        difference = difference | (static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]));
    }
    return difference == 0;
}

std::string application_in_url(const AppId& app) {
    return app.empty() ? std::string(DownloadService::kNoApplication) : app.str();
}

/// What a download needs to know, as one view of the database shows it.
struct Granted {
    Job job{};
    domain::Package package{};
    bool ranges_from_one = false;
};

/// The job has told its device, and has not ended: in the other states it has no slot of its cell.
bool may_download(JobState state) {
    return state == JobState::Notifying || state == JobState::Downloading || state == JobState::Updating ||
           state == JobState::Verifying;
}

Result<Job> job_of(Transaction& tx, const DownloadToken& token) {
    auto job = tx.jobs().find(token.job);
    if (!job) return job.error();
    if (!*job || !may_download((*job)->state)) return over();
    return std::move(**job);
}

Result<bool> counts_from_one(Transaction& tx, const DeviceId& device) {
    const auto found = tx.devices().find(device);
    if (!found) return found.error();
    if (!*found) return over();  // it was deleted, and with it the right
    const auto product = tx.products().find((*found)->product);
    if (!product) return product.error();
    return *product && (*product)->mqtt.ranges_from_one;
}

/// Whose token it is comes before what became of the job: a stranger hears nothing of it.
Result<Granted> look_up(Transaction& tx, const ports::DownloadRequest& request, const std::string& hash,
                        Timestamp now) {
    const auto found = tx.download_tokens().find(hash);
    if (!found) return found.error();
    if (!*found || !equal_in_constant_time((*found)->hash, hash)) return refused("the token is missing or wrong");
    const auto& token = **found;
    if (token.expires_at <= now) return refused("the token has expired");
    if (token.device.view() != request.device || token.package.view() != request.package) return others();
    auto job = job_of(tx, token);
    if (!job) return job.error();
    if (application_in_url(job->app) != request.app) return others();
    auto package = tx.packages().find(token.package);
    if (!package) return package.error();
    if (!*package) return gone();
    const auto from_one = counts_from_one(tx, token.device);
    if (!from_one) return from_one.error();
    return Granted{.job = std::move(*job), .package = std::move(**package), .ranges_from_one = *from_one};
}

}  // namespace

DownloadTicket DownloadService::issue(const Job& job, Timestamp now) {
    DownloadTicket ticket;
    ticket.token = random_secret(needs_.random);
    ticket.token_hash = hash_of(needs_.hashing, ticket.token);
    ticket.url = options_.public_url + "/iodm/dev/v2.0/upgradefile/applications/" + application_in_url(job.app) +
                 "/devices/" + job.device.str() + "/packages/" + job.package.str();
    ticket.expires = options_.token_lifetime;
    ticket.expires_at = now + ticket.expires;
    return ticket;
}

Status DownloadService::keep(Transaction& tx, const DownloadTicket& ticket, const Job& job) {
    return tx.download_tokens().insert({.hash = ticket.token_hash,
                                        .device = job.device,
                                        .package = job.package,
                                        .job = job.id,
                                        .expires_at = ticket.expires_at});
}

Result<ports::Download> DownloadService::open(const ports::DownloadRequest& request) {
    if (!is_token(request.token)) return refused("the token is missing or wrong");
    const auto hash = hash_of(needs_.hashing, request.token);
    const auto now = needs_.clock.now();
    auto granted = read<Granted>(needs_.database, [&](Transaction& tx) { return look_up(tx, request, hash, now); });
    if (!granted) return granted.error();
    auto view = view_of(granted->package.payload_sha256);
    if (!view) return view.error();
    return ports::Download{.job = granted->job.id,
                           .device = granted->job.device,
                           .payload = std::move(*view),
                           .file_name = std::move(granted->package.description.file_name),
                           .sha256 = std::move(granted->package.payload_sha256),
                           .ranges_from_one = granted->ranges_from_one};
}

Result<DownloadService::View> DownloadService::view_of(const std::string& sha256) {
    const std::lock_guard lock(mutex_);
    if (const auto known = views_.find(sha256); known != views_.end()) {
        if (auto view = known->second.lock()) return view;
    }
    // Packages are hundreds, those under way a few: whatever nobody reads any more goes when another is opened.
    std::erase_if(views_, [](const auto& entry) { return entry.second.expired(); });
    auto opened = needs_.files.open(sha256);
    if (!opened) return opened.error().kind == ErrorKind::NotFound ? gone() : opened.error();
    views_[sha256] = *opened;
    return *opened;
}

}  // namespace cellwise::app
