// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/ctl/http_caller.hpp"
#include "tools/ctl/settings.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cellwise::ctl {

using Query = std::vector<std::pair<std::string, std::string>>;

/// A word as a segment of a path or a value in a query.
std::string percent_encoded(std::string_view text);

/// The operators' API of one server: what is answered well is a value, what is refused an Error of the daemon's code,
/// message, field and value. Kinds by status: 401 Unauthenticated, 403 Forbidden, 404 NotFound, 409 Conflict, else
/// InvalidInput or Internal. "answer.foreign" is what no Cellwise would answer. One thread.
class ApiClient {
 public:
    explicit ApiClient(const Settings& settings);

    /// The answer's text, empty for 204. Paths begin at the root: "/api/v1/tasks".
    Result<std::string> get(const std::string& path, const Query& query = {});
    Result<std::string> erase(const std::string& path, const Query& query = {});
    /// POST and PATCH of a JSON text; an empty one sends no body.
    Result<std::string> post(const std::string& path, const std::string& body = {});
    Result<std::string> patch(const std::string& path, const std::string& body);
    /// POST of what `stream` holds.
    Result<std::string> upload(const std::string& path, const Query& query, std::string_view content_type,
                               std::istream& stream, std::uint64_t size);
    /// GET of an event stream, whose pieces `watch` gets until one of the two sides ends it. `last_id`: the last
    /// event that was seen, or empty.
    Status stream(const std::string& path, const Query& query, const std::string& last_id,
                  const HttpCall::Watch& watch);
    /// Any call; also answers that refuse are values.
    Result<HttpAnswer> call(std::string_view method, const std::string& path, const Query& query = {},
                            const std::string& body = {});

    /// Sent with calls that create, so that a repeated one is answered as the first.
    void set_idempotency_key(std::string key) { idempotency_key_ = std::move(key); }
    /// The problem document of the last call that was refused, as it came; empty if it was not.
    const std::string& refusal() const { return refusal_; }

 private:
    HttpCall new_call(std::string_view method, const std::string& path, const Query& query) const;
    Result<std::string> finish(const HttpCall& call);

    std::string server_;
    std::string token_;
    std::string idempotency_key_{};
    std::string refusal_{};
    HttpCaller caller_;
};

/// A JSON converts to anything, also to an Error: it has to be said that it is the value.
Result<nlohmann::ordered_json> as_value(nlohmann::ordered_json&& json);

/// An answer that has to be a JSON object. Errors: "answer.foreign".
Result<nlohmann::ordered_json> object_in(const std::string& text);

}  // namespace cellwise::ctl
