// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/id.hpp"
#include "cellwise/base/result.hpp"
#include "cellwise/ports/package_files.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace cellwise::ports {

/// What a device asks the download server for, as the URL and the Authorization header say it; hostile until checked.
struct DownloadRequest {
    std::string_view app{};
    std::string_view device{};
    std::string_view package{};
    std::string_view token{};
};

/// A file that may be downloaded, and for whom.
struct Download {
    JobId job{};
    DeviceId device{};
    std::shared_ptr<const PayloadView> payload{};
    std::string file_name{};
    std::string sha256{};          ///< lower-case hex, of the payload
    bool ranges_from_one = false;  ///< the product's devices count the bytes of a Range from 1
};

/// Decides who may download what. Callable from any thread.
class DownloadGate {
 public:
    virtual ~DownloadGate() = default;
    /// When a request starts; a transfer that runs may finish. Errors: Unauthenticated "download.token" (none, wrong
    /// or expired), Forbidden "download.other" (another device's or package's), Conflict "download.stopped" (the task
    /// was stopped or the job is over), NotFound "download.file" (the package's file is gone).
    virtual Result<Download> open(const DownloadRequest& request) = 0;
};

/// What the download server sees of a download: the platform's own evidence of progress. Loop thread.
class TransferEvents {
 public:
    virtual ~TransferEvents() = default;
    /// `noted` is called once that is durable, and only then do bytes leave: who has the file may install it, and
    /// must not be told of it anew by a daemon that has forgotten.
    virtual void on_transfer_started(const DeviceId& device, const JobId& job, std::function<void()> noted) = 0;
    /// Now and then while bytes flow: the greatest offset that was sent so far.
    virtual void on_transfer_progress(const DeviceId& device, const JobId& job, std::uint64_t bytes) = 0;
    /// The request is over. `whole`: the file's last byte left in it.
    virtual void on_transfer_ended(const DeviceId& device, const JobId& job, bool whole) = 0;
};

}  // namespace cellwise::ports
