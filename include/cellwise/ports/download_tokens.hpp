// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/id.hpp"
#include "cellwise/base/result.hpp"
#include "cellwise/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cellwise::ports {

/// What lets one device download one package for one job. The token itself is known to the device alone.
struct DownloadToken {
    std::string hash{};  ///< lower-case hex SHA-256 of the token
    DeviceId device{};
    PackageId package{};
    JobId job{};
    Timestamp expires_at{};
    friend bool operator==(const DownloadToken&, const DownloadToken&) = default;
};

/// They outlive their devices and jobs: whoever asks looks at those, too.
class DownloadTokenStore {
 public:
    virtual ~DownloadTokenStore() = default;
    virtual Status insert(const DownloadToken& token) = 0;
    virtual Result<std::optional<DownloadToken>> find(std::string_view hash) = 0;
    /// At most `limit` of those whose `expires_at` is at or before `now`; how many there were.
    virtual Result<std::int64_t> erase_expired(Timestamp now, std::uint32_t limit) = 0;
};

}  // namespace cellwise::ports
