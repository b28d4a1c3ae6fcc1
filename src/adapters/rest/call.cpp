// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/call.hpp"

namespace cellwise::rest {
namespace {

/// "application/json; charset=utf-8" is JSON, and so is every "…+json".
bool is_json(std::string_view content_type) {
    auto type = content_type.substr(0, content_type.find(';'));
    while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
    std::string lower(type);
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return lower == "application/json" || lower.ends_with("+json");
}

}  // namespace

ports::HttpResponse json_response(int status, std::string body) {
    ports::HttpResponse response{.status = status, .body = std::move(body)};
    response.headers.emplace_back("Content-Type", "application/json");
    // Answers hold secrets and change by the second.
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

std::function<void(Status)> answer_empty(ports::Respond respond) {
    return [respond = std::move(respond)](const Status& status) {
        if (!status) return refuse(respond, status.error());
        respond({.status = 204});
    };
}

Result<json::Document> body_of(const ports::HttpRequest& request) {
    const auto content_type = request.header("Content-Type");
    if (content_type && !is_json(*content_type)) {
        return invalid(kMediaType, "Content-Type", "the body must be application/json", std::string(*content_type));
    }
    return json::Document::parse(request.body, json::Duplicates::Refuse);
}

}  // namespace cellwise::rest
