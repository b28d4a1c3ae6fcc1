// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/failure.hpp"

namespace cellwise::domain::failure {

std::string_view text_of(pcp::ResultCode result) {
    using pcp::ResultCode;
    switch (result) {
        case ResultCode::InUse:
            return kInUse;
        case ResultCode::WeakSignal:
            return kWeakSignal;
        case ResultCode::AlreadyLatest:
            return kAlreadyLatest;
        case ResultCode::LowBattery:
            return kLowBattery;
        case ResultCode::NoSpace:
            return kNoSpace;
        case ResultCode::DownloadTimeout:
            return kConnectionLost;
        case ResultCode::PackageCheckFailed:
            return kIntegrity;
        case ResultCode::PackageTypeUnsupported:
            return kPackageType;
        case ResultCode::OutOfMemory:
            return kOutOfMemory;
        case ResultCode::InstallFailed:
            return kInstallFailed;
        case ResultCode::InternalError:
            return kInternal;
        // Success, and what only the platform says.
        case ResultCode::Ok:
        case ResultCode::NoSuchTask:
        case ResultCode::NoSuchChunk:
            break;
    }
    return {};
}

}  // namespace cellwise::domain::failure
