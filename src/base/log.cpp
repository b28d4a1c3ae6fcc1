// SPDX-License-Identifier: Apache-2.0
#include "cellwise/base/log.hpp"

#include <atomic>
#include <cstdio>

namespace cellwise::log {
namespace {

void to_standard_error(Level level, std::string_view message, Fields fields) {
    static constexpr const char* kNames[] = {"debug", "info", "warning", "error"};
    std::string line = kNames[static_cast<int>(level)];
    line.append(" ").append(message);
    for (const auto& field : fields) line.append(" ").append(field.key).append("=").append(field.value);
    line += '\n';
    std::fputs(line.c_str(), stderr);
}

std::atomic<Sink> current_sink{&to_standard_error};
std::atomic<Level> least_level{Level::Info};

}  // namespace

void set_sink(Sink sink) { current_sink = sink; }
void set_level(Level least) { least_level = least; }
bool enabled(Level level) { return level >= least_level.load(std::memory_order_relaxed); }

void write(Level level, std::string_view message, Fields fields) {
    if (enabled(level)) current_sink.load()(level, message, fields);
}

}  // namespace cellwise::log
