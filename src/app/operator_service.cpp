// SPDX-License-Identifier: Apache-2.0
#include "app/operator_service.hpp"

#include "app/authenticator.hpp"
#include "app/new_id.hpp"
#include "app/text_rules.hpp"
#include "app/transact.hpp"

#include <algorithm>
#include <utility>

namespace cellwise::app {
namespace {

constexpr Length kOperatorNameLength{1, 64};
constexpr std::size_t kShortestPassword = 12;
constexpr std::size_t kLongestPassword = 128;

Error refused() {
    return {.kind = ErrorKind::Unauthenticated,
            .code = "access.login.refused",
            .message = "the name or the password is not right"};
}

Error try_later(const char* code, std::string message, Duration wait) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
    return {.kind = ErrorKind::TooMany,
            .code = code,
            .message = std::move(message) + "; try again in " + std::to_string(seconds) + " s",
            .value = std::to_string(seconds)};
}

Error no_such_operator(const OperatorId& id) {
    return not_found("operator.not_found", "there is no such operator", id.str());
}

/// The password itself is never told, not to its owner either.
Status check_password(const std::string& name, const std::string& password) {
    // Characters, not bytes: what begins a character is no continuation of one (RFC 3629).
    const auto length = static_cast<std::size_t>(std::count_if(
        password.begin(), password.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
    if (length < kShortestPassword || length > kLongestPassword) {
        return invalid("operator.password.length", "password", "password must have 12 to 128 characters",
                       std::to_string(length) + " characters");
    }
    if (password == name) return invalid("operator.password.name", "password", "password must not be the name");
    return {};
}

/// One of the few places in which a password is hashed; none when all are taken.
class Place {
 public:
    Place(std::atomic<std::uint32_t>& taken, std::uint32_t most) : taken_(taken), free_(taken_.fetch_add(1) < most) {}
    ~Place() { --taken_; }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    explicit operator bool() const { return free_; }

 private:
    std::atomic<std::uint32_t>& taken_;
    const bool free_;
};

Error busy() {
    return try_later("access.password.busy", "too many passwords are being checked", std::chrono::seconds(1));
}

bool is_self(const domain::Actor& by, const OperatorId& id) {
    return by.kind == domain::ActorKind::Operator && by.id == id.view();
}

/// Lays the change over who is stored; his sessions end with it.
Result<domain::Operator> apply(ports::Transaction& tx, const OperatorId& id, const OperatorChange& wanted,
                               const std::string& password_hash) {
    auto found = tx.operators().find(id);
    if (!found) return found.error();
    if (!*found) return no_such_operator(id);
    auto& who = **found;
    if (wanted.role) who.role = *wanted.role;
    if (wanted.disabled) who.disabled = *wanted.disabled;
    if (wanted.password) who.password_hash = password_hash;
    if (auto saved = tx.operators().save(who); !saved) return saved.error();
    if (auto ended = tx.operators().erase_sessions_of(id); !ended) return ended.error();
    return who;
}

}  // namespace

OperatorService::OperatorService(Needs needs, Options options)
    : needs_(needs),
      options_(options),
      decoy_(needs.passwords.hash(random_secret(needs.random))),
      throttle_(options.throttle) {}

Result<std::string> OperatorService::hash_password(const std::string& name, const std::string& password) {
    if (auto ok = check_password(name, password); !ok) return ok.error();
    const Place place(hashing_now_, options_.hashes_at_once);
    if (!place) return busy();
    return needs_.passwords.hash(password);
}

void OperatorService::create(const NewOperator& wanted, DoneOperator done) {
    if (auto ok = check_text("name", wanted.name, kOperatorNameLength); !ok) return done(ok.error());
    auto hash = hash_password(wanted.name, wanted.password);
    if (!hash) return done(hash.error());
    const auto now = needs_.clock.now();
    domain::Operator made{.id = new_timed_id<OperatorId>(needs_.random, now),
                          .name = wanted.name,
                          .role = wanted.role,
                          .password_hash = std::move(*hash),
                          .created_at = now};
    const auto work = [made](ports::Transaction& tx) -> Result<domain::Operator> {
        if (auto inserted = tx.operators().insert(made); !inserted) return inserted.error();
        return made;
    };
    write<domain::Operator>(needs_.database, work, std::move(done));
}

void OperatorService::change(const OperatorId& id, const OperatorChange& wanted, const domain::Actor& by,
                             DoneOperator done) {
    const bool weakens = wanted.disabled.value_or(false) || (wanted.role && *wanted.role != domain::Role::Admin);
    if (weakens && is_self(by, id)) {
        return done(conflict("operator.self", "nobody disables himself or takes the admin's role from himself"));
    }
    std::string hash;
    if (wanted.password) {
        const auto found = read<std::optional<domain::Operator>>(
            needs_.database, [&id](ports::Transaction& tx) { return tx.operators().find(id); });
        if (!found) return done(found.error());
        if (!*found) return done(no_such_operator(id));
        auto made = hash_password((*found)->name, *wanted.password);
        if (!made) return done(made.error());
        hash = std::move(*made);
    }
    write<domain::Operator>(
        needs_.database,
        [id, wanted, hash = std::move(hash)](ports::Transaction& tx) { return apply(tx, id, wanted, hash); },
        std::move(done));
}

void OperatorService::erase(const OperatorId& id, const domain::Actor& by, Done done) {
    if (is_self(by, id)) return done(conflict("operator.self", "nobody removes himself"));
    const auto work = [id](ports::Transaction& tx) -> Status {
        const auto erased = tx.operators().erase(id);
        if (!erased) return erased.error();
        if (!*erased) return no_such_operator(id);
        return {};
    };
    needs_.database.write(work, std::move(done));
}

Result<domain::Operator> OperatorService::verify(const std::string& name, const std::string& password,
                                                 const std::string& address) {
    const Place place(hashing_now_, options_.hashes_at_once);
    if (!place) return busy();
    // Names are no longer than 64 characters; what is may not fill the memory of the throttle.
    const auto tried = std::string_view(name).substr(0, 4 * kOperatorNameLength.most);
    if (const auto wait = throttle_.admit(tried, address, needs_.clock.now()); wait > Duration::zero()) {
        return try_later("access.login.throttled", "too many logins failed", wait);
    }
    const auto found = read<std::optional<domain::Operator>>(
        needs_.database, [&name](ports::Transaction& tx) { return tx.operators().find_by_name(name); });
    if (!found) return found.error();
    const bool right = needs_.passwords.matches(password, *found ? (*found)->password_hash : decoy_);
    if (!right || !*found || (*found)->disabled) return refused();
    throttle_.succeed(tried, address);
    return **found;
}

void OperatorService::open_session(const domain::Operator& who, std::function<void(Result<NewSession>)> done) {
    const auto now = needs_.clock.now();
    NewSession made{.who = who,
                    .token = std::string(kSessionPrefix) + random_secret(needs_.random),
                    .expires_at = now + kSessionLifetime};
    const domain::OperatorSession session{.hash = hash_of(needs_.hashing, made.token),
                                          .owner = who.id,
                                          .created_at = now,
                                          .expires_at = made.expires_at};
    const auto work = [made = std::move(made), session](ports::Transaction& tx) -> Result<NewSession> {
        const auto current = tx.operators().find(session.owner);
        if (!current) return current.error();
        if (*current != made.who) return refused();
        if (auto inserted = tx.operators().insert_session(session); !inserted) return inserted.error();
        return made;
    };
    write<NewSession>(needs_.database, work, std::move(done));
}

void OperatorService::end_session(std::string_view token, Done done) {
    const auto work = [hash = hash_of(needs_.hashing, token)](ports::Transaction& tx) -> Status {
        const auto erased = tx.operators().erase_session(hash);
        if (!erased) return erased.error();
        if (!*erased) return not_found("session.not_found", "the token is none of a session");
        return {};
    };
    needs_.database.write(work, std::move(done));
}

}  // namespace cellwise::app
