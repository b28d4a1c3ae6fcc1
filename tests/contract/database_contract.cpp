// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/database_contract.hpp"

namespace cellwise::contract {

void DatabaseContract::given_product(unsigned number) {
    ASSERT_TRUE(is_ok(change([&](ports::Transaction& tx) { return tx.products().insert(product(number)); })));
}
void DatabaseContract::given_device(unsigned number, unsigned of_product) {
    ASSERT_TRUE(
        is_ok(change([&](ports::Transaction& tx) { return tx.devices().insert(device(number, of_product)); })));
}
void DatabaseContract::given_task(const domain::Task& row) {
    ASSERT_TRUE(is_ok(change([&](ports::Transaction& tx) { return tx.tasks().insert(row); })));
}
void DatabaseContract::given_job(const domain::Job& row) {
    ASSERT_TRUE(is_ok(change([&](ports::Transaction& tx) { return tx.jobs().insert(row); })));
}

}  // namespace cellwise::contract
