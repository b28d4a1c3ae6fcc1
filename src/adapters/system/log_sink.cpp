// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/log_sink.hpp"

#include "adapters/system/log_format.hpp"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <string>

namespace cellwise::system {
namespace {

// log::Sink is a plain function, so what it writes to has to be reachable from one.
std::atomic<spdlog::logger*> current_logger{nullptr};
std::atomic<LogFormat> current_format{LogFormat::Text};

void write_line(log::Level level, std::string_view message, log::Fields fields) {
    // A log line that cannot be made must not take the daemon with it.
    try {
        const auto now = std::chrono::floor<Duration>(std::chrono::system_clock::now());
        const bool json = current_format.load() == LogFormat::Json;
        std::string line = json ? format_json(now, level, message, fields) : format_text(now, level, message, fields);
        if (auto* logger = current_logger.load()) {
            logger->log(spdlog::level::info, line);
        } else {
            line += '\n';
            std::fputs(line.c_str(), stderr);
        }
    } catch (...) {
    }
}

}  // namespace

struct LogSink::Impl {
    explicit Impl(std::size_t queue)
        : pool(std::make_shared<spdlog::details::thread_pool>(queue, 1)),
          logger(std::make_shared<spdlog::async_logger>("cellwise", std::make_shared<spdlog::sinks::stderr_sink_mt>(),
                                                        pool, spdlog::async_overflow_policy::overrun_oldest)) {
        // The line is complete: spdlog only carries it over to its thread and writes it. Levels are cut before.
        logger->set_pattern("%v");
        logger->set_level(spdlog::level::trace);
    }

    std::shared_ptr<spdlog::details::thread_pool> pool;
    std::shared_ptr<spdlog::async_logger> logger;
};

LogSink::LogSink(LogFormat format, std::size_t queue) : impl_(std::make_unique<Impl>(queue)) {
    current_format = format;
    current_logger = impl_->logger.get();
    log::set_sink(&write_line);
}

LogSink::~LogSink() {
    current_logger = nullptr;
    // The pool writes what is queued before its thread ends; the queued lines hold the logger, so it goes after.
    impl_->pool.reset();
}

std::uint64_t LogSink::lost_lines() const { return impl_->pool->overrun_counter(); }

}  // namespace cellwise::system
