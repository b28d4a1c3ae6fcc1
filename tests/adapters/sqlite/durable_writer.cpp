// SPDX-License-Identifier: Apache-2.0
// Writes jobs until it is killed, and says of each when it is durable: durable_writer DATABASE FIRST_NUMBER
#include "adapters/sqlite/sqlite_database.hpp"
#include "tests/adapters/sqlite/queue_executor.hpp"
#include "tests/contract/sample_rows.hpp"

#include "cellwise/base/log.hpp"

#include <string>
#include <unistd.h>

int main(int, char** argv) {
    using namespace cellwise;
    log::set_level(log::Level::Warning);
    sqlite::QueueExecutor loop;
    auto opened = sqlite::SqliteDatabase::open({.path = argv[1]}, loop, [](const Error&) { ::_exit(3); });
    if (!opened) return 2;
    auto& database = **opened;
    auto number = static_cast<unsigned>(std::stoul(argv[2]));
    unsigned under_way = 0;
    database.write(
        [](ports::Transaction& tx) -> Status {
            if (tx.tasks().find(contract::nth<TaskId>(1)).value()) return {};
            return tx.tasks().insert(contract::task(1));
        },
        {});
    const auto write_one = [&](unsigned n) {
        database.write([n](ports::Transaction& tx) { return tx.jobs().insert(contract::job(n)); },
                       [&, n](const Status& status) {
                           --under_way;
                           const auto line = (status ? std::to_string(n) : "error " + status.error().code) + '\n';
                           if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) ::_exit(4);
                       });
    };
    while (true) {
        // Groups of all sizes.
        for (unsigned i = 0; i < number % 37 + 1; ++i, ++under_way) write_one(number++);
        loop.run_until([&] { return under_way < 20; });
    }
}
