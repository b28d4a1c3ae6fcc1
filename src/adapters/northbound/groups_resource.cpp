// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/resources.hpp"
#include "app/group_service.hpp"

#include <algorithm>

namespace cellwise::northbound::groups {
namespace {

using domain::Group;
using ports::Transaction;

constexpr std::uint32_t kPageSize = 10;
constexpr std::uint32_t kLargestPage = 100;
constexpr std::uint32_t kLargestMemberPage = 1000;
constexpr std::size_t kMostMembersACall = 1000;
constexpr std::size_t kMostRead = 100'000;  // what is more than kMostMembersACall has a code of its own
constexpr std::int64_t kMostDevices = 2'147'483'647;

void write_fields(json::Writer& out, const Group& group) {
    out.field("id", group.id).field("name", group.name).field("description", group.description);
    out.field("appId", group.app).field("maxDevNum", group.max_devices).field("curDevNum", group.members);
}

void write_ids(json::Writer& out, const std::vector<DeviceId>& devices) {
    out.key("deviceIds").begin_array();
    for (const auto& device : devices) out.value(device);
    out.end_array();
}

ports::HttpResponse show_group(const Group& group) {
    json::Writer out;
    out.begin_object();
    write_fields(out, group);
    out.end_object();
    return json_response(200, out.take());
}

bool is_name(std::string_view text) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    return !text.empty() && text.size() <= 50 && std::all_of(text.begin(), text.end(), plain);
}

std::optional<std::uint32_t> read_limit(json::ObjectReader& in) {
    const auto limit = in.optional_integer("maxDevNum", 0, kMostDevices);
    return limit ? std::optional(static_cast<std::uint32_t>(*limit)) : std::nullopt;
}

/// Why the list is refused; ids are opaque to callers, so what is none of ours is nobody's.
const VendorError* read_devices(json::ObjectReader& in, std::vector<DeviceId>& devices) {
    const auto written = in.optional_texts("deviceIds", kMostRead);
    if (!written) return nullptr;
    if (written->size() > kMostMembersACall) return &kTooManyMembers;
    for (const auto& text : *written) {
        const auto id = DeviceId::parse(text);
        if (!id) return &kNoSuchDevice;
        devices.push_back(*id);
    }
    return nullptr;
}

/// The group, if it is the caller's.
Result<Group> find_group(Transaction& tx, const AppId& app, std::string_view text) {
    const auto missing = not_found("group.not_found", "there is no such group");
    const auto id = GroupId::parse(text);
    if (!id) return missing;
    auto group = tx.groups().find(*id);
    if (!group) return group.error();
    if (!*group || (*group)->app != app) return missing;
    return std::move(**group);
}

Status write_list(Transaction& tx, const Call& call, const PageNumber& page, json::Writer& out) {
    std::vector<Group> groups;
    std::int64_t total = 0;
    if (const auto name = query_value(call, {"name"})) {
        auto group = tx.groups().find_by_name(call.app, *name);
        if (!group) return group.error();
        total = *group ? 1 : 0;
        if (*group && page.number == 0) groups.push_back(std::move(**group));
    } else {
        auto some = tx.groups().list(call.app, page.request());
        if (!some) return some.error();
        groups = std::move(some->items);
        const auto count = tx.groups().count(call.app);
        if (!count) return count.error();
        total = *count;
    }
    out.begin_object();
    write_page(out, page, total);
    out.key("list").begin_array();
    for (const auto& group : groups) {
        out.begin_object();
        write_fields(out, group);
        out.end_object();
    }
    out.end_array().end_object();
    return {};
}

/// {devGroupId, deviceIds} of the two calls that change the members.
struct Members {
    GroupId group{};
    std::vector<DeviceId> devices{};
};
std::optional<Members> read_members(const Call& call) {
    const auto body = body_of(call);
    if (!body) return call.respond(refusal(kBadMessage, body.error().message)), std::nullopt;
    json::ObjectReader in(*body, json::Unknown::Ignore);
    const auto group = in.text("devGroupId");
    Members members;
    const auto* refused = read_devices(in, members.devices);
    if (const auto read = in.finish(); !read)
        return call.respond(refusal(kInput, read.error().message)), std::nullopt;
    if (refused != nullptr) return call.respond(refusal(*refused)), std::nullopt;
    if (members.devices.empty()) return call.respond(refusal(kInput, "deviceIds is required")), std::nullopt;
    const auto id = GroupId::parse(group);
    if (!id) return call.respond(refusal(kNoSuchDeviceGroup)), std::nullopt;
    members.group = *id;
    return members;
}

}  // namespace

