// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/calls.hpp"
#include "tools/ctl/listing.hpp"
#include "tools/ctl/resources.hpp"
#include "tools/ctl/session.hpp"

#include <nlohmann/json.hpp>

namespace cellwise::ctl {
namespace {

using Json = nlohmann::ordered_json;
using enum Takes;
using enum Need;

constexpr const char* kPath = "/api/v1/outbox";

Status list(const Arguments& arguments, Session& session) {
    using enum ColumnTable::Cut;
    Arguments with_dead = arguments;
    if (arguments.has("--dead")) with_dead.add("dead", "true");
    return show_list({.path = kPath,
                      .columns = {{"SEQUENCE", "/sequence", Show::Count},
                                  {"APPLICATION", "/appId", Show::Text, Never},
                                  {"TYPE", "/notifyType", Show::Text, Never},
                                  {"DEVICE", "/deviceId", Show::Text, Never},
                                  {"TRIES", "/attempts", Show::Count},
                                  {"DUE", "/dueAt", Show::Time},
                                  {"LAST ERROR", "/lastError"}},
                      .filters = {{"dead", "dead"}}},
                     with_dead, session);
}

/// "these", or every dead one.
Status check_which(const Arguments& arguments) {
    const bool some = arguments.has("SEQUENCE");
    if (some == arguments.has("--all-dead")) {
        return invalid("usage.outbox", {}, "say which pushes: their sequence numbers, or --all-dead");
    }
    if (some && arguments.has("--app")) return invalid("usage.outbox", "--app", "--app goes with --all-dead");
    return {};
}

/// What became of many: {"replayed" or "erased", "more"}.
Status tell_many(const Result<std::string>& answer, const char* counted, Session& session) {
    if (!answer) return answer.error();
    if (session.output.as_json()) return show_record(*answer, session);
    const auto report = object_in(*answer);
    if (!report) return report.error();
    session.output.done(std::to_string(report->value(counted, std::int64_t{0})) + ' ' + counted);
    if (report->value("more", false)) session.output.note("there are more: call again");
    return {};
}

Status replay(const Arguments& arguments, Session& session) {
    if (const auto clear = check_which(arguments); !clear) return clear;
    if (arguments.has("--all-dead")) {
        Json body = Json::object();
        put_text(body, "appId", arguments, "--app");
        return tell_many(session.api.post(std::string(kPath) + ":replay", body.dump()), "replayed", session);
    }
    for (const auto& sequence : arguments.all("SEQUENCE")) {
        const auto done =
            act(path_of(kPath, sequence, ":replay"), {}, "push " + sequence + " is tried again", session);
        if (!done) return done;
    }
    return {};
}

Status erase(const Arguments& arguments, Session& session) {
    if (const auto clear = check_which(arguments); !clear) return clear;
    if (!arguments.has("--all-dead")) return erase_each(kPath, arguments.all("SEQUENCE"), "push", session);
    Query query{{"dead", "true"}};
    if (auto app = arguments.find("--app")) query.emplace_back("appId", std::move(*app));
    return tell_many(session.api.erase(kPath, query), "erased", session);
}

}  // namespace

Resource outbox_commands() {
    return {"outbox",
            "",
            "pushes to application servers that are still to be delivered",
            {
                {"list", "what waits", list_parameters({{"--dead", "the dead letters, which were given up", Flag}}),
                 list},
                {"replay",
                 "try dead letters again",
                 {{"SEQUENCE", "their numbers", Number, AnyNumber},
                  {"--all-dead", "every one", Flag},
                  {"--app", "of this application; with --all-dead"}},
                 replay},
                {"delete",
                 "delete dead letters",
                 {{"SEQUENCE", "their numbers", Number, AnyNumber},
                  {"--all-dead", "every one", Flag},
                  {"--app", "of this application; with --all-dead"}},
                 erase},
            }};
}

}  // namespace cellwise::ctl
