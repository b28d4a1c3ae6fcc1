// SPDX-License-Identifier: Apache-2.0
#include "app/access_service.hpp"

#include "app/authenticator.hpp"
#include "app/new_id.hpp"
#include "app/text_rules.hpp"
#include "app/transact.hpp"

#include <utility>

namespace cellwise::app {
namespace {

using domain::Application;

constexpr Length kAccessNameLength{1, 64};

Error login_refused() {
    return {.kind = ErrorKind::Unauthenticated,
            .code = "access.login.refused",
            .message = "the application id or its secret is not right"};
}

Status check_secret(ports::Transaction& tx, const AppId& app, const std::string& secret_hash) {
    const auto found = tx.applications().find(app);
    if (!found) return found.error();
    if (!*found || (*found)->secret_hash != secret_hash) return login_refused();
    if ((*found)->frozen) {
        return Error{.kind = ErrorKind::Forbidden,
                     .code = "access.application.frozen",
                     .message = "an operator has frozen the application"};
    }
    return {};
}

Status check_refresh(ports::Transaction& tx, const AppId& app, const std::string& refresh_hash, Timestamp now) {
    const auto found = tx.applications().find_session(app);
    if (!found) return found.error();
    if (!*found || (*found)->refresh_hash != refresh_hash || (*found)->refresh_expires_at <= now) {
        return invalid("access.refresh.invalid", "refreshToken", "the refresh token is not valid or has expired");
    }
    return {};
}

/// Whose session has this access token. Sessions are filed by application; there are as many as application servers.
Result<AppId> find_session_owner(ports::Transaction& tx, const std::string& access_hash) {
    ports::PageRequest page{.limit = 1000};
    do {
        const auto apps = tx.applications().list(page);
        if (!apps) return apps.error();
        for (const auto& app : apps->items) {
            const auto session = tx.applications().find_session(app.id);
            if (!session) return session.error();
            if (*session && (*session)->access_hash == access_hash) return app.id;
        }
        page.after = apps->next;
    } while (!page.after.empty());
    return unknown_token();
}

/// One that has expired vouches for nobody, so whoever sends it has sent the wrong file.
Status check_callback_ca(const ports::CertificateReader& certificates, const std::string& pem, Timestamp now) {
    if (pem.empty()) return {};
    auto read = certificates.read(pem);
    if (!read) {
        auto wrong = read.error();
        wrong.field = "callbackCa";
        return wrong;
    }
    for (const auto& certificate : *read) {
        if (certificate.expires_at > now) continue;
        return invalid("certificate.expired", "callbackCa", "must hold certificates that have not expired",
                       certificate.subject);
    }
    return {};
}

Status erase_unused(ports::Transaction& tx, const AppId& id) {
    const auto devices = tx.devices().count({.app = id});
    if (!devices) return devices.error();
    if (*devices > 0) {
        return conflict("application.in_use", "devices belong to the application", std::to_string(*devices));
    }
    const auto erased = tx.applications().erase(id);
    if (!erased) return erased.error();
    if (!*erased) return not_found("application.not_found", "there is no such application", id.str());
    return {};
}

}  // namespace

AccessService::AccessService(ports::Database& database, ports::Clock& clock, ports::Random& random,
                             ports::Hashing& hashing, const ports::CertificateReader& certificates)
    : database_(database), clock_(clock), random_(random), hashing_(hashing), certificates_(certificates) {}

std::string AccessService::hash(std::string_view secret) { return hash_of(hashing_, secret); }

void AccessService::create_application(std::string name, std::function<void(Result<NewApplication>)> done) {
    if (auto ok = check_text("name", name, kAccessNameLength); !ok) return done(ok.error());
    NewApplication made;
    made.secret = random_secret(random_);
    made.application = {.id = new_id<AppId>(random_),
                        .name = std::move(name),
                        .secret_hash = hash(made.secret),
                        .created_at = clock_.now()};
    const auto work = [made](ports::Transaction& tx) -> Result<NewApplication> {
        if (auto inserted = tx.applications().insert(made.application); !inserted) return inserted.error();
        return made;
    };
    write<NewApplication>(database_, work, std::move(done));
}

void AccessService::change_application(const AppId& id, ApplicationChange change,
                                       std::function<void(Result<Application>)> done) {
    if (change.name) {
        if (auto ok = check_text("name", *change.name, kAccessNameLength); !ok) return done(ok.error());
    }
    if (change.callback_ca) {
        const auto ok = check_callback_ca(certificates_, *change.callback_ca, clock_.now());
        if (!ok) return done(ok.error());
    }
    const auto work = [id, change = std::move(change)](ports::Transaction& tx) -> Result<Application> {
        auto found = tx.applications().find(id);
        if (!found) return found.error();
        if (!*found) return not_found("application.not_found", "there is no such application", id.str());
        auto application = std::move(**found);
        if (change.name) application.name = *change.name;
        if (change.callback_ca) application.callback_ca = *change.callback_ca;
        if (change.frozen) application.frozen = *change.frozen;
        if (application.frozen) {
            if (auto ended = tx.applications().erase_session(id); !ended) return ended.error();
        }
        if (auto saved = tx.applications().save(application); !saved) return saved.error();
        return application;
    };
    write<Application>(database_, work, std::move(done));
}

void AccessService::erase_application(const AppId& id, Done done) {
    database_.write([id](ports::Transaction& tx) { return erase_unused(tx, id); }, std::move(done));
}

AccessService::Issued AccessService::issue(const AppId& app) {
    Issued issued;
    issued.tokens = {
        .access = random_secret(random_), .refresh = random_secret(random_), .lifetime = kAccessLifetime};
    const auto now = clock_.now();
    issued.session = {.app = app,
                      .access_hash = hash(issued.tokens.access),
                      .refresh_hash = hash(issued.tokens.refresh),
                      .access_expires_at = now + kAccessLifetime,
                      .refresh_expires_at = now + kRefreshLifetime};
    return issued;
}

void AccessService::login(std::string app_id, std::string secret, LoggedIn done) {
    const auto app = AppId::parse(app_id);
    if (!app) return done(login_refused());
    const auto work = [issued = issue(*app),
                       secret_hash = hash(secret)](ports::Transaction& tx) -> Result<AppTokens> {
        if (auto ok = check_secret(tx, issued.session.app, secret_hash); !ok) return ok.error();
        if (auto saved = tx.applications().save_session(issued.session); !saved) return saved.error();
        return issued.tokens;
    };
    write<AppTokens>(database_, work, std::move(done));
}

void AccessService::refresh(std::string app_id, std::string secret, std::string refresh_token, LoggedIn done) {
    const auto app = AppId::parse(app_id);
    if (!app) return done(login_refused());
    const auto work = [issued = issue(*app), secret_hash = hash(secret), refresh_hash = hash(refresh_token),
                       now = clock_.now()](ports::Transaction& tx) -> Result<AppTokens> {
        if (auto ok = check_secret(tx, issued.session.app, secret_hash); !ok) return ok.error();
        if (auto ok = check_refresh(tx, issued.session.app, refresh_hash, now); !ok) return ok.error();
        if (auto saved = tx.applications().save_session(issued.session); !saved) return saved.error();
        return issued.tokens;
    };
    write<AppTokens>(database_, work, std::move(done));
}

void AccessService::logout(std::string access_token, Done done) {
    const auto work = [access_hash = hash(access_token)](ports::Transaction& tx) -> Status {
        const auto app = find_session_owner(tx, access_hash);
        if (!app) return app.error();
        const auto erased = tx.applications().erase_session(*app);
        if (!erased) return erased.error();
        return {};
    };
    database_.write(work, std::move(done));
}

void AccessService::create_token(std::string name, domain::Role role, std::optional<Timestamp> expires_at,
                                 std::function<void(Result<NewOperatorToken>)> done) {
    const auto now = clock_.now();
    if (auto ok = check_text("name", name, kAccessNameLength); !ok) return done(ok.error());
    if (expires_at && *expires_at <= now) {
        return done(invalid("token.expiry.past", "expiresAt", "expiresAt must lie in the future"));
    }
    NewOperatorToken made;
    made.text = random_secret(random_);
    made.token = {.id = new_timed_id<TokenId>(random_, now),
                  .name = std::move(name),
                  .role = role,
                  .hash = hash(made.text),
                  .created_at = now,
                  .expires_at = expires_at};
    const auto work = [made](ports::Transaction& tx) -> Result<NewOperatorToken> {
        if (auto inserted = tx.tokens().insert(made.token); !inserted) return inserted.error();
        return made;
    };
    write<NewOperatorToken>(database_, work, std::move(done));
}

void AccessService::erase_token(const TokenId& id, Done done) {
    const auto work = [id](ports::Transaction& tx) -> Status {
        const auto erased = tx.tokens().erase(id);
        if (!erased) return erased.error();
        if (!*erased) return not_found("token.not_found", "there is no such token", id.str());
        return {};
    };
    database_.write(work, std::move(done));
}

}  // namespace cellwise::app
