// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/contract/results.hpp"
#include "tests/contract/sample_rows.hpp"

#include "cellwise/base/result.hpp"
#include "cellwise/ports/database.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

/// What every ports::Database keeps, however it stores. Link cellwise_database_contract and instantiate:
///     CELLWISE_DATABASE_CONTRACT(MyDatabase, testing::Values(DatabaseKind{"Mine", make_mine}));
namespace cellwise::contract {

/// A fresh database for one test.
class DatabaseHarness {
 public:
    virtual ~DatabaseHarness() = default;
    virtual ports::Database& database() = 0;
    /// Returns when everything that was written so far is durable and its Done's have run on this thread.
    virtual void settle() = 0;
    /// What else has to hold after each test.
    virtual void check() {}
};

struct DatabaseKind {
    std::string name;
    std::function<std::unique_ptr<DatabaseHarness>()> make;

    friend std::ostream& operator<<(std::ostream& out, const DatabaseKind& kind) { return out << kind.name; }
};

class DatabaseContract : public testing::TestWithParam<DatabaseKind> {
 protected:
    void SetUp() override { harness_ = GetParam().make(); }
    void TearDown() override { harness_->check(); }

    ports::Database& database() { return harness_->database(); }
    void settle() { harness_->settle(); }

    /// Runs `work` in a write of its own; what it returned, once it is durable.
    template <class Work>
    auto change(Work work) {
        using R = std::invoke_result_t<Work, ports::Transaction&>;
        std::optional<R> returned;
        std::optional<Status> told;
        auto run = [&](ports::Transaction& tx) -> Status {
            returned = work(tx);
            return *returned ? Status{} : Status{returned->error()};
        };
        harness_->database().write(run, [&](Status status) { told = std::move(status); });
        harness_->settle();
        if (!told) return R{internal_error("contract.lost", "Done did not run")};
        return *told ? std::move(*returned) : R{told->error()};
    }
    /// Runs `work` in a read of its own.
    template <class Work>
    auto see(Work work) {
        using R = std::invoke_result_t<Work, ports::Transaction&>;
        std::optional<R> returned;
        const auto status = harness_->database().read([&](ports::Transaction& tx) {
            returned = work(tx);
            return Status{};
        });
        return status ? std::move(*returned) : R{status.error()};
    }
    /// The rows of all pages of `list`, which takes a PageRequest; each page but the last has `limit` of them.
    template <class List>
    auto all_pages(std::uint32_t limit, List list) {
        ports::PageRequest page{.limit = limit};
        auto first = list(page);
        auto rows = first.value().items;
        page.after = first.value().next;
        while (!page.after.empty()) {
            EXPECT_EQ(rows.size() % limit, 0U) << "a page in the middle is not full";
            auto further = list(page).value();
            EXPECT_FALSE(further.items.empty()) << "a cursor that leads to nothing";
            rows.insert(rows.end(), further.items.begin(), further.items.end());
            page.after = further.next;
        }
        return rows;
    }

    // What most tests need before they begin.
    void given_product(unsigned number = 1);
    void given_device(unsigned number, unsigned product = 1);
    void given_task(const domain::Task& task);
    void given_job(const domain::Job& job);

 private:
    std::unique_ptr<DatabaseHarness> harness_;
};

// One suite a store, so that a failure names it.
using ProductStoreContract = DatabaseContract;
using KeyStoreContract = DatabaseContract;
using PackageStoreContract = DatabaseContract;
using DeviceStoreContract = DatabaseContract;
using GroupStoreContract = DatabaseContract;
using RadioReportStoreContract = DatabaseContract;
using RegistrationStoreContract = DatabaseContract;
using TaskStoreContract = DatabaseContract;
using JobStoreContract = DatabaseContract;
using AccessStoresContract = DatabaseContract;
using OutboxStoreContract = DatabaseContract;
using UplinkStoreContract = DatabaseContract;
using CommandStoreContract = DatabaseContract;
using OperatorStoreContract = DatabaseContract;
using AuditStoreContract = DatabaseContract;
using AnswerStoreContract = DatabaseContract;
using TimelineStoreContract = DatabaseContract;
using DownloadTokenStoreContract = DatabaseContract;
using TransactionContract = DatabaseContract;

inline std::string name_of_kind(const testing::TestParamInfo<DatabaseKind>& info) { return info.param.name; }

}  // namespace cellwise::contract

// A macro, since GoogleTest's is one for a single suite.
#define CELLWISE_DATABASE_CONTRACT(prefix, kinds)                                      \
    namespace cellwise::contract {                                                     \
    INSTANTIATE_TEST_SUITE_P(prefix, ProductStoreContract, kinds, name_of_kind);       \
    INSTANTIATE_TEST_SUITE_P(prefix, KeyStoreContract, kinds, name_of_kind);           \
    INSTANTIATE_TEST_SUITE_P(prefix, PackageStoreContract, kinds, name_of_kind);       \
    INSTANTIATE_TEST_SUITE_P(prefix, DeviceStoreContract, kinds, name_of_kind);        \
    INSTANTIATE_TEST_SUITE_P(prefix, GroupStoreContract, kinds, name_of_kind);         \
    INSTANTIATE_TEST_SUITE_P(prefix, RadioReportStoreContract, kinds, name_of_kind);   \
    INSTANTIATE_TEST_SUITE_P(prefix, RegistrationStoreContract, kinds, name_of_kind);  \
    INSTANTIATE_TEST_SUITE_P(prefix, TaskStoreContract, kinds, name_of_kind);          \
    INSTANTIATE_TEST_SUITE_P(prefix, JobStoreContract, kinds, name_of_kind);           \
    INSTANTIATE_TEST_SUITE_P(prefix, AccessStoresContract, kinds, name_of_kind);       \
    INSTANTIATE_TEST_SUITE_P(prefix, OutboxStoreContract, kinds, name_of_kind);        \
    INSTANTIATE_TEST_SUITE_P(prefix, UplinkStoreContract, kinds, name_of_kind);        \
    INSTANTIATE_TEST_SUITE_P(prefix, CommandStoreContract, kinds, name_of_kind);       \
    INSTANTIATE_TEST_SUITE_P(prefix, OperatorStoreContract, kinds, name_of_kind);      \
    INSTANTIATE_TEST_SUITE_P(prefix, AuditStoreContract, kinds, name_of_kind);         \
    INSTANTIATE_TEST_SUITE_P(prefix, AnswerStoreContract, kinds, name_of_kind);        \
    INSTANTIATE_TEST_SUITE_P(prefix, TimelineStoreContract, kinds, name_of_kind);      \
    INSTANTIATE_TEST_SUITE_P(prefix, DownloadTokenStoreContract, kinds, name_of_kind); \
    INSTANTIATE_TEST_SUITE_P(prefix, TransactionContract, kinds, name_of_kind);        \
    }
