// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/bench/load_generator.hpp"

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cellwise::bench {

/// A ratio of two contestants' datagrams a second that must be reached.
struct Bar {
    std::string_view what, against;
    double least;
};
struct Verdict {
    Bar bar;
    double ratio = 0;  ///< the median over the rounds; each round's neighbours are compared with each other
    bool is_met() const { return ratio >= bar.least; }
};
bool all_met(const std::vector<Verdict>& verdicts);

/// Servers that take turns under the same load, so that what else the machine does hits all of them alike.
class Contest {
 public:
    /// `only`: all others are sent home; empty: nobody.
    Contest(std::uint32_t at_once, std::string only);

    /// The devices greet the server first, so that it knows all of them; as many as do so within the limit take part.
    void enter(std::string name, Server& server, Manner manner, std::uint32_t devices,
               std::chrono::milliseconds greet_limit = {});
    /// The same, from a socket that the server knows already.
    void enter(std::string name, Server& server, Manner manner, std::uint32_t devices,
               std::chrono::milliseconds greet_limit, const BenchSocket& socket);

    /// Every contestant once.
    void run_round(std::chrono::milliseconds each);

    /// Bars of contestants that did not take part are left out.
    std::vector<Verdict> judge(const std::vector<Bar>& bars) const;
    void print_table(const std::vector<Verdict>& verdicts) const;
    void print_json(const std::vector<Verdict>& verdicts) const;
    bool has_wrong_chunks() const;

 private:
    struct Contestant {
        std::string name;
        LoadGenerator load;
        std::uint32_t devices;
        std::vector<Stretch> rounds{};

        double median(double (*of)(const Stretch&)) const;
        std::uint64_t total(std::uint64_t Stretch::*field) const;
    };
    const Contestant* find(std::string_view name) const;

    std::uint32_t at_once_;
    std::string only_;
    std::deque<BenchSocket> sockets_{};
    std::deque<Contestant> contestants_{};
};

}  // namespace cellwise::bench
