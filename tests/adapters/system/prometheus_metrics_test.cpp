// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/prometheus_metrics.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace cellwise::system {
namespace {

bool has_line(const std::string& text, const std::string& line) {
    return text.starts_with(line + "\n") || text.find("\n" + line + "\n") != std::string::npos;
}

TEST(PrometheusMetrics, RendersWhatWasCounted) {
    PrometheusMetrics metrics;
    metrics.counter("cellwise_jobs_total", "Jobs that ended", {{"status", "success"}}).add();
    metrics.counter("cellwise_jobs_total", "Jobs that ended", {{"status", "success"}}).add(2);
    metrics.counter("cellwise_jobs_total", "Jobs that ended", {{"status", "fail"}}).add();
    metrics.gauge("cellwise_outbox_live", "Pushes that wait").set(7);
    const std::string text = metrics.render();
    EXPECT_TRUE(has_line(text, "# HELP cellwise_jobs_total Jobs that ended")) << text;
    EXPECT_TRUE(has_line(text, "# TYPE cellwise_jobs_total counter")) << text;
    EXPECT_TRUE(has_line(text, R"(cellwise_jobs_total{status="success"} 3)")) << text;
    EXPECT_TRUE(has_line(text, R"(cellwise_jobs_total{status="fail"} 1)")) << text;
    EXPECT_TRUE(has_line(text, "cellwise_outbox_live 7")) << text;
}

TEST(PrometheusMetrics, GivesTheSameForTheSameNameAndLabels) {
    PrometheusMetrics metrics;
    auto& one = metrics.counter("a_total", "help", {{"x", "1"}, {"y", "2"}});
    EXPECT_EQ(&one, &metrics.counter("a_total", "help", {{"y", "2"}, {"x", "1"}}));
    EXPECT_NE(&one, &metrics.counter("a_total", "help", {{"x", "2"}, {"y", "2"}}));
    EXPECT_EQ(&metrics.gauge("g", "help"), &metrics.gauge("g", "help"));
    EXPECT_EQ(&metrics.seconds("s_seconds", "help"), &metrics.seconds("s_seconds", "help"));
}

TEST(PrometheusMetrics, PutsSecondsIntoBucketsFromATenthOfAMillisecondToTen) {
    PrometheusMetrics metrics;
    auto& lag = metrics.seconds("lag_seconds", "How late");
    lag.observe(0.00005);
    lag.observe(0.3);
    lag.observe(60);
    const std::string text = metrics.render();
    EXPECT_TRUE(has_line(text, R"(lag_seconds_bucket{le="0.0001"} 1)")) << text;
    EXPECT_TRUE(has_line(text, R"(lag_seconds_bucket{le="0.5"} 2)")) << text;
    EXPECT_TRUE(has_line(text, R"(lag_seconds_bucket{le="10"} 2)")) << text;
    EXPECT_TRUE(has_line(text, R"(lag_seconds_bucket{le="+Inf"} 3)")) << text;
}

TEST(PrometheusMetrics, CountsFromManyThreads) {
    PrometheusMetrics metrics;
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&] {
                for (int i = 0; i < 500; ++i) {
                    metrics.counter("shared_total", "help").add();
                    metrics.gauge("shared", "help").set(i);
                }
                metrics.render();
            });
        }
    }
    EXPECT_TRUE(has_line(metrics.render(), "shared_total 2000"));
}

TEST(PrometheusMetricsDeathTest, TakesANameOfTwoTypesForABug) {
    PrometheusMetrics metrics;
    metrics.counter("twice", "help");
    EXPECT_DEATH(metrics.gauge("twice", "help"), "metric");
}

}  // namespace
}  // namespace cellwise::system
