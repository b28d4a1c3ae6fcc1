// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/rest/routes.hpp"
#include "adapters/rest/services.hpp"
#include "app/answer_keeper.hpp"
#include "app/authenticator.hpp"

#include "cellwise/ports/hashing.hpp"
#include "cellwise/ports/http.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cellwise::rest {

/// Is a call of this route written down, and is its Idempotency-Key heeded? A login is not: it writes itself down,
/// and only when it is not throttled.
bool is_recorded(const Route& route);

/// What is known of a call when it begins.
struct CallHead {
    const Services& services;
    const Route& route;
    const std::vector<std::string>& path_values;
    const app::Caller& caller;
    const ports::HttpRequest& request;
};

/// The body of a call that takes it by a sink: written down, and its key claimed, before the first piece, for the
/// sink may change things while they come.
class RecordedBody final : public ports::BodySink {
 public:
    /// Errors: those of the route's `open`, of the key, and of the audit log.
    static Result<std::shared_ptr<RecordedBody>> open(const CallHead& head);

    Status write(ByteView piece) override;
    /// When the body is whole: hands the call on, or answers it as it was answered before.
    void finish(Call call);

 private:
    RecordedBody() = default;

    std::shared_ptr<ports::BodySink> inner_{};  ///< nothing: only the fingerprint is wanted
    std::unique_ptr<ports::HashStream> hash_{};
    std::optional<app::AnswerKeeper::Claim> claim_{};
    std::optional<ports::KeptAnswer> kept_{};
    ports::Respond record_{};
    std::shared_ptr<ports::Respond> answer_ = std::make_shared<ports::Respond>();  ///< known when the body is whole
    void (*handle_)(Call) = nullptr;
};

/// Makes a call whose body came by memory: writes it down and heeds its key, unless the route is not recorded.
void make_recorded(const Route& route, Call call);

}  // namespace cellwise::rest
