// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/api_client.hpp"

#include "json/document.hpp"

#include "cellwise/base/bytes.hpp"

#include <nlohmann/json.hpp>

namespace cellwise::ctl {
namespace {

ErrorKind kind_of(int status) {
    switch (status) {
        case 401:
            return ErrorKind::Unauthenticated;
        case 403:
            return ErrorKind::Forbidden;
        case 404:
            return ErrorKind::NotFound;
        case 409:
            return ErrorKind::Conflict;
        case 413:
            return ErrorKind::TooLarge;
        case 429:
            return ErrorKind::TooMany;
        default:
            return status < 500 ? ErrorKind::InvalidInput : ErrorKind::Internal;
    }
}

Error foreign(std::string message, std::string value) {
    return Error{ErrorKind::Internal, "answer.foreign", std::move(message), {}, std::move(value)};
}

std::string text_of(const nlohmann::json& json, const char* member) {
    const auto found = json.find(member);
    if (found == json.end() || found->is_null()) return {};
    return found->is_string() ? found->get<std::string>() : found->dump();
}

Error problem_in(const HttpAnswer& answer) {
    const auto json = nlohmann::json::parse(answer.body, nullptr, false);
    if (!json.is_object() || text_of(json, "code").empty()) {
        constexpr std::size_t kMostShown = 80;
        return foreign("what answers is no Cellwise: status " + std::to_string(answer.status),
                       answer.body.substr(0, kMostShown));
    }
    return Error{kind_of(answer.status), text_of(json, "code"), text_of(json, "detail"), text_of(json, "field"),
                 text_of(json, "value")};
}

}  // namespace

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:";
    std::string out;
    for (const char c : text) {
        if (kPlain.find(c) != std::string_view::npos) {
            out += c;
        } else {
            out += '%' + to_hex(as_bytes({&c, 1}));
        }
    }
    return out;
}

ApiClient::ApiClient(const Settings& settings)
    : server_(settings.server),
      token_(settings.token),
      caller_({.ca = settings.ca, .certificate = settings.certificate, .key = settings.key}) {}

HttpCall ApiClient::new_call(std::string_view method, const std::string& path, const Query& query) const {
    HttpCall call{.method = std::string(method), .url = server_ + path};
    char separator = '?';
    for (const auto& [name, value] : query) {
        call.url += separator + percent_encoded(name) + '=' + percent_encoded(value);
        separator = '&';
    }
    call.headers = {{"Accept", "application/json, application/problem+json"},
                    {"User-Agent", "cellwisectl/" CELLWISE_VERSION}};
    if (!token_.empty()) call.headers.emplace_back("Authorization", "Bearer " + token_);
    if (method == "POST" && !idempotency_key_.empty()) call.headers.emplace_back("Idempotency-Key", idempotency_key_);
    return call;
}

Result<std::string> ApiClient::finish(const HttpCall& call) {
    refusal_.clear();
    auto answer = caller_.call(call);
    if (!answer) return answer.error();
    if (answer->status >= 200 && answer->status < 300) return std::move(answer->body);
    auto problem = problem_in(*answer);
    if (problem.code != "answer.foreign") refusal_ = std::move(answer->body);
    return problem;
}

Result<std::string> ApiClient::get(const std::string& path, const Query& query) {
    return finish(new_call("GET", path, query));
}

Result<std::string> ApiClient::erase(const std::string& path, const Query& query) {
    return finish(new_call("DELETE", path, query));
}

Result<std::string> ApiClient::post(const std::string& path, const std::string& body) {
    auto call = new_call("POST", path, {});
    call.headers.emplace_back("Content-Type", body.empty() ? "" : "application/json");  // empty: none is sent
    call.body = body;
    return finish(call);
}

Result<std::string> ApiClient::patch(const std::string& path, const std::string& body) {
    auto call = new_call("PATCH", path, {});
    call.headers.emplace_back("Content-Type", "application/json");
    call.body = body;
    return finish(call);
}

Result<std::string> ApiClient::upload(const std::string& path, const Query& query, std::string_view content_type,
                                      std::istream& stream, std::uint64_t size) {
    auto call = new_call("POST", path, query);
    call.headers.emplace_back("Content-Type", content_type);
    call.stream = &stream;
    call.stream_size = size;
    return finish(call);
}

Status ApiClient::stream(const std::string& path, const Query& query, const std::string& last_id,
                         const HttpCall::Watch& watch) {
    auto call = new_call("GET", path, query);
    call.headers.front().second = "text/event-stream, application/problem+json";
    if (!last_id.empty()) call.headers.emplace_back("Last-Event-ID", last_id);
    call.watch = watch;
    if (auto ended = finish(call); !ended) return ended.error();
    return {};
}

Result<HttpAnswer> ApiClient::call(std::string_view method, const std::string& path, const Query& query,
                                   const std::string& body) {
    auto call = new_call(method, path, query);
    call.headers.emplace_back("Content-Type", body.empty() ? "" : "application/json");
    call.body = body;
    refusal_.clear();
    return caller_.call(call);
}

Result<nlohmann::ordered_json> as_value(nlohmann::ordered_json&& json) {
    return Result<nlohmann::ordered_json>(boost::system::in_place_value, std::move(json));
}

Result<nlohmann::ordered_json> object_in(const std::string& text) {
    // Read twice: by the rules (UTF-8, no deeper than anybody needs), and in the order of the members.
    auto json = json::Document::parse(text, json::Duplicates::LastWins)
                    ? nlohmann::ordered_json::parse(text, nullptr, false)
                    : nlohmann::ordered_json();
    if (json.is_object()) return as_value(std::move(json));
    return foreign("what answers is no Cellwise: it is no JSON object", text.substr(0, 80));
}

}  // namespace cellwise::ctl
