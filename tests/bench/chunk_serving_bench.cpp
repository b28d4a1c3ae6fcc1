// SPDX-License-Identifier: Apache-2.0
// How many datagrams a second cellwised handles while it serves chunks, beside what UDP itself and a bare libcoap
// server do in the same run: README.md. Exits 1 when a bar is missed.
#include "tests/bench/chunk_server.hpp"
#include "tests/bench/contest.hpp"
#include "tests/bench/echo_server.hpp"
#include "tests/bench/libcoap_server.hpp"

#include "cellwise/base/log.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <string>

namespace {

using namespace cellwise;
using namespace cellwise::bench;

constexpr std::uint32_t kFew = 64;
constexpr std::uint32_t kAtOnce = 64;  ///< chunks under way, whatever the number of devices
constexpr std::chrono::milliseconds kFillLimit{15'000};

struct Options {
    std::uint32_t many = 100'000;
    std::uint32_t rounds = 5;
    std::uint32_t round_ms = 500;
    bool json = false;
    bool report_only = false;
    std::string only{};
};

/// What must hold, all as ratios of one run. Half of what UDP itself does is the promise; that many devices cost
/// little more than few is the other; libcoap is whom we left, so it must be beaten.
const std::vector<Bar> kBars{
    {.what = "chunks_few", .against = "echo_few", .least = 0.5},
    {.what = "chunks_many", .against = "echo_many", .least = 0.5},
    {.what = "chunks_many", .against = "chunks_few", .least = 0.8},
    {.what = "chunks_few", .against = "libcoap_few", .least = 1.0},
    {.what = "chunks_many", .against = "libcoap_many", .least = 1.0},
};

int run(const Options& options) {
    const Precedence precedence;
    const auto many = options.many;
    EchoServer echo(EchoServer::Calls::OneByOne), batch_echo(EchoServer::Calls::ByTheBatch);
    LibcoapServer libcoap_few, libcoap_many;
    BenchSocket few_devices, many_devices;
    ChunkServer chunks_few(kFew, few_devices.port()), chunks_many(many, many_devices.port());

    Contest contest(kAtOnce, options.only);
    contest.enter("echo_few", echo, Manner::NotifyBlind, kFew);
    contest.enter("echo_many", echo, Manner::NotifyBlind, many);
    contest.enter("batch_echo_few", batch_echo, Manner::NotifyBlind, kFew);
    contest.enter("libcoap_few", libcoap_few, Manner::Get, kFew);
    contest.enter("libcoap_many", libcoap_many, Manner::Get, many, kFillLimit);
    chunks_many.wait_until_due();
    contest.enter("chunks_few", chunks_few, Manner::Notify, kFew, {}, few_devices);
    contest.enter("chunks_many", chunks_many, Manner::Notify, many, {}, many_devices);
    chunks_many.wait_until_written();
    const auto commits = chunks_few.commits() + chunks_many.commits();
    for (std::uint32_t round = 0; round < options.rounds; ++round) {
        contest.run_round(std::chrono::milliseconds{options.round_ms});
    }
    const auto verdicts = contest.judge(kBars);
    options.json ? contest.print_json(verdicts) : contest.print_table(verdicts);
    if (!options.json) {
        std::printf("\n%zu and %zu jobs downloading; %llu commits during the rounds\n", chunks_few.jobs(),
                    chunks_many.jobs(),
                    static_cast<unsigned long long>(chunks_few.commits() + chunks_many.commits() - commits));
    }
    if (contest.has_wrong_chunks()) return 2;
    return options.report_only || all_met(verdicts) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app{"Datagrams a second while serving chunks, against a raw UDP echo and libcoap"};
    app.add_option("--peers", options.many, "How many devices are many")->check(CLI::Range(65, 1'000'000));
    app.add_option("--rounds", options.rounds, "Rounds of every contestant")->check(CLI::Range(1, 100));
    app.add_option("--round-ms", options.round_ms, "How long one round of one contestant takes")
        ->check(CLI::Range(50, 10'000));
    app.add_flag("--json", options.json, "One JSON object instead of a table");
    app.add_option("--only", options.only, "One contestant alone, for a profiler: no bar is judged");
    app.add_flag("--report-only", options.report_only, "Exit 0 even when a bar is missed");
    CLI11_PARSE(app, argc, argv);
    log::set_level(log::Level::Warning);
    return run(options);
}
