// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/basic_time.hpp"
#include "adapters/northbound/resources.hpp"
#include "app/package_service.hpp"

namespace cellwise::northbound::category {
namespace {

using domain::Package;
using ports::Transaction;

constexpr std::uint32_t kPageSize = 10;
constexpr std::uint32_t kLargestPage = 100;
constexpr std::string_view kFileType = "softwarePackage";

Error no_such_package() { return not_found("package.not_found", "there is no such package"); }

/// What operators upload is for all.
bool may_use(const AppId& app, const Package& package) { return package.app.empty() || package.app == app; }

/// An item; its members are all strings.
void write(json::Writer& out, const Package& package) {
    const auto& description = package.description;
    out.begin_object().field("fileId", package.id).field("name", package.name);
    out.field("version", description.version.text()).field("fileType", kFileType);
    out.field("deviceType", description.device_type).field("model", description.model);
    out.field("manufacturerName", description.manufacturer_name);
    out.field("protocolType", to_string(description.protocol)).field("description", description.description);
    out.field("date", description.date).field("uploadTime", to_basic_time(package.uploaded_at)).end_object();
}

/// The package, if the caller may use it.
Result<Package> find_package(Transaction& tx, const AppId& app, const PackageId& id) {
    auto package = tx.packages().find(id);
    if (!package) return package.error();
    if (!*package || !may_use(app, **package)) return no_such_package();
    return std::move(**package);
}

ports::PackageFilter filter_of(const Call& call) {
    return {.manufacturer_name = query_value(call, {"manufacturerName", "manufactureName"}),
            .device_type = query_value(call, {"deviceType"}),
            .model = query_value(call, {"model"}),
            .version = query_value(call, {"version"}),
            .usable_by = call.app};
}

}  // namespace

void list(Call call) {
    const auto page = page_of(call, kPageSize, kLargestPage);
    if (!page) return call.respond(refusal(kPage));
    const bool other_type = query_value(call, {"fileType"}).value_or(std::string(kFileType)) != kFileType;
    const auto filter = filter_of(call);
    reply_read(call, kBadRequest, [&](Transaction& tx, json::Writer& out) -> Status {
        ports::Page<Package> packages;
        std::int64_t total = 0;
        if (!other_type) {
            auto found = tx.packages().list(filter, page->request());
            if (!found) return found.error();
            packages = std::move(*found);
            const auto count = tx.packages().count(filter);
            if (!count) return count.error();
            total = *count;
        }
        out.begin_object().key("data").begin_array();
        for (const auto& package : packages.items) write(out, package);
        out.end_array();
        write_page(out, *page, total);
        out.end_object();
        return {};
    });
}

void show(Call call) {
    const auto id = PackageId::parse(call.path_values.front());
    if (!id) return call.respond(refusal(kNoPackageOrDevice));
    reply_read(call, kBadRequest, [&](Transaction& tx, json::Writer& out) -> Status {
        const auto package = find_package(tx, call.app, *id);
        if (!package) return package.error();
        write(out, *package);
        return {};
    });
}

void erase(Call call) {
    const auto id = PackageId::parse(call.path_values.front());
    if (!id) return call.respond(refusal(kNoPackageOrDevice));
    const auto visible = call.services.database.read([&](Transaction& tx) -> Status {
        const auto package = find_package(tx, call.app, *id);
        if (!package) return package.error();
        if (package->app == call.app) return {};
        return Error{.kind = ErrorKind::Forbidden,
                     .code = "package.not_yours",
                     .message = "an operator uploaded the package, for all"};
    });
    if (!visible) return call.respond(refusal(visible.error(), kBadRequest));
    call.services.loop.post([&packages = call.services.packages, id = *id,
                             done = answer_with(call.respond, kBadRequest, empty_ok)] { packages.erase(id, done); });
}

}  // namespace cellwise::northbound::category
