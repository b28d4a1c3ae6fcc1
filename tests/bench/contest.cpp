// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/contest.hpp"

#include "cellwise/base/assert.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace cellwise::bench {
namespace {

constexpr std::chrono::milliseconds kGreetLimit{60'000};

double median_of(std::vector<double> values) {
    CELLWISE_ASSERT(!values.empty());
    std::sort(values.begin(), values.end());
    const auto middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double rate_of(const Stretch& stretch) { return stretch.datagrams_per_second(); }
double chunk_rate_of(const Stretch& stretch) { return stretch.chunks_per_second(); }
double busy_of(const Stretch& stretch) { return stretch.server_busy; }

}  // namespace

bool all_met(const std::vector<Verdict>& verdicts) {
    return std::all_of(verdicts.begin(), verdicts.end(), [](const Verdict& each) { return each.is_met(); });
}

Contest::Contest(std::uint32_t at_once, std::string only) : at_once_(at_once), only_(std::move(only)) {
    stay_on_core(kLoadCore);
}

void Contest::enter(std::string name, Server& server, Manner manner, std::uint32_t devices,
                    std::chrono::milliseconds greet_limit) {
    enter(std::move(name), server, manner, devices, greet_limit, sockets_.emplace_back());
}

void Contest::enter(std::string name, Server& server, Manner manner, std::uint32_t devices,
                    std::chrono::milliseconds greet_limit, const BenchSocket& socket) {
    if (!only_.empty() && only_ != name) return;
    auto& contestant = contestants_.emplace_back(
        Contestant{std::move(name), LoadGenerator(socket, server, manner, devices, at_once_), devices});
    const bool is_limited = greet_limit.count() > 0;
    contestant.devices = contestant.load.greet_all(is_limited ? greet_limit : kGreetLimit);
    CELLWISE_ASSERT(is_limited || contestant.devices == devices);
}

void Contest::run_round(std::chrono::milliseconds each) {
    for (auto& contestant : contestants_) contestant.rounds.push_back(contestant.load.run(each));
}

double Contest::Contestant::median(double (*of)(const Stretch&)) const {
    std::vector<double> values;
    for (const auto& round : rounds) values.push_back(of(round));
    return median_of(std::move(values));
}

std::uint64_t Contest::Contestant::total(std::uint64_t Stretch::*field) const {
    std::uint64_t sum = 0;
    for (const auto& round : rounds) sum += round.*field;
    return sum;
}

const Contest::Contestant* Contest::find(std::string_view name) const {
    const auto found = std::find_if(contestants_.begin(), contestants_.end(),
                                    [name](const Contestant& each) { return each.name == name; });
    return found == contestants_.end() ? nullptr : &*found;
}

std::vector<Verdict> Contest::judge(const std::vector<Bar>& bars) const {
    std::vector<Verdict> verdicts;
    for (const auto& bar : bars) {
        const auto* what = find(bar.what);
        const auto* against = find(bar.against);
        if (what == nullptr || against == nullptr) continue;
        std::vector<double> ratios;
        for (std::size_t i = 0; i < what->rounds.size(); ++i) {
            ratios.push_back(rate_of(what->rounds[i]) / rate_of(against->rounds[i]));
        }
        verdicts.push_back({.bar = bar, .ratio = median_of(std::move(ratios))});
    }
    return verdicts;
}

bool Contest::has_wrong_chunks() const {
    return std::any_of(contestants_.begin(), contestants_.end(),
                       [](const Contestant& each) { return each.total(&Stretch::wrong) > 0; });
}

void Contest::print_table(const std::vector<Verdict>& verdicts) const {
    std::printf("%-16s %9s %14s %12s %6s %9s %6s\n", "", "devices", "datagrams/s", "chunks/s", "busy", "repeated",
                "wrong");
    for (const auto& each : contestants_) {
        std::printf("%-16s %9u %14.0f %12.0f %5.0f%% %9llu %6llu\n", each.name.c_str(), each.devices,
                    each.median(rate_of), each.median(chunk_rate_of), 100 * each.median(busy_of),
                    static_cast<unsigned long long>(each.total(&Stretch::repeated)),
                    static_cast<unsigned long long>(each.total(&Stretch::wrong)));
    }
    std::printf("\n%-38s %6s %6s\n", "ratio of datagrams/s", "is", "bar");
    for (const auto& [bar, ratio] : verdicts) {
        const auto name = std::string(bar.what).append(" / ").append(bar.against);
        std::printf("%-38s %6.2f %6.2f  %s\n", name.c_str(), ratio, bar.least, ratio >= bar.least ? "met" : "MISSED");
    }
}

void Contest::print_json(const std::vector<Verdict>& verdicts) const {
    std::printf("{\"contestants\":{");
    const char* separator = "";
    for (const auto& each : contestants_) {
        std::printf(
            "%s\"%s\":{\"devices\":%u,\"datagrams_per_second\":%.0f,\"chunks_per_second\":%.0f,\"busy\":%.3f,"
            "\"repeated\":%llu,\"wrong\":%llu}",
            std::exchange(separator, ","), each.name.c_str(), each.devices, each.median(rate_of),
            each.median(chunk_rate_of), each.median(busy_of),
            static_cast<unsigned long long>(each.total(&Stretch::repeated)),
            static_cast<unsigned long long>(each.total(&Stretch::wrong)));
    }
    std::printf("},\"bars\":[");
    separator = "";
    for (const auto& [bar, ratio] : verdicts) {
        std::printf("%s{\"what\":\"%.*s\",\"against\":\"%.*s\",\"ratio\":%.3f,\"least\":%.2f,\"met\":%s}",
                    std::exchange(separator, ","), static_cast<int>(bar.what.size()), bar.what.data(),
                    static_cast<int>(bar.against.size()), bar.against.data(), ratio, bar.least,
                    ratio >= bar.least ? "true" : "false");
    }
    std::printf("]}\n");
}

}  // namespace cellwise::bench
