// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/log_sink.hpp"

#include "cellwise/base/log.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <sstream>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

namespace cellwise::system {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

TEST(LogSink, WritesEveryQueuedLineBeforeItEnds) {
    testing::internal::CaptureStderr();
    {
        const LogSink sink(LogFormat::Text);
        for (int i = 0; i < 1000; ++i) log::info("counted", {{"i", i}});
    }
    const auto lines = lines_of(testing::internal::GetCapturedStderr());
    ASSERT_EQ(lines.size(), 1000U);
    EXPECT_TRUE(lines.front().ends_with(" info counted i=0")) << lines.front();
    EXPECT_TRUE(lines.back().ends_with(" info counted i=999")) << lines.back();
}

TEST(LogSink, KeepsLinesOfSeveralThreadsWhole) {
    testing::internal::CaptureStderr();
    {
        const LogSink sink(LogFormat::Json);
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([t] {
                for (int i = 0; i < 200; ++i) log::warning("from a thread", {{"thread", t}, {"i", i}});
            });
        }
    }
    const auto lines = lines_of(testing::internal::GetCapturedStderr());
    EXPECT_EQ(lines.size(), 800U);
    for (const auto& line : lines) EXPECT_TRUE(nlohmann::json::accept(line)) << line;
}

TEST(LogSink, LeavesOutWhatIsBelowTheLevel) {
    testing::internal::CaptureStderr();
    {
        const LogSink sink(LogFormat::Text);
        log::debug("not asked for");
        log::set_level(log::Level::Debug);
        log::debug("asked for");
        log::set_level(log::Level::Info);
    }
    const auto lines = lines_of(testing::internal::GetCapturedStderr());
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_TRUE(lines.front().ends_with(" debug asked for"));
}

TEST(LogSink, StillWritesAfterItsEnd) {
    { const LogSink sink(LogFormat::Text); }
    testing::internal::CaptureStderr();
    log::error("late");
    EXPECT_TRUE(testing::internal::GetCapturedStderr().ends_with(" error late\n"));
}

/// Puts one end of a pipe in the place of standard error.
class StuckStandardError {
 public:
    StuckStandardError() : saved_(dup(STDERR_FILENO)) {
        EXPECT_EQ(pipe2(pipe_, O_CLOEXEC), 0);
        dup2(pipe_[1], STDERR_FILENO);
        close(pipe_[1]);
    }
    ~StuckStandardError() {
        restore();
        close(pipe_[0]);
    }
    void restore() {
        if (saved_ < 0) return;
        dup2(saved_, STDERR_FILENO);
        close(saved_);
        saved_ = -1;
    }
    std::string read_all() {
        std::string all;
        char piece[65536];
        for (ssize_t n = 0; (n = read(pipe_[0], piece, sizeof piece)) > 0;) all.append(piece, static_cast<size_t>(n));
        return all;
    }

 private:
    int saved_;
    int pipe_[2] = {-1, -1};
};

TEST(LogSink, LosesLinesRatherThanHoldUpTheCaller) {
    StuckStandardError stuck;
    std::string written;
    std::uint64_t lost = 0;
    {
        auto sink = std::make_unique<LogSink>(LogFormat::Text, 64);
        // Ten times what the pipe holds: would block for ever, were the caller to write.
        for (int i = 0; i < 10'000; ++i) log::info("nobody reads this now, and there is a lot of it", {{"i", i}});
        lost = sink->lost_lines();
        std::jthread reader([&] { written = stuck.read_all(); });
        sink.reset();
        stuck.restore();
    }
    EXPECT_GT(lost, 0U);
    EXPECT_EQ(lines_of(written).size() + lost, 10'000U);
    EXPECT_TRUE(written.ends_with("i=9999\n"));
}

}  // namespace
}  // namespace cellwise::system