void create(Call call) {
    const auto body = body_of(call);
    if (!body) return call.respond(refusal(kBadMessage, body.error().message));
    json::ObjectReader in(*body, json::Unknown::Ignore);
    app::NewGroup group{.app = call.app, .name = in.text("name")};
    group.description = in.optional_text("description").value_or("");
    group.max_devices = read_limit(in).value_or(0);
    const auto app = in.optional_text("appId");
    const auto* refused = read_devices(in, group.devices);
    if (const auto read = in.finish(); !read) return call.respond(refusal(kInput, read.error().message));
    if (app && *app != call.app.view()) return call.respond(refusal(kToken));
    if (!is_name(group.name)) return call.respond(refusal(kInput, "name must have 1 to 50 letters and digits"));
    if (refused != nullptr) return call.respond(refusal(*refused));
    const auto show = [devices = group.devices](const Group& made) {
        json::Writer out;
        out.begin_object();
        write_fields(out, made);
        write_ids(out, devices);
        out.end_object();
        return json_response(200, out.take());
    };
    call.services.loop.post([&groups = call.services.groups, group = std::move(group),
                             done = answer<Group>(call.respond, kInput, show)] { groups.create(group, done); });
}

void change(Call call) {
    const auto id = GroupId::parse(call.path_values.front());
    if (!id) return call.respond(refusal(kNoSuchDeviceGroup));
    const auto body = body_of(call);
    if (!body) return call.respond(refusal(kBadMessage, body.error().message));
    json::ObjectReader in(*body, json::Unknown::Ignore);
    app::GroupChange change{.name = in.optional_text("name"), .description = in.optional_text("description")};
    change.max_devices = read_limit(in);
    if (const auto read = in.finish(); !read) return call.respond(refusal(kInput, read.error().message));
    if (change.name && !is_name(*change.name)) {
        return call.respond(refusal(kInput, "name must have 1 to 50 letters and digits"));
    }
    call.services.loop.post(
        [&groups = call.services.groups, id = *id, app = call.app, change = std::move(change),
         done = answer<Group>(call.respond, kInput, show_group)] { groups.change(id, app, change, done); });
}

void show(Call call) {
    reply_read(call, kInput, [&](Transaction& tx, json::Writer& out) -> Status {
        const auto group = find_group(tx, call.app, call.path_values.front());
        if (!group) return group.error();
        out.begin_object();
        write_fields(out, *group);
        out.end_object();
        return {};
    });
}

void list(Call call) {
    const auto page = page_of(call, kPageSize, kLargestPage);
    if (!page) return call.respond(refusal(kInput, kPage.text));
    reply_read(call, kInput,
               [&](Transaction& tx, json::Writer& out) -> Status { return write_list(tx, call, *page, out); });
}

void erase(Call call) {
    const auto id = GroupId::parse(call.path_values.front());
    if (!id) return call.respond(refusal(kNoSuchDeviceGroup));
    call.services.loop.post([&groups = call.services.groups, id = *id, app = call.app,
                             done = answer_with(call.respond, kInput, empty_ok)] { groups.erase(id, app, done); });
}

void list_members(Call call) {
    const auto page = page_of(call, kPageSize, kLargestMemberPage);
    if (!page) return call.respond(refusal(kInput, kPage.text));
    const auto wanted = query_value(call, {"devGroupId"});
    if (!wanted) return call.respond(refusal(kInput, "devGroupId is required"));
    reply_read(call, kInput, [&](Transaction& tx, json::Writer& out) -> Status {
        const auto group = find_group(tx, call.app, *wanted);
        if (!group) return group.error();
        const auto devices = tx.devices().list({.group = group->id}, page->request());
        if (!devices) return devices.error();
        std::vector<DeviceId> ids;
        for (const auto& device : devices->items) ids.push_back(device.id);
        out.begin_object();
        write_page(out, *page, group->members);
        write_ids(out, ids);
        out.end_object();
        return {};
    });
}

void add_members(Call call) {
    auto members = read_members(call);
    if (!members) return;
    const auto show = [group = members->group, devices = members->devices] {
        json::Writer out;
        out.begin_object().field("devGroupId", group);
        write_ids(out, devices);
        out.end_object();
        return json_response(200, out.take());
    };
    auto done = [show, respond = call.respond](const Status& status) {
        respond(status ? show() : refusal(status.error(), kInput));
    };
    call.services.loop.post(
        [&groups = call.services.groups, app = call.app, members = std::move(*members), done = std::move(done)] {
            groups.add_members(members.group, app, members.devices, done);
        });
}

void remove_members(Call call) {
    auto members = read_members(call);
    if (!members) return;
    call.services.loop.post([&groups = call.services.groups, app = call.app, members = std::move(*members),
                             done = answer_with(call.respond, kInput, empty_ok)] {
        groups.remove_members(members.group, app, members.devices, done);
    });
}

}  // namespace cellwise::northbound::groups
