// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/reader_pool.hpp"

#include "adapters/sqlite/errors.hpp"
#include "adapters/sqlite/transaction.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace cellwise::sqlite {

struct ReaderPool::Reader {
    explicit Reader(const std::filesystem::path& path)
        : connection(path, Connection::Mode::ReadOnly, Sync::Full), transaction(connection) {}

    Connection connection;
    Transaction transaction;
    std::thread::id last_user = std::this_thread::get_id();
};

ReaderPool::ReaderPool(const Options& options) : path_(options.path), max_idle_(options.idle_readers) {}
ReaderPool::~ReaderPool() = default;

std::unique_ptr<ReaderPool::Reader> ReaderPool::take() {
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            // The one that this thread had before: its memory is of the thread's own heap and cache, and to give some
            // of it back contends with nobody.
            const auto own = std::find_if(idle_.rbegin(), idle_.rend(), [](const std::unique_ptr<Reader>& reader) {
                return reader->last_user == std::this_thread::get_id();
            });
            if (own != idle_.rend()) std::swap(*own, idle_.back());
            auto reader = std::move(idle_.back());
            idle_.pop_back();
            reader->last_user = std::this_thread::get_id();
            return reader;
        }
    }
    return std::make_unique<Reader>(path_);
}

void ReaderPool::give_back(std::unique_ptr<Reader> reader) {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < max_idle_) idle_.push_back(std::move(reader));
}

Status ReaderPool::read(const ports::Database::Work& work) try {
    auto reader = take();
    reader->connection.run("BEGIN");
    auto status = work(reader->transaction);
    reader->connection.run("COMMIT");
    give_back(std::move(reader));
    return status;
} catch (...) {
    return caught();  // the connection, whatever its state, is closed
}

std::vector<std::string> ReaderPool::statements() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> all;
    for (const auto& reader : idle_) {
        const auto some = reader->connection.statements();
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

}  // namespace cellwise::sqlite
