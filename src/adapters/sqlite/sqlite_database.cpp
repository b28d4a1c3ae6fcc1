// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/sqlite_database.hpp"

#include "adapters/sqlite/reader_pool.hpp"
#include "adapters/sqlite/write_group.hpp"

#include "cellwise/base/log.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace cellwise::sqlite {

/// The queue and the thread that empties it. What crosses threads: the queue under its mutex, the atomics, and the
/// pool, which locks for itself.
class SqliteDatabase::StoreThread {
 public:
    StoreThread(std::unique_ptr<WriteGroup> group, Options options, ports::Executor& loop,
                std::function<void(const Error&)> on_fatal)
        : options_(std::move(options)),
          loop_(loop),
          on_fatal_(std::move(on_fatal)),
          group_(std::move(group)),
          readers_(options_),
          thread_([this] { run(); }) {}

    ~StoreThread() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        wake_.notify_one();
        thread_.join();
    }

    /// False, and nothing taken, when too many wait.
    bool try_push(Work& work, Done& done) {
        {
            const std::lock_guard lock(mutex_);
            if (pending_ < options_.max_pending) {
                ++pending_;
                queue_.push_back({std::move(work), std::move(done), Status{}});
                wake_.notify_one();
                return true;
            }
        }
        ++refused_;
        return false;
    }

    void push(Work work, Done done) {
        if (try_push(work, done) || !done) return;
        const Error full{ErrorKind::TooMany, "database.queue_full", "too many writes wait for the database"};
        loop_.post([done = std::move(done), full] { done(full); });
    }

    Status read(const Work& work) { return readers_.read(work); }
    std::uint64_t version() const { return version_; }
    std::size_t pending() const { return pending_; }
    Counters counters() const {
        return {commits_, works_, failed_works_, refused_, std::chrono::nanoseconds(last_commit_ns_)};
    }

 private:
    struct Write {
        Work work;
        Done done;
        Status status;
    };
    using Group = std::vector<Write>;

    void run();
    /// Everything that waits, up to the bound; waits for something. Empty: the end.
    Group take();
    /// Lets company gather for the next commit, unless a whole group waits already.
    void rest();
    void write(Group& group);
    void announce(Group group);
    std::chrono::nanoseconds now() const {
        return options_.stopwatch ? options_.stopwatch() : std::chrono::nanoseconds{};
    }

    const Options options_;
    ports::Executor& loop_;
    const std::function<void(const Error&)> on_fatal_;
    std::unique_ptr<WriteGroup> group_;  ///< of the store thread alone
    ReaderPool readers_;

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Write> queue_;
    bool stopping_ = false;

    std::atomic<std::size_t> pending_{0};
    std::atomic<std::uint64_t> version_{1};
    std::atomic<std::uint64_t> commits_{0};
    std::atomic<std::uint64_t> works_{0};
    std::atomic<std::uint64_t> failed_works_{0};
    std::atomic<std::uint64_t> refused_{0};
    std::atomic<std::int64_t> last_commit_ns_{0};
    bool told_failure_ = false;

    std::thread thread_;  ///< last: it uses all of the above
};

void SqliteDatabase::StoreThread::run() {
    for (auto group = take(); !group.empty(); group = take()) {
        write(group);
        announce(std::move(group));
        rest();
    }
    group_->checkpoint();
}

void SqliteDatabase::StoreThread::rest() {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, options_.rest, [this] { return stopping_ || queue_.size() >= options_.max_group; });
}

SqliteDatabase::StoreThread::Group SqliteDatabase::StoreThread::take() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    const auto count = static_cast<std::ptrdiff_t>(std::min(queue_.size(), options_.max_group));
    Group group(std::make_move_iterator(queue_.begin()), std::make_move_iterator(queue_.begin() + count));
    queue_.erase(queue_.begin(), queue_.begin() + count);
    return group;
}

void SqliteDatabase::StoreThread::write(Group& group) {
    const auto begin = now();
    for (auto& write : group) {
        write.status = group_->run(write.work);
        if (!write.status) ++failed_works_;
    }
    const auto committed = group_->commit();
    last_commit_ns_ = (now() - begin).count();
    works_ += group.size();
    if (committed) {
        ++version_;
        ++commits_;
        return;
    }
    // What the works returned counts no more: none of it is stored.
    for (auto& write : group) write.status = committed;
    if (std::exchange(told_failure_, true)) return;
    log::error("the database cannot be written",
               {{"code", committed.error().code}, {"reason", committed.error().message}});
    if (on_fatal_) on_fatal_(committed.error());
}

void SqliteDatabase::StoreThread::announce(Group group) {
    pending_ -= group.size();
    std::vector<std::pair<Done, Status>> results;
    results.reserve(group.size());
    for (auto& write : group) {
        if (write.done) results.emplace_back(std::move(write.done), std::move(write.status));
    }
    // The works go before their Done's run: what both own belongs to the loop from then on.
    group.clear();
    loop_.post([results = std::move(results)] {
        for (const auto& [done, status] : results) done(status);
    });
}

SqliteDatabase::SqliteDatabase(std::unique_ptr<StoreThread> store) : store_(std::move(store)) {}
SqliteDatabase::~SqliteDatabase() = default;

Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::open(Options options, ports::Executor& loop,
                                                             std::function<void(const Error&)> on_fatal) {
    auto group = WriteGroup::open(options);
    if (!group) return group.error();
    auto store =
        std::make_unique<StoreThread>(std::move(group).value(), std::move(options), loop, std::move(on_fatal));
    return std::unique_ptr<SqliteDatabase>(new SqliteDatabase(std::move(store)));
}

void SqliteDatabase::write(Work work, Done done) { store_->push(std::move(work), std::move(done)); }
bool SqliteDatabase::enqueue(Work work, Done done) { return store_->try_push(work, done); }
Status SqliteDatabase::read(const Work& work) { return store_->read(work); }
std::uint64_t SqliteDatabase::version() const { return store_->version(); }
std::size_t SqliteDatabase::pending() const { return store_->pending(); }
SqliteDatabase::Counters SqliteDatabase::counters() const { return store_->counters(); }

}  // namespace cellwise::sqlite
