// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/domain/job.hpp"
#include "cellwise/domain/task.hpp"
#include "cellwise/ports/database.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace cellwise::app {

struct NewTask;

/// Stores new tasks with their jobs. All that wait when the store thread's turn comes are one write, each with its
/// own outcome: of each write that can be undone alone the database keeps the pages that it changes, and the tasks of
/// a crowd change the same pages. Loop thread only, but for what the write itself does.
class TaskWriter {
 public:
    using Done = std::function<void(Status)>;

    explicit TaskWriter(ports::Database& database);

    /// Checks the request (check_new_task) and stores the task and the jobs, all or nothing. `done` comes on the
    /// loop, when they are durable.
    void write(NewTask request, domain::Task task, std::vector<domain::Job> jobs, Done done);

 private:
    struct Draft;
    struct Waiting;

    void ask();

    ports::Database& database_;
    std::shared_ptr<Waiting> waiting_;
};

}  // namespace cellwise::app
