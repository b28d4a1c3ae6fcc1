// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/basic_time.hpp"
#include "adapters/northbound/device_lookup.hpp"
#include "adapters/northbound/resources.hpp"
#include "app/command_service.hpp"

namespace cellwise::northbound::commands {
namespace {

using domain::Command;

constexpr std::uint32_t kPageSize = 1'000;  // the vendor's
constexpr std::uint32_t kLargestPage = 1'000;
constexpr std::int64_t kLongestExpireTime = 365 * 86'400;
constexpr std::int64_t kMostRetransmissions = 3;

std::optional<std::string_view> or_null(std::string_view text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

/// The times of what has not happened are null.
void write(json::Writer& out, const Command& command) {
    const bool executed =
        command.state == domain::CommandState::Successful || command.state == domain::CommandState::Failed;
    out.begin_object().field("commandId", command.id).field("appId", command.app).field("deviceId", command.device);
    out.key("command").begin_object().field("serviceId", command.content.service_id);
    out.field("method", command.content.method).key("paras").whole(command.content.paras).end_object();
    out.field("callbackUrl", or_null(command.callback_url));
    out.field("expireTime", command.expire_time.count() / 1000).field("status", to_string(command.state));
    out.key("result");
    if (command.result.empty()) {
        out.null();
    } else {
        out.whole(command.result);
    }
    out.field("creationTime", to_basic_time(command.created_at));
    out.field("executeTime", to_basic_time(executed ? command.settled_at : std::nullopt));
    out.field("platformIssuedTime", to_basic_time(command.issued_at));
    out.field("deliveredTime", to_basic_time(command.delivered_at));
    out.field("issuedTimes", command.issued_times).field("maxRetransmit", command.max_retransmit).end_object();
}

auto show(int status) {
    return [status](const Command& command) {
        json::Writer out;
        write(out, command);
        return json_response(status, out.take());
    };
}

Result<app::NewCommand> read_new_command(const Call& call, const json::Document& body) {
    app::NewCommand wanted{.app = call.app};
    json::ObjectReader in(body, json::Unknown::Ignore);
    const auto device = in.text("deviceId");
    auto command = in.object("command");
    wanted.content.service_id = command.text("serviceId");
    wanted.content.method = command.text("method");
    wanted.content.paras = command.optional_object_text("paras").value_or("{}");
    wanted.callback_url = in.optional_text({"callbackUrl", "callbackurl"}).value_or("");
    if (const auto seconds = in.optional_integer("expireTime", 0, kLongestExpireTime)) {
        wanted.expire_time = std::chrono::seconds(*seconds);
    }
    wanted.max_retransmit =
        static_cast<std::uint32_t>(in.optional_integer("maxRetransmit", 0, kMostRetransmissions).value_or(0));
    if (auto read = in.finish(); !read) return read.error();
    // What is no id is nobody's.
    wanted.device = DeviceId::parse(device).value_or(DeviceId{});
    return wanted;
}

/// Nothing when a time is malformed or the two are the wrong way round.
std::optional<ports::CommandFilter> filter_of(const Call& call) {
    ports::CommandFilter filter{.app = call.app};
    if (const auto device = query_value(call, {"deviceId"})) {
        filter.device = DeviceId::parse(*device).value_or(DeviceId{});
    }
    if (const auto from = query_value(call, {"startTime"})) {
        filter.from = parse_basic_time(*from);
        if (!filter.from) return std::nullopt;
    }
    if (const auto to = query_value(call, {"endTime"})) {
        filter.to = parse_basic_time(*to);
        if (!filter.to) return std::nullopt;
        if (filter.from && *filter.to < *filter.from) return std::nullopt;
        *filter.to += std::chrono::milliseconds{999};  // the whole second
    }
    return filter;
}

}  // namespace

void create(Call call) {
    const auto body = body_of(call);
    if (!body) return call.respond(refusal(kBadMessage, body.error().message));
    auto wanted = read_new_command(call, *body);
    if (!wanted) return call.respond(refusal(kInput, wanted.error().message));
    call.services.loop.post(
        [&commands = call.services.commands, wanted = std::move(*wanted),
         done = answer<Command>(call.respond, kInput, show(201))] { commands.create(wanted, done); });
}

void list(Call call) {
    const auto page = page_of(call, kPageSize, kLargestPage);
    if (!page) return call.respond(refusal(kListInput, kPage.text));
    const auto filter = filter_of(call);
    if (!filter) return call.respond(refusal(kListInput, "startTime, endTime: yyyyMMdd'T'HHmmss'Z', in this order"));
    reply_read(call, kListInput, [&](ports::Transaction& tx, json::Writer& out) -> Status {
        const auto commands = tx.commands().list(*filter, page->request());
        if (!commands) return commands.error();
        const auto total = tx.commands().count(*filter);
        if (!total) return total.error();
        out.begin_object();
        write_page(out, *page, *total);
        out.key("data").begin_array();
        for (const auto& command : commands->items) write(out, command);
        out.end_array().end_object();
        return {};
    });
}

void change(Call call) {
    const auto id = CommandId::parse(call.path_values.front());
    if (!id) return call.respond(refusal(kNoSuchCommand));
    const auto body = body_of(call);
    if (!body) return call.respond(refusal(kBadMessage, body.error().message));
    json::ObjectReader in(*body, json::Unknown::Ignore);
    const auto status = in.text("status");
    if (status != to_string(domain::CommandState::Canceled)) {
        in.fail("status", "request.field.invalid", "must be CANCELED", status);
    }
    if (const auto read = in.finish(); !read) return call.respond(refusal(kInput, read.error().message));
    call.services.loop.post(
        [&commands = call.services.commands, app = call.app, id = *id,
         done = answer<Command>(call.respond, kInput, show(200))] { commands.cancel(app, id, done); });
}

}  // namespace cellwise::northbound::commands
