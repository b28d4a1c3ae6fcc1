// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/inline_database.hpp"
#include "tests/adapters/sqlite/temporary_directory.hpp"
#include "tests/contract/results.hpp"
#include "tests/contract/sample_rows.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdio>
#include <random>
#include <set>
#include <unistd.h>

namespace cellwise::sqlite {
namespace {

using namespace contract;

/// Another process that writes until it is killed.
class Writer {
 public:
    Writer(const std::filesystem::path& database, unsigned first_number) {
        int ends[2];
        if (::pipe(ends) != 0) throw std::runtime_error("pipe failed");
        const auto number = std::to_string(first_number);
        process_ = ::fork();
        if (process_ == 0) {
            ::dup2(ends[1], STDOUT_FILENO);
            ::close(ends[0]);
            ::close(ends[1]);
            ::execl(CELLWISE_DURABLE_WRITER, CELLWISE_DURABLE_WRITER, database.c_str(), number.c_str(), nullptr);
            ::_exit(127);
        }
        ::close(ends[1]);
        output_ = ::fdopen(ends[0], "r");
    }
    ~Writer() {
        if (process_ > 0) kill();
        (void)std::fclose(output_);
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// The next line that it wrote; empty at the end.
    std::string line() {
        char text[64];
        if (std::fgets(text, sizeof text, output_) == nullptr) return {};
        return std::string(text);
    }
    void kill() {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
        process_ = 0;
    }

 private:
    pid_t process_ = 0;
    std::FILE* output_ = nullptr;
};

TEST(KilledWriter, HasStoredEverythingItAcknowledged) {
    const TemporaryDirectory directory;
    const auto path = directory.path() / "test.db";
    std::mt19937 random(20'240'229);  // NOLINT: how far each of them comes; the very moment is the machine's choice
    unsigned acknowledged = 0;
    for (int round = 0; round < 12; ++round) {
        const auto goal = acknowledged + random() % 400;
        // Jobs are acknowledged in order, but some of those that were not can have been stored too.
        Writer writer(path, acknowledged + 10'000U * static_cast<unsigned>(round) + 1);
        std::set<unsigned> promised;
        while (promised.size() + acknowledged <= goal) {
            const auto line = writer.line();
            ASSERT_FALSE(line.empty() || line.starts_with("error")) << line;
            promised.insert(static_cast<unsigned>(std::stoul(line)));
        }
        writer.kill();
        for (auto line = writer.line(); !line.empty(); line = writer.line()) {
            if (line.ends_with('\n')) promised.insert(static_cast<unsigned>(std::stoul(line)));
        }
        acknowledged += static_cast<unsigned>(promised.size());

        const auto database = InlineDatabase::open({.path = path}).value();
        ASSERT_TRUE(is_ok(database->read([&](ports::Transaction& tx) -> Status {
            for (const auto number : promised) {
                EXPECT_TRUE(tx.jobs().find(job(number).id).value()) << "acknowledged, but lost: " << number;
            }
            std::int64_t jobs = 0;
            for (std::string after = "0"; !after.empty();) {
                const auto page = tx.jobs().list({.task = nth<TaskId>(1)}, {.limit = 1'000, .after = after}).value();
                jobs += static_cast<std::int64_t>(page.items.size());
                after = page.next;
            }
            EXPECT_EQ(tx.tasks().find(nth<TaskId>(1)).value()->counters.total, jobs) << "half of a change";
            return {};
        })));
        SQLite::Database file(path.string());
        EXPECT_EQ(file.execAndGet("PRAGMA integrity_check").getString(), "ok");
    }
}

}  // namespace
}  // namespace cellwise::sqlite
