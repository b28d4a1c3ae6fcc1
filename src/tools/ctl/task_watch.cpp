// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/task_watch.hpp"

#include "tools/ctl/calls.hpp"
#include "tools/ctl/listing.hpp"
#include "tools/ctl/live_screen.hpp"
#include "tools/ctl/session.hpp"
#include "tools/ctl/task_view.hpp"

#include <optional>

namespace cellwise::ctl {
namespace {

using Json = nlohmann::ordered_json;

constexpr Duration kPause{1'000};
constexpr Duration kPatience{120'000};     // with an API that is away: longer than any restart takes
constexpr Duration kBetweenLines{5'000};   // a log is read later
constexpr Duration kBetweenCounts{5'000};  // of failures, which takes some pages
constexpr std::size_t kMostCells = 1'000;
constexpr std::size_t kMostFailures = 5'000;

bool is_away(const Error& error) { return exit_code_of(error) == ExitCode::Unreachable; }

/// Asks, and remembers what it was told.
class Watcher {
 public:
    Watcher(std::string task_path, Session& session) : path_(std::move(task_path)), session_(session) {}

    const TaskView& view() const { return view_; }
    const std::string& answer() const { return answer_; }

    /// Errors: those for which it is no use to ask again.
    Status look() {
        const auto now = session_.elapsed();
        if (!began_) began_ = now;
        view_.watched = now - *began_;
        const auto read = read_all(now);
        if (read) {
            heard_ = now;
            view_.trouble.clear();
            return {};
        }
        if (!heard_ || !is_away(read.error()) || now - *heard_ > kPatience) return read;
        view_.trouble = read.error().message + "; still trying";
        return {};
    }

 private:
    Status read_all(Duration now) {
        auto answer = session_.api.get(path_);
        if (!answer) return answer.error();
        auto task = object_in(*answer);
        if (!task) return task.error();
        view_.task = std::move(*task);
        answer_ = std::move(*answer);
        if (!heard_) view_.ended_at_first = view_.ended();
        if (session_.output.as_json()) return {};
        auto cells = read_items(session_.api, "/api/v1/cells", {}, kMostCells);
        if (!cells) return cells.error();
        view_.cells = std::move(cells->items);
        return count_failures(now);
    }

    Status count_failures(Duration now) {
        const auto failed = view_.counter("fail");
        if (failed == counted_ || (counted_at_ && now - *counted_at_ < kBetweenCounts && !view_.is_over())) return {};
        auto jobs = read_items(session_.api, path_ + "/jobs", {{"status", "fail"}}, kMostFailures);
        if (!jobs) return jobs.error();
        view_.failures.clear();
        for (const auto& job : jobs->items) {
            const auto detail = job.find("detail");
            ++view_.failures[detail != job.end() && detail->is_string() ? detail->get<std::string>() : "no reason"];
        }
        view_.some_failures = jobs->more;
        counted_ = failed;
        counted_at_ = now;
        return {};
    }

    std::string path_;
    Session& session_;
    TaskView view_{};
    std::string answer_{};
    std::optional<Duration> began_{};
    std::optional<Duration> heard_{};
    std::optional<Duration> counted_at_{};
    std::int64_t counted_ = 0;
};

/// Tells what is new, in the way that suits whoever reads.
class Teller {
 public:
    explicit Teller(Output& output) : output_(output) {
        if (!output.as_json() && output.screen()) screen_.emplace(output.words());
    }

    void tell(const Watcher& watcher) {
        const auto& view = watcher.view();
        if (screen_) {
            const auto size = output_.screen().value_or(ScreenSize{});
            auto lines = draw(view, size.width, size.height, output_.colour());
            if (lines.size() >= size.height) lines.resize(size.height - 1);
            screen_->draw(lines);
        } else if (output_.as_json()) {
            if (watcher.answer() != said_) output_.json(watcher.answer());
            said_ = watcher.answer();
        } else {
            tell_line(view);
        }
    }

 private:
    void tell_line(const TaskView& view) {
        const auto line = view.trouble.empty() ? line_of(view) : view.trouble;
        const auto news = line.substr(line.find(' ') + 1);  // behind the time
        if (news == said_ || (said_at_ && view.watched - *said_at_ < kBetweenLines && !view.is_over())) return;
        output_.words() << line << '\n' << std::flush;
        said_ = news;
        said_at_ = view.watched;
    }

    Output& output_;
    std::optional<LiveScreen> screen_{};
    std::string said_{};
    std::optional<Duration> said_at_{};
};

Status outcome_of(const TaskView& view) {
    if (view.state() == "success") return {};
    const auto missed = view.counter("total") - view.counter("success");
    return invalid("watch.failed", {},
                   "the task ended as " + view.state() + ": " + std::to_string(missed) + " of " +
                       std::to_string(view.counter("total")) + " devices were not upgraded");
}

}  // namespace

Status watch_task(const Arguments& arguments, Session& session) {
    Watcher watcher(path_of("/api/v1/tasks", arguments.get("TASK")), session);
    Teller teller(session.output);
    while (true) {
        if (const auto looked = watcher.look(); !looked) return looked;
        teller.tell(watcher);
        if (watcher.view().is_over()) return outcome_of(watcher.view());
        if (!session.wait(kPause)) return invalid("watch.interrupted", {}, "the task goes on without being watched");
    }
}

}  // namespace cellwise::ctl
