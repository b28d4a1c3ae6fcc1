// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/rest/multipart_parser.hpp"
#include "app/package_intake.hpp"

#include "cellwise/ports/http.hpp"

#include <memory>
#include <optional>
#include <string_view>

namespace cellwise::rest {

/// The body of an upload: the package itself, or a form with the package as its field `file`. Only what belongs to
/// the package reaches the intake.
class PackageReceiver final : public ports::BodySink {
 public:
    /// `boundary`: of a multipart/form-data body.
    PackageReceiver(std::shared_ptr<app::PackageUpload> upload, const std::optional<std::string>& boundary);

    Status write(ByteView piece) override;
    /// After the last piece. `done` runs once, here or on the loop.
    void finish(app::PackageAccepted done);

 private:
    Status on_part(const MultipartParser::Part& part);
    Status check_complete() const;

    std::shared_ptr<app::PackageUpload> upload_;
    std::optional<MultipartParser> form_;
    bool has_file_ = false;
};

}  // namespace cellwise::rest
