// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/package_receiver.hpp"

namespace cellwise::rest {

PackageReceiver::PackageReceiver(std::shared_ptr<app::PackageUpload> upload,
                                 const std::optional<std::string>& boundary)
    : upload_(std::move(upload)) {
    if (!boundary) return;
    form_.emplace(*boundary, MultipartParser::Events{
                                 .on_part = [this](const MultipartParser::Part& part) { return on_part(part); },
                                 .on_data = [this](ByteView data) { return upload_->write(data); }});
}

Status PackageReceiver::on_part(const MultipartParser::Part& part) {
    if (part.name != "file") {
        return invalid("request.field.unknown", part.name, "the form may have the field file only",
                       printable(part.name));
    }
    if (has_file_) return invalid("request.field.twice", "file", "the form may have one file only", "file");
    has_file_ = true;
    return {};
}

Status PackageReceiver::write(ByteView piece) { return form_ ? form_->write(piece) : upload_->write(piece); }

Status PackageReceiver::check_complete() const {
    if (!form_) return {};
    if (auto ok = form_->finish(); !ok) return ok;
    if (!has_file_) return invalid("request.field.missing", "file", "the form must have the field file");
    return {};
}

void PackageReceiver::finish(app::PackageAccepted done) {
    if (auto ok = check_complete(); !ok) return done(ok.error());
    upload_->finish(std::move(done));
}

}  // namespace cellwise::rest
