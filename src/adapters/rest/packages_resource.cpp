// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/package_receiver.hpp"
#include "adapters/rest/paging.hpp"
#include "adapters/rest/resources.hpp"
#include "app/package_service.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace cellwise::rest::packages {
namespace {

using app::PackageView;

/// What clients call a zip; curl and browsers differ.
constexpr std::array<std::string_view, 3> kZipTypes{"application/zip", "application/x-zip-compressed",
                                                    "application/octet-stream"};

Error no_such_package(const Call& call) { return missing(call, "package.not_found", "there is no such package"); }

void write(json::Writer& out, const PackageView& view) {
    const auto& package = view.package;
    const auto& description = package.description;
    out.begin_object().field("fileId", package.id).field("name", package.name).field("appId", or_null(package.app));
    out.field("version", description.version.text()).field("fileName", description.file_name);
    out.field("manufacturerName", description.manufacturer_name).field("deviceType", description.device_type);
    out.field("model", description.model).field("protocolType", to_string(description.protocol));
    out.field("description", description.description).field("versionCheckCode", description.version_check_code);
    out.field("platform", description.platform).field("date", or_null(description.date));
    out.key("sourceVersions").begin_array();
    for (const auto& pattern : description.source_versions) out.value(pattern);
    out.end_array();
    // Of the vendor's file, which is what devices get; then of the archive, which is what was uploaded.
    out.field("size", package.payload_size).field("sha256", package.payload_sha256);
    out.field("chunkSize", description.chunk_size).field("chunkCount", package.chunk_count);
    out.field("archiveSize", package.archive_size).field("archiveSha256", package.archive_sha256);
    out.field("keyFingerprint", package.key_fingerprint).field("keyRevoked", view.key_revoked);
    out.field("uploadedAt", to_rfc3339(package.uploaded_at)).end_object();
}

std::string show_package(const PackageView& view) {
    return json_of([&](json::Writer& out) { write(out, view); });
}

bool is_zip(std::string_view content_type) {
    auto type = content_type.substr(0, content_type.find(';'));
    while (type.ends_with(' ')) type.remove_suffix(1);
    return std::find(kZipTypes.begin(), kZipTypes.end(), type) != kZipTypes.end();
}

std::optional<std::uint64_t> declared_size(const ports::HttpRequest& head) {
    const auto text = head.header("Content-Length").value_or("");
    std::uint64_t size = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return size;
}

std::optional<std::string> query_text(const Call& call, std::string_view name) {
    const auto value = call.request.query_value(name);
    return value ? std::optional<std::string>(*value) : std::nullopt;
}

/// Whose the package will be: one application's alone, or with no `appId` every one's.
Result<AppId> owner_of(const Services& services, const ports::HttpRequest& head) {
    const auto text = head.query_value("appId").value_or("");
    if (text.empty()) return AppId{};
    const auto id = AppId::parse(text);
    bool exists = false;
    const auto read = services.database.read([&](ports::Transaction& tx) -> Status {
        const auto found = tx.applications().find(id.value_or(AppId{}));
        if (!found) return found.error();
        exists = found->has_value();
        return {};
    });
    if (!read) return read.error();
    if (!exists) return invalid("package.app.unknown", "appId", "there is no such application", std::string(text));
    return *id;
}

}  // namespace

SinkResult open_upload(const Services& services, const ports::HttpRequest& head) {
    const auto content_type = head.header("Content-Type").value_or("");
    const auto boundary = multipart_boundary(content_type);
    if (!boundary && !is_zip(content_type)) {
        return invalid(kMediaType, "Content-Type",
                       "the body must be application/zip, or multipart/form-data with a boundary",
                       std::string(content_type));
    }
    const auto owner = owner_of(services, head);
    if (!owner) return owner.error();
    app::NewUpload wanted{.app = *owner, .name = std::string(head.query_value("name").value_or(""))};
    if (!boundary) wanted.declared_size = declared_size(head);  // a form is larger than its file
    auto upload = services.intake.open(std::move(wanted));
    if (!upload) return upload.error();
    return std::shared_ptr<ports::BodySink>(std::make_shared<PackageReceiver>(std::move(*upload), boundary));
}

void create(Call call) {
    // Only open_upload() makes sinks for this route. Not by way of the loop: reading a large file takes seconds.
    static_cast<PackageReceiver&>(*call.sink)
        .finish([respond = call.respond](const Result<app::AcceptedPackage>& accepted) {
            if (!accepted) return refuse(respond, accepted.error());
            reply(respond, accepted->created ? 201 : 200, show_package({.package = accepted->package}));
        });
}

void list(Call call) {
    const auto page = page_of(call.request, {"manufacturerName", "deviceType", "model", "version"});
    if (!page) return refuse(call.respond, page.error());
    const ports::PackageFilter filter{.manufacturer_name = query_text(call, "manufacturerName"),
                                      .device_type = query_text(call, "deviceType"),
                                      .model = query_text(call, "model"),
                                      .version = query_text(call, "version")};
    const auto found = call.services.packages.list(filter, *page);
    if (!found) return refuse(call.respond, found.error());
    json::Writer out;
    out.begin_object().key("items").begin_array();
    for (const auto& view : found->items) write(out, view);
    out.end_array().field("nextCursor", or_null(found->next)).end_object();
    reply(call.respond, 200, out.take());
}

void show(Call call) {
    const auto id = path_id<PackageId>(call, no_such_package(call));
    if (!id) return refuse(call.respond, id.error());
    const auto view = call.services.packages.get(*id);
    if (!view) return refuse(call.respond, view.error());
    reply(call.respond, 200, show_package(*view));
}

void erase(Call call) {
    const auto id = path_id<PackageId>(call, no_such_package(call));
    if (!id) return refuse(call.respond, id.error());
    call.services.packages.erase(*id, answer_empty(call.respond));
}

}  // namespace cellwise::rest::packages
