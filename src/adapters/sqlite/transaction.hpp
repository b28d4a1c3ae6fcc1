// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/access_stores.hpp"
#include "adapters/sqlite/answer_store.hpp"
#include "adapters/sqlite/audit_store.hpp"
#include "adapters/sqlite/command_store.hpp"
#include "adapters/sqlite/device_store.hpp"
#include "adapters/sqlite/download_token_store.hpp"
#include "adapters/sqlite/group_store.hpp"
#include "adapters/sqlite/job_store.hpp"
#include "adapters/sqlite/key_store.hpp"
#include "adapters/sqlite/operator_store.hpp"
#include "adapters/sqlite/outbox_store.hpp"
#include "adapters/sqlite/package_store.hpp"
#include "adapters/sqlite/product_store.hpp"
#include "adapters/sqlite/radio_report_store.hpp"
#include "adapters/sqlite/registration_store.hpp"
#include "adapters/sqlite/task_store.hpp"
#include "adapters/sqlite/timeline_store.hpp"
#include "adapters/sqlite/uplink_store.hpp"

#include "cellwise/ports/database.hpp"

namespace cellwise::sqlite {

/// The stores over one connection. They hold no state: one of these serves all transactions of its connection.
class Transaction final : public ports::Transaction {
 public:
    explicit Transaction(Connection& connection)
        : products_(connection),
          keys_(connection),
          packages_(connection),
          devices_(connection),
          groups_(connection),
          registrations_(connection),
          tasks_(connection),
          jobs_(connection),
          applications_(connection),
          tokens_(connection),
          subscriptions_(connection),
          outbox_(connection),
          uplinks_(connection),
          commands_(connection),
          operators_(connection),
          audit_(connection),
          answers_(connection),
          timeline_(connection),
          download_tokens_(connection),
          radio_reports_(connection) {}

    ports::ProductStore& products() override { return products_; }
    ports::KeyStore& keys() override { return keys_; }
    ports::PackageStore& packages() override { return packages_; }
    ports::DeviceStore& devices() override { return devices_; }
    ports::GroupStore& groups() override { return groups_; }
    ports::RegistrationStore& registrations() override { return registrations_; }
    ports::TaskStore& tasks() override { return tasks_; }
    ports::JobStore& jobs() override { return jobs_; }
    ports::ApplicationStore& applications() override { return applications_; }
    ports::TokenStore& tokens() override { return tokens_; }
    ports::SubscriptionStore& subscriptions() override { return subscriptions_; }
    ports::OutboxStore& outbox() override { return outbox_; }
    ports::UplinkStore& uplinks() override { return uplinks_; }
    ports::CommandStore& commands() override { return commands_; }
    ports::OperatorStore& operators() override { return operators_; }
    ports::AuditStore& audit() override { return audit_; }
    ports::AnswerStore& answers() override { return answers_; }
    ports::TimelineStore& timeline() override { return timeline_; }
    ports::DownloadTokenStore& download_tokens() override { return download_tokens_; }
    ports::RadioReportStore& radio_reports() override { return radio_reports_; }

 private:
    ProductStore products_;
    KeyStore keys_;
    PackageStore packages_;
    DeviceStore devices_;
    GroupStore groups_;
    RegistrationStore registrations_;
    TaskStore tasks_;
    JobStore jobs_;
    ApplicationStore applications_;
    TokenStore tokens_;
    SubscriptionStore subscriptions_;
    OutboxStore outbox_;
    UplinkStore uplinks_;
    CommandStore commands_;
    OperatorStore operators_;
    AuditStore audit_;
    AnswerStore answers_;
    TimelineStore timeline_;
    DownloadTokenStore download_tokens_;
    RadioReportStore radio_reports_;
};

}  // namespace cellwise::sqlite
