// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/access_stores.hpp"

#include "adapters/sqlite/errors.hpp"
#include "adapters/sqlite/outbox_store.hpp"
#include "adapters/sqlite/paging.hpp"
#include "adapters/sqlite/query.hpp"

namespace cellwise::sqlite {
namespace {

using domain::Application;
using domain::AppSession;
using domain::OperatorToken;
using domain::Subscription;

const std::string kApplicationColumns = "id, name, secret_hash, created_at, callback_ca, frozen";
const std::string kInsertApplication =
    "INSERT INTO applications (" + kApplicationColumns + ") VALUES (?, ?, ?, ?, ?, ?)";
const std::string kSaveApplication = "UPDATE applications SET name = ?, callback_ca = ?, frozen = ? WHERE id = ?";
const std::string kDeleteApplication = "DELETE FROM applications WHERE id = ?";
const std::string kMarkErased = "INSERT INTO erased_applications (id) VALUES (?)";
const std::string kAnyErased = "SELECT id FROM erased_applications LIMIT 1";
const std::string kUnmarkErased = "DELETE FROM erased_applications WHERE id = ?";
const std::string kFindApplication = "SELECT " + kApplicationColumns + " FROM applications WHERE id = ?";
const std::string kListApplications =
    "SELECT id, " + kApplicationColumns + " FROM applications WHERE id > ? ORDER BY id LIMIT ? OFFSET ?";

const std::string kSessionColumns = "app, access_hash, refresh_hash, access_expires_at, refresh_expires_at";
const std::string kSaveSession =
    "INSERT INTO app_sessions (" + kSessionColumns +
    ") VALUES (?, ?, ?, ?, ?) ON CONFLICT (app) DO UPDATE SET access_hash = excluded.access_hash,"
    " refresh_hash = excluded.refresh_hash, access_expires_at = excluded.access_expires_at,"
    " refresh_expires_at = excluded.refresh_expires_at";
const std::string kFindSession = "SELECT " + kSessionColumns + " FROM app_sessions WHERE app = ?";
const std::string kDeleteSession = "DELETE FROM app_sessions WHERE app = ?";

const std::string kTokenColumns = "id, name, role, hash, created_at, expires_at";
const std::string kInsertToken = "INSERT INTO operator_tokens (" + kTokenColumns + ") VALUES (?, ?, ?, ?, ?, ?)";
const std::string kDeleteToken = "DELETE FROM operator_tokens WHERE id = ?";
const std::string kFindToken = "SELECT " + kTokenColumns + " FROM operator_tokens WHERE hash = ?";
const std::string kListTokens =
    "SELECT id, " + kTokenColumns + " FROM operator_tokens WHERE id > ? ORDER BY id LIMIT ? OFFSET ?";

const std::string kSubscriptionColumns = "id, app, type, callback_url, created_at";
const std::string kSaveSubscription =
    "INSERT INTO subscriptions (" + kSubscriptionColumns +
    ") VALUES (?, ?, ?, ?, ?) ON CONFLICT (app, type) DO UPDATE SET id = excluded.id,"
    " callback_url = excluded.callback_url, created_at = excluded.created_at";
const std::string kDeleteSubscription = "DELETE FROM subscriptions WHERE id = ?";
const std::string kFindSubscription =
    "SELECT " + kSubscriptionColumns + " FROM subscriptions WHERE app = ? AND type = ?";

Application read_application(Query& row) {
    return {.id = row.id<AppId>(),
            .name = row.text(),
            .secret_hash = row.text(),
            .created_at = row.time(),
            .callback_ca = row.text(),
            .frozen = row.flag()};
}
AppSession read_session(Query& row) {
    return {.app = row.id<AppId>(),
            .access_hash = row.text(),
            .refresh_hash = row.text(),
            .access_expires_at = row.time(),
            .refresh_expires_at = row.time()};
}
OperatorToken read_token(Query& row) {
    return {.id = row.id<TokenId>(),
            .name = row.text(),
            .role = row.named(domain::parse_role),
            .hash = row.text(),
            .created_at = row.time(),
            .expires_at = row.maybe_time()};
}
Subscription read_subscription(Query& row) {
    return {.id = row.id<SubscriptionId>(),
            .app = row.id<AppId>(),
            .type = row.named(domain::parse_notify_type),
            .callback_url = row.text(),
            .created_at = row.time()};
}

Error no_application(const AppId& id) {
    return not_found("application.not_found", "no application bears this id", id.str());
}

}  // namespace

Status ApplicationStore::insert(const Application& application) try {
    Query(connection_, kInsertApplication, application.id, application.name, application.secret_hash,
          application.created_at, application.callback_ca, application.frozen)
        .run();
    return {};
} catch (...) {
    return caught({{"applications.id",
                    conflict("application.duplicate", "an application of this id exists", application.id.str())}});
}

Status ApplicationStore::save(const Application& application) try {
    Query row(connection_, kSaveApplication, application.name, application.callback_ca, application.frozen,
              application.id);
    return row.run() > 0 ? Status{} : Status{no_application(application.id)};
} catch (...) {
    return caught();
}

Result<bool> ApplicationStore::erase(const AppId& id) try {
    // No such application, no deletion: pushes with a blank id are the operators'.
    if (Query(connection_, kDeleteApplication, id).run() == 0) return false;
    Query(connection_, kMarkErased, id).run();
    return true;
} catch (...) {
    return caught();
}

Result<std::int64_t> ApplicationStore::erase_remains(std::uint32_t limit) try {
    std::int64_t erased = 0;
    while (erased < limit) {
        AppId app;
        {
            Query row(connection_, kAnyErased);
            if (!row.next()) break;
            app = row.id<AppId>();
        }
        erased += OutboxStore(connection_).erase_some_of(app, limit - erased);
        // Below the limit nothing of it is left.
        if (erased < limit) erased += Query(connection_, kUnmarkErased, app).run();
    }
    return erased;
} catch (...) {
    return caught();
}

Result<std::optional<Application>> ApplicationStore::find(const AppId& id) try {
    Query row(connection_, kFindApplication, id);
    return row.next() ? std::optional(read_application(row)) : std::nullopt;
} catch (...) {
    return caught();
}

Result<ports::Page<Application>> ApplicationStore::list(const ports::PageRequest& page) try {
    Query rows(connection_, kListApplications, page.after);
    return read_page(rows, page, read_application);
} catch (...) {
    return caught();
}

Status ApplicationStore::save_session(const AppSession& session) try {
    Query(connection_, kSaveSession, session.app, session.access_hash, session.refresh_hash,
          session.access_expires_at, session.refresh_expires_at)
        .run();
    return {};
} catch (...) {
    return caught({{kForeignKey, no_application(session.app)}});
}

Result<std::optional<AppSession>> ApplicationStore::find_session(const AppId& id) try {
    Query row(connection_, kFindSession, id);
    return row.next() ? std::optional(read_session(row)) : std::nullopt;
} catch (...) {
    return caught();
}

Result<bool> ApplicationStore::erase_session(const AppId& id) try {
    return Query(connection_, kDeleteSession, id).run() > 0;
} catch (...) {
    return caught();
}

Status TokenStore::insert(const OperatorToken& token) try {
    Query(connection_, kInsertToken, token.id, token.name, to_string(token.role), token.hash, token.created_at,
          token.expires_at)
        .run();
    return {};
} catch (...) {
    const auto duplicate = conflict("token.duplicate", "a token of this name exists", token.name);
    return caught({{"operator_tokens.name", duplicate},
                   {"operator_tokens.hash", duplicate},
                   {"operator_tokens.id", duplicate}});
}

Result<bool> TokenStore::erase(const TokenId& id) try {
    return Query(connection_, kDeleteToken, id).run() > 0;
} catch (...) {
    return caught();
}

Result<std::optional<OperatorToken>> TokenStore::find_by_hash(std::string_view hash) try {
    Query row(connection_, kFindToken, hash);
    return row.next() ? std::optional(read_token(row)) : std::nullopt;
} catch (...) {
    return caught();
}

Result<ports::Page<OperatorToken>> TokenStore::list(const ports::PageRequest& page) try {
    Query rows(connection_, kListTokens, page.after);
    return read_page(rows, page, read_token);
} catch (...) {
    return caught();
}

Status SubscriptionStore::save(const Subscription& subscription) try {
    Query(connection_, kSaveSubscription, subscription.id, subscription.app, to_string(subscription.type),
          subscription.callback_url, subscription.created_at)
        .run();
    return {};
} catch (...) {
    return caught({{"subscriptions.id",
                    conflict("subscription.duplicate", "another subscription has this id", subscription.id.str())},
                   {kForeignKey, no_application(subscription.app)}});
}

Result<bool> SubscriptionStore::erase(const SubscriptionId& id) try {
    return Query(connection_, kDeleteSubscription, id).run() > 0;
} catch (...) {
    return caught();
}

Result<std::optional<Subscription>> SubscriptionStore::find(const AppId& app, domain::NotifyType type) try {
    Query row(connection_, kFindSubscription, app, to_string(type));
    return row.next() ? std::optional(read_subscription(row)) : std::nullopt;
} catch (...) {
    return caught();
}

Result<ports::Page<Subscription>> SubscriptionStore::list(const std::optional<AppId>& app,
                                                          const ports::PageRequest& page) try {
    Conditions conditions;
    conditions.add_if("app = ?", app);
    conditions.add("id > ?", page.after);
    Query rows(connection_, "SELECT id, " + kSubscriptionColumns + " FROM subscriptions" + conditions.sql() +
                                " ORDER BY id LIMIT ? OFFSET ?");
    conditions.bind_to(rows);
    return read_page(rows, page, read_subscription);
} catch (...) {
    return caught();
}

}  // namespace cellwise::sqlite
