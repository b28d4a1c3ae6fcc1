// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/paging.hpp"
#include "adapters/rest/resources.hpp"
#include "app/group_service.hpp"

namespace cellwise::rest::groups {
namespace {

using domain::Group;

constexpr std::size_t kMostMembersACall = 1000;
constexpr std::int64_t kMostDevices = 2'147'483'647;

Error no_such_group(const Call& call) { return missing(call, "group.not_found", "there is no such group"); }

void write_filter(json::Writer& out, const std::optional<domain::GroupFilter>& filter) {
    out.key("filter");
    if (!filter) {
        out.null();
        return;
    }
    const auto& version = filter->software_version;
    out.begin_object().field("productId", filter->product).field("nodeId", filter->node_id_prefix);
    out.field("softwareVersion", version ? std::optional(version->text()) : std::nullopt);
    out.field("status", filter->status ? std::optional(to_string(*filter->status)) : std::nullopt).end_object();
}

void write(json::Writer& out, const Group& group) {
    out.begin_object().field("groupId", group.id).field("appId", or_null(group.app)).field("name", group.name);
    out.field("description", group.description).field("maxDevices", group.max_devices);
    out.field("devices", group.members).field("createdAt", to_rfc3339(group.created_at));
    write_filter(out, group.filter);
    out.end_object();
}

std::vector<DeviceId> read_devices(json::ObjectReader& in, bool required) {
    std::vector<DeviceId> devices;
    const auto written = in.optional_texts("deviceIds", kMostMembersACall);
    if (!written && required) in.fail("deviceIds", "request.field.missing", "is required");
    for (const auto& text : written.value_or(std::vector<std::string>{})) {
        const auto id = DeviceId::parse(text);
        if (!id) in.fail("deviceIds", "request.field.invalid", kUuidRule, text);
        devices.push_back(id.value_or(DeviceId{}));
    }
    return devices;
}

std::optional<std::uint32_t> read_limit(json::ObjectReader& in) {
    const auto limit = in.optional_integer("maxDevices", 0, kMostDevices);
    return limit ? std::optional(static_cast<std::uint32_t>(*limit)) : std::nullopt;
}

domain::GroupFilter read_filter(json::ObjectReader in) {
    domain::GroupFilter filter;
    filter.product = in.optional_parsed("productId", ProductId::parse, kHex24Rule);
    filter.node_id_prefix = in.optional_text("nodeId");
    filter.software_version =
        in.optional_parsed("softwareVersion", domain::Version::parse, "must be a version of 1 to 16 bytes");
    filter.status = in.optional_parsed("status", domain::parse_device_status, "must be inactive, online or offline");
    return filter;
}

Result<app::NewGroup> read_group(const json::Document& body) {
    json::ObjectReader in(body, json::Unknown::Refuse);
    app::NewGroup group;
    group.name = in.text("name");
    group.description = in.optional_text("description").value_or("");
    group.app = in.optional_parsed("appId", AppId::parse, kHex24Rule).value_or(AppId{});
    group.max_devices = read_limit(in).value_or(0);
    group.devices = read_devices(in, false);
    if (auto filter = in.optional_object("filter")) group.filter = read_filter(std::move(*filter));
    if (auto ok = in.finish(); !ok) return ok.error();
    return group;
}

}  // namespace

void create(Call call) {
    const auto body = body_of(call.request);
    if (!body) return refuse(call.respond, body.error());
    auto group = read_group(*body);
    if (!group) return refuse(call.respond, group.error());
    const auto show = [](const Group& made) { return json_of([&](json::Writer& out) { write(out, made); }); };
    call.services.loop.post([&groups = call.services.groups, group = std::move(*group),
                             done = answer<Group>(call.respond, 201, show)] { groups.create(group, done); });
}

void list(Call call) {
    const auto page = page_of(call.request, {"appId"});
    if (!page) return refuse(call.respond, page.error());
    const auto app = query_id<AppId>(call.request, "appId", kHex24Rule);
    if (!app) return refuse(call.respond, app.error());
    reply_list<Group>(
        call, [&](ports::Transaction& tx) { return tx.groups().list(*app, *page); }, alone(write));
}

void show(Call call) {
    const auto id = path_id<GroupId>(call, no_such_group(call));
    if (!id) return refuse(call.respond, id.error());
    reply_one<Group>(
        call, no_such_group(call), [&](ports::Transaction& tx) { return tx.groups().find(*id); }, alone(write));
}

void change(Call call) {
    const auto id = path_id<GroupId>(call, no_such_group(call));
    if (!id) return refuse(call.respond, id.error());
    const auto body = body_of(call.request);
    if (!body) return refuse(call.respond, body.error());
    json::ObjectReader in(*body, json::Unknown::Refuse);
    app::GroupChange change{.name = in.optional_text("name"), .description = in.optional_text("description")};
    change.max_devices = read_limit(in);
    if (auto ok = in.finish(); !ok) return refuse(call.respond, ok.error());
    const auto show = [](const Group& changed) { return json_of([&](json::Writer& out) { write(out, changed); }); };
    call.services.loop.post(
        [&groups = call.services.groups, id = *id, change = std::move(change),
         done = answer<Group>(call.respond, 200, show)] { groups.change(id, std::nullopt, change, done); });
}

void erase(Call call) {
    const auto id = path_id<GroupId>(call, no_such_group(call));
    if (!id) return refuse(call.respond, id.error());
    call.services.loop.post([&groups = call.services.groups, id = *id, done = answer_empty(call.respond)] {
        groups.erase(id, std::nullopt, done);
    });
}

void add_members(Call call) {
    const auto id = path_id<GroupId>(call, no_such_group(call));
    if (!id) return refuse(call.respond, id.error());
    const auto body = body_of(call.request);
    if (!body) return refuse(call.respond, body.error());
    json::ObjectReader in(*body, json::Unknown::Refuse);
    auto devices = read_devices(in, true);
    if (auto ok = in.finish(); !ok) return refuse(call.respond, ok.error());
    call.services.loop.post(
        [&groups = call.services.groups, id = *id, devices = std::move(devices), done = answer_empty(call.respond)] {
            groups.add_members(id, std::nullopt, devices, done);
        });
}

void remove_member(Call call) {
    const auto id = path_id<GroupId>(call, no_such_group(call));
    if (!id) return refuse(call.respond, id.error());
    const auto device = path_id<DeviceId>(call, missing(call, "device.not_found", "there is no such device", 1), 1);
    if (!device) return refuse(call.respond, device.error());
    call.services.loop.post(
        [&groups = call.services.groups, id = *id, device = *device, done = answer_empty(call.respond)] {
            groups.remove_members(id, std::nullopt, {device}, done);
        });
}

}  // namespace cellwise::rest::groups
