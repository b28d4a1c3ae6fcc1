// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/task.hpp"

namespace cellwise::domain {

std::string_view to_string(ExecuteType type) {
    switch (type) {
        case ExecuteType::Now:
            return "now";
        case ExecuteType::DeviceOnline:
            return "device_online";
        case ExecuteType::Custom:
            return "custom";
    }
    return "?";
}

std::optional<ExecuteType> parse_execute_type(std::string_view name) {
    for (const auto type : {ExecuteType::Now, ExecuteType::DeviceOnline, ExecuteType::Custom}) {
        if (name == to_string(type)) return type;
    }
    return std::nullopt;
}

std::string_view to_string(TaskState state) {
    switch (state) {
        case TaskState::Wait:
            return "wait";
        case TaskState::Processing:
            return "processing";
        case TaskState::Success:
            return "success";
        case TaskState::Failed:
            return "failed";
        case TaskState::Stop:
            return "stop";
    }
    return "?";
}

std::optional<TaskState> parse_task_state(std::string_view name) {
    for (const auto state :
         {TaskState::Wait, TaskState::Processing, TaskState::Success, TaskState::Failed, TaskState::Stop}) {
        if (name == to_string(state)) return state;
    }
    return std::nullopt;
}

std::ostream& operator<<(std::ostream& out, TaskState state) { return out << to_string(state); }

}  // namespace cellwise::domain
