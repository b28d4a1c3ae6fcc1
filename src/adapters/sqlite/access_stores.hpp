// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/connection.hpp"

#include "cellwise/ports/stores.hpp"

/// Those who may ask: application servers with their sessions and subscriptions, and operators' tokens.
namespace cellwise::sqlite {

class ApplicationStore final : public ports::ApplicationStore {
 public:
    explicit ApplicationStore(Connection& connection) : connection_(connection) {}

    Status insert(const domain::Application& application) override;
    Status save(const domain::Application& application) override;
    Result<bool> erase(const AppId& id) override;
    Result<std::int64_t> erase_remains(std::uint32_t limit) override;
    Result<std::optional<domain::Application>> find(const AppId& id) override;
    Result<ports::Page<domain::Application>> list(const ports::PageRequest& page) override;
    Status save_session(const domain::AppSession& session) override;
    Result<std::optional<domain::AppSession>> find_session(const AppId& id) override;
    Result<bool> erase_session(const AppId& id) override;

 private:
    Connection& connection_;
};

class TokenStore final : public ports::TokenStore {
 public:
    explicit TokenStore(Connection& connection) : connection_(connection) {}

    Status insert(const domain::OperatorToken& token) override;
    Result<bool> erase(const TokenId& id) override;
    Result<std::optional<domain::OperatorToken>> find_by_hash(std::string_view hash) override;
    Result<ports::Page<domain::OperatorToken>> list(const ports::PageRequest& page) override;

 private:
    Connection& connection_;
};

class SubscriptionStore final : public ports::SubscriptionStore {
 public:
    explicit SubscriptionStore(Connection& connection) : connection_(connection) {}

    Status save(const domain::Subscription& subscription) override;
    Result<bool> erase(const SubscriptionId& id) override;
    Result<std::optional<domain::Subscription>> find(const AppId& app, domain::NotifyType type) override;
    Result<ports::Page<domain::Subscription>> list(const std::optional<AppId>& app,
                                                   const ports::PageRequest& page) override;

 private:
    Connection& connection_;
};

}  // namespace cellwise::sqlite
