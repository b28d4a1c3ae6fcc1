// SPDX-License-Identifier: Apache-2.0
#include "adapters/mqtt/emqx_face.hpp"

#include "json/document.hpp"
#include "json/object_reader.hpp"
#include "json/writer.hpp"

#include "cellwise/base/bytes.hpp"
#include "cellwise/domain/mqtt_topic.hpp"
#include "cellwise/ports/http_routing.hpp"

namespace cellwise::mqtt {
namespace {

namespace dm = domain::mqtt;

constexpr std::string_view kAuth = "/mqtt/emqx/auth";
constexpr std::string_view kAcl = "/mqtt/emqx/acl";
constexpr std::string_view kPresence = "/mqtt/emqx/presence";

ports::HttpResponse json_answer(int status, std::string body) {
    ports::HttpResponse response{.status = status, .body = std::move(body)};
    response.headers.emplace_back("Content-Type", "application/json");
    return response;
}

/// EMQX takes any other status than 200 and 204 for "ignore" and asks the next in its chain, so a refusal is a 200.
std::string verdict(std::string_view result) {
    json::Writer out;
    out.begin_object().field("result", result).end_object();
    return out.take();
}

std::string judge_topic(const std::string& username, const std::string& action, const std::string& topic) {
    if (action == "publish") return verdict(dm::may_publish(username, topic) ? "allow" : "deny");
    if (action == "subscribe") return verdict(dm::may_receive(username, topic) ? "allow" : "deny");
    return verdict("deny");
}

int status_of(const Error& error) {
    switch (error.kind) {
        case ErrorKind::Unauthenticated:
            return 401;
        case ErrorKind::NotFound:
            return 404;
        case ErrorKind::TooLarge:
            return 413;
        case ErrorKind::Unavailable:
            return 503;
        default:
            return 400;
    }
}

}  // namespace

Status EmqxFace::admit(const ports::HttpRequest& head) const {
    if (!authentication_.equal(as_bytes(ports::bearer_token(head.headers)), as_bytes(token_))) {
        return Error{.kind = ErrorKind::Unauthenticated,
                     .code = "access.token.unknown",
                     .message = "this needs the broker's token as \"Authorization: Bearer …\""};
    }
    const bool known = head.path == kAuth || head.path == kAcl || head.path == kPresence;
    if (known && head.method == ports::HttpMethod::Post) return {};
    return not_found("request.path", "there is POST /mqtt/emqx/auth, /mqtt/emqx/acl and /mqtt/emqx/presence",
                     head.path);
}

Result<std::shared_ptr<ports::BodySink>> EmqxFace::open_body(const ports::HttpRequest& head) {
    if (auto admitted = admit(head); !admitted) return admitted.error();
    return std::shared_ptr<ports::BodySink>{};
}

void EmqxFace::handle(ports::HttpRequest request, std::shared_ptr<ports::BodySink>, ports::Respond respond) {
    if (const auto admitted = admit(request); !admitted) return respond(refuse(request, admitted.error()));
    if (request.path == kPresence) {
        const auto taken = take_presence(request.body);
        return respond(taken ? ports::HttpResponse{.status = 204} : refuse(request, taken.error()));
    }
    auto told = answer(request);
    if (!told) return respond(refuse(request, told.error()));
    respond(json_answer(200, std::move(*told)));
}

Result<std::string> EmqxFace::answer(const ports::HttpRequest& request) const {
    const auto document = json::Document::parse(request.body, json::Duplicates::Refuse);
    if (!document) return document.error();
    json::ObjectReader in(*document, json::Unknown::Ignore);
    const auto client_id = in.optional_text("clientid").value_or("");
    const auto username = in.optional_text("username").value_or("");
    if (request.path == kAuth) {
        const auto password = in.optional_text("password").value_or("");
        if (const auto read = in.finish(); !read) return read.error();
        return judge_login(client_id, username, password);
    }
    const auto topic = in.optional_text("topic").value_or("");
    const auto action = in.optional_text("action").value_or("");
    if (const auto read = in.finish(); !read) return read.error();
    // It was let in under that name, which nobody else is.
    if (desk_.is_daemon(username)) return verdict("allow");
    return judge_topic(username, action, topic);
}

Status EmqxFace::take_presence(const std::string& body) const {
    const auto event = read_emqx_rule(body);
    if (!event) return event.error();
    if (*event) heard_(**event);
    return {};
}

std::string EmqxFace::judge_login(const std::string& client_id, const std::string& username,
                                  const std::string& password) const {
    json::Writer out;
    switch (desk_.judge({.client_id = client_id, .username = username, .password = password})) {
        case dm::LoginVerdict::Device:
            out.begin_object().field("result", "allow").field("is_superuser", false).end_object();
            return out.take();
        case dm::LoginVerdict::Daemon:
            out.begin_object().field("result", "allow").field("is_superuser", true).end_object();
            return out.take();
        // "ignore" would let the next authenticator in, or everybody if there is none.
        case dm::LoginVerdict::Refused:
        case dm::LoginVerdict::Unavailable:
            break;
    }
    return verdict("deny");
}

ports::HttpResponse EmqxFace::refuse(const ports::HttpRequest&, const Error& error) {
    json::Writer out;
    out.begin_object().field("result", "deny").field("code", error.code).field("message", error.message).end_object();
    auto response = json_answer(status_of(error), out.take());
    response.error_code = error.code;
    return response;
}

}  // namespace cellwise::mqtt
