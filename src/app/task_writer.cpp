// SPDX-License-Identifier: Apache-2.0
#include "app/task_writer.hpp"

#include "app/task_checks.hpp"
#include "app/task_service.hpp"

#include <mutex>
#include <utility>

namespace cellwise::app {

using ports::Transaction;

struct TaskWriter::Draft {
    NewTask request;
    domain::Task task;
    std::vector<domain::Job> jobs;
    Done done;
    Status checked{};

    /// An error: of the storage, and of all that are written with it.
    Status store(Transaction& tx) {
        const auto found = check_new_task(tx, request);
        checked = found ? Status{} : Status{found.error()};
        if (!checked) return {};  // nothing of it is written yet
        if (auto inserted = tx.tasks().insert(task); !inserted) return inserted;
        return tx.jobs().insert_all(jobs);
    }
};

/// The loop adds, the store thread takes.
struct TaskWriter::Waiting {
    std::mutex mutex{};
    std::vector<Draft> drafts{};
    bool asked = false;  ///< a write stands in line that takes them all

    /// True for the first since the others were taken.
    bool add(Draft draft) {
        const std::lock_guard lock(mutex);
        drafts.push_back(std::move(draft));
        return !std::exchange(asked, true);
    }
    std::vector<Draft> take() {
        const std::lock_guard lock(mutex);
        asked = false;
        return std::exchange(drafts, {});
    }
};

TaskWriter::TaskWriter(ports::Database& database) : database_(database), waiting_(std::make_shared<Waiting>()) {}

void TaskWriter::write(NewTask request, domain::Task task, std::vector<domain::Job> jobs, Done done) {
    if (waiting_->add({std::move(request), std::move(task), std::move(jobs), std::move(done)})) ask();
}

void TaskWriter::ask() {
    const auto taken = std::make_shared<std::vector<Draft>>();
    auto work = [taken, waiting = waiting_](Transaction& tx) -> Status {
        *taken = waiting->take();
        for (auto& draft : *taken) {
            if (auto stored = draft.store(tx); !stored) return stored;
        }
        return {};
    };
    database_.write(std::move(work), [taken, waiting = waiting_](const Status& written) {
        // A write that was not let in has not run, and taken nobody.
        if (taken->empty()) *taken = waiting->take();
        for (const auto& draft : *taken) draft.done(written ? draft.checked : written);
    });
}

}  // namespace cellwise::app
