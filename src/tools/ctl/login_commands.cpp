// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/calls.hpp"
#include "tools/ctl/password.hpp"
#include "tools/ctl/resources.hpp"
#include "tools/ctl/session.hpp"
#include "tools/ctl/value_text.hpp"
#include "tools/shell/display_text.hpp"

#include <nlohmann/json.hpp>

namespace cellwise::ctl {
namespace {

using Json = nlohmann::ordered_json;
using enum Takes;
using enum Need;

/// A token that is wrong by now must not stand in the way of getting another.
ApiClient stranger(const Session& session) {
    auto settings = session.settings;
    settings.token.clear();
    return ApiClient(settings);
}

Status login(const Arguments& arguments, Session& session) {
    auto password = known_password(arguments);
    if (!password) return password.error();
    const Json body{{"name", arguments.get("NAME")}, {"password", std::move(*password)}};
    const auto answer =
        stranger(session).post("/api/v1/sessions", body.dump(-1, ' ', false, Json::error_handler_t::replace));
    if (!answer) return answer.error();
    const auto made = object_in(*answer);
    if (!made) return made.error();
    const auto token = made->value("token", "");
    if (token.empty()) return internal_error("answer.foreign", "the answer to the login holds no token");
    const auto kept = keep_session(session.settings.folder, {.server = session.settings.server, .token = token});
    if (!kept) return kept;
    const auto expiry = made->contains("expiresAt") ? value_text(made->at("expiresAt"), Show::Time) : "";
    session.output.done("signed in at " + session.settings.server + (expiry.empty() ? "" : " until " + expiry));
    return {};
}

/// The session ends at the server, too; it is forgotten here whatever the server says.
Status logout(const Arguments&, Session& session) {
    const auto kept = find_session(session.settings.folder);
    if (!kept) {
        session.output.note("there is no session");
        return {};
    }
    auto settings = session.settings;
    settings.server = kept->server;
    settings.token = kept->token;
    const auto answer = ApiClient(settings).erase("/api/v1/sessions/current");
    forget_session(session.settings.folder);
    const bool had_ended =
        !answer && (answer.error().kind == ErrorKind::Unauthenticated || answer.error().kind == ErrorKind::NotFound);
    if (!answer && !had_ended) return answer.error();
    session.output.done("signed out at " + kept->server);
    return {};
}

}  // namespace

Resource login_commands() {
    return {"login",
            "",
            "sign in with a password, and keep the session for later calls",
            {{"",
              "",
              {{"NAME", "the operator's name", Text, Required},
               {"--password-file", "a file whose one line is the password", File}},
              login}}};
}

Resource logout_commands() { return {"logout", "", "end the session of the last login", {{"", "", {}, logout}}}; }

}  // namespace cellwise::ctl
