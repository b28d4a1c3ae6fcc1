// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/task.hpp"

#include <gtest/gtest.h>

#include <array>
#include <sstream>

namespace cellwise::domain {
namespace {

constexpr std::array kStates{TaskState::Wait, TaskState::Processing, TaskState::Success, TaskState::Failed,
                             TaskState::Stop};
constexpr std::array kNames{"wait", "processing", "success", "failed", "stop"};

TEST(ExecuteType, IsReadBackFromItsName) {
    EXPECT_EQ(parse_execute_type("now"), ExecuteType::Now);
    EXPECT_EQ(parse_execute_type("device_online"), ExecuteType::DeviceOnline);
    EXPECT_EQ(parse_execute_type("custom"), ExecuteType::Custom);
    for (const auto type : {ExecuteType::Now, ExecuteType::DeviceOnline, ExecuteType::Custom}) {
        EXPECT_EQ(parse_execute_type(to_string(type)), type);
    }
    EXPECT_FALSE(parse_execute_type("later"));
    EXPECT_FALSE(parse_execute_type(""));
}

// Stored in the database and told to application servers.
TEST(TaskState, BearsItsLastingName) {
    for (std::size_t i = 0; i < kStates.size(); ++i) {
        EXPECT_EQ(to_string(kStates[i]), kNames[i]);
        EXPECT_EQ(parse_task_state(kNames[i]), kStates[i]);
    }
    EXPECT_FALSE(parse_task_state("fail"));
    EXPECT_FALSE(parse_task_state(""));
}

TEST(TaskState, IsFinishedOnceNothingMoreCanHappen) {
    EXPECT_FALSE(is_finished(TaskState::Wait));
    EXPECT_FALSE(is_finished(TaskState::Processing));
    EXPECT_TRUE(is_finished(TaskState::Success));
    EXPECT_TRUE(is_finished(TaskState::Failed));
    EXPECT_TRUE(is_finished(TaskState::Stop));
}

TEST(TaskState, IsPrintedByName) {
    std::ostringstream out;
    out << TaskState::Processing;
    EXPECT_EQ(out.str(), "processing");
}

}  // namespace
}  // namespace cellwise::domain
