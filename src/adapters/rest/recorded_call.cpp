// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/recorded_call.hpp"

#include "adapters/rest/call.hpp"
#include "app/audit_log.hpp"
#include "json/summary.hpp"

namespace cellwise::rest {
namespace {

constexpr auto kKeyHeader = "Idempotency-Key";

/// What makes two requests the same: method, path, query, kind of body. The body follows.
std::unique_ptr<ports::HashStream> begin_fingerprint(const CallHead& head) {
    auto hash = head.services.hashing.new_sha256();
    const auto add = [&hash](std::string_view part) {
        hash->update(as_bytes(std::to_string(part.size()) + ':'));
        hash->update(as_bytes(part));
    };
    add(to_string(head.request.method));
    add(head.request.path);
    for (const auto& [name, value] : head.request.query) {
        add(name);
        add(value);
    }
    add(head.request.header("Content-Type").value_or(""));
    return hash;
}

/// The key of a call that has one to heed. What is changed or deleted by its id can be asked twice without one.
std::optional<std::string> key_of(const CallHead& head) {
    if (head.route.method != ports::HttpMethod::Post) return std::nullopt;
    const auto key = head.request.header(kKeyHeader);
    return key ? std::optional<std::string>(*key) : std::nullopt;
}

std::string caller_name(const domain::Actor& actor) { return std::string(to_string(actor.kind)) + ':' + actor.id; }

domain::AuditEntry entry_of(const CallHead& head) {
    const auto& values = head.path_values;
    return {.actor = head.caller.actor,
            .action = std::string(to_string(head.route.method)) + ' ' + std::string(head.route.pattern),
            .target = values.empty() ? std::string{} : printable(values.front()).substr(0, 64),
            .summary = json::summary_of(head.request.body),
            .address = head.request.peer,
            .client_subject = head.request.client_subject.substr(0, 512)};
}

ports::HttpResponse replay(const ports::KeptAnswer& kept) {
    ports::HttpResponse response{.status = kept.status, .body = kept.body};
    if (!kept.content_type.empty()) response.headers.emplace_back("Content-Type", kept.content_type);
    response.headers.emplace_back("Cache-Control", "no-store");
    response.headers.emplace_back("Idempotency-Replayed", "true");
    return response;
}

void answer_again(const ports::Respond& respond, const ports::KeptAnswer& kept, const std::string& fingerprint) {
    if (kept.fingerprint != fingerprint) return refuse(respond, app::other_request(kept.key));
    respond(replay(kept));
}

/// Answers, and tells the keeper of the key what the answer was.
ports::Respond keeping(const app::AnswerKeeper::Claim& claim, std::string fingerprint, ports::Respond respond) {
    return [claim, fingerprint = std::move(fingerprint), respond = std::move(respond)](ports::HttpResponse response) {
        claim.answered(fingerprint, response);
        respond(std::move(response));
    };
}

}  // namespace

bool is_recorded(const Route& route) {
    return route.method != ports::HttpMethod::Get && route.access != Access::Anyone;
}

Result<std::shared_ptr<RecordedBody>> RecordedBody::open(const CallHead& head) {
    std::shared_ptr<RecordedBody> body(new RecordedBody);
    body->handle_ = head.route.handle;
    if (auto key = key_of(head)) {
        auto found = head.services.answers.claim(caller_name(head.caller.actor), std::move(*key));
        if (!found) return found.error();
        body->hash_ = begin_fingerprint(head);
        body->claim_ = std::move(found->claim);
        if (!body->claim_) {
            body->kept_ = std::move(found->kept);
            return body;
        }
    }
    auto opened = head.route.open(head.services, head.request);
    if (!opened) return opened.error();
    body->inner_ = std::move(*opened);
    auto record = head.services.audit.begin(entry_of(head), [answer = body->answer_](ports::HttpResponse response) {
        if (*answer) (*answer)(std::move(response));
    });
    if (!record) return record.error();
    body->record_ = std::move(*record);
    return body;
}

Status RecordedBody::write(ByteView piece) {
    if (hash_) hash_->update(piece);
    if (!inner_) return {};
    auto written = inner_->write(piece);
    // The server answers; nobody is told but the record.
    if (!written && record_) record_(problem(written.error()));
    return written;
}

void RecordedBody::finish(Call call) {
    const auto fingerprint = hash_ ? hash_->finish_hex() : std::string{};
    if (kept_) return answer_again(call.respond, *kept_, fingerprint);
    *answer_ = claim_ ? keeping(*claim_, fingerprint, std::move(call.respond)) : std::move(call.respond);
    call.sink = inner_;
    call.respond = std::exchange(record_, {});
    claim_.reset();
    handle_(std::move(call));
}

void make_recorded(const Route& route, Call call) {
    if (!is_recorded(route)) return route.handle(std::move(call));
    const CallHead head{call.services, route, call.path_values, call.caller, call.request};
    if (auto key = key_of(head)) {
        auto found = call.services.answers.claim(caller_name(call.caller.actor), std::move(*key));
        if (!found) return refuse(call.respond, found.error());
        const auto hash = begin_fingerprint(head);
        hash->update(as_bytes(call.request.body));
        auto fingerprint = hash->finish_hex();
        if (!found->claim) return answer_again(call.respond, found->kept, fingerprint);
        call.respond = keeping(*found->claim, std::move(fingerprint), std::move(call.respond));
    }
    auto record = call.services.audit.begin(entry_of(head), call.respond);
    if (!record) return refuse(call.respond, record.error());
    call.respond = std::move(*record);
    route.handle(std::move(call));
}

}  // namespace cellwise::rest
