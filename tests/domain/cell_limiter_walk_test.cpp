// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/cell_limiter.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <random>

namespace cellwise::domain {
namespace {

using Place = CellLimiter::Place;
using Readiness = CellLimiter::Readiness;

constexpr std::uint64_t kSeed = 20'240'229;
constexpr int kSteps = 200'000;
constexpr std::size_t kJobs = 24;

// In order.
const std::array kKeys{CellKey{CellId{""}, CoverageClass::NoCell}, CellKey{CellId{"1"}, CoverageClass::Level0},
                       CellKey{CellId{"1"}, CoverageClass::Level1}, CellKey{CellId{"2"}, CoverageClass::Level1},
                       CellKey{CellId{"2"}, CoverageClass::CellOnly}};

JobId job_id(std::size_t number) {
    char text[25];
    std::snprintf(text, sizeof text, "%024zx", number);
    return *JobId::parse(text);
}

/// The limiter's promises at their plainest: one list in order of arrival, and a search through all of it. Jobs and
/// keys are indices.
class Reference {
 public:
    struct Entry {
        std::size_t job = 0;
        std::size_t key = 0;
        bool head = false;
        bool awake = false;
        std::optional<Timestamp> lease_end{};
    };
    using Expired = std::pair<std::size_t, std::size_t>;

    std::optional<std::size_t> enqueue(std::size_t job, std::size_t key, bool head, bool awake) {
        if (auto* entry = find(job); entry != nullptr && entry->key == key) {
            entry->awake = awake;
            return std::nullopt;
        }
        const auto given_up = remove(job);
        entries.push_back({job, key, head, awake});
        return given_up;
    }

    /// Who is next: the first head that waits awake, else the first tail.
    Entry* next_awake(std::size_t key) {
        for (const bool head : {true, false}) {
            for (auto& entry : entries) {
                if (entry.key == key && !entry.lease_end && entry.awake && entry.head == head) return &entry;
            }
        }
        return nullptr;
    }

    std::optional<std::size_t> grant_next(std::size_t key, Timestamp end) {
        auto* next = next_awake(key);
        if (next == nullptr || in_use(key) >= limit(key)) return std::nullopt;
        next->lease_end = end;
        return next->job;
    }

    bool renew(std::size_t job, Timestamp end) {
        auto* entry = find(job);
        if (entry == nullptr || !entry->lease_end) return false;
        entry->lease_end = end;
        return true;
    }

    std::optional<std::size_t> remove(std::size_t job) {
        const auto* entry = find(job);
        if (entry == nullptr) return std::nullopt;
        const auto key = entry->key;
        entries.erase(entries.begin() + (entry - entries.data()));
        return key;
    }

    /// In order of the end; of the same end, of the job.
    std::vector<Expired> expire(Timestamp now) {
        std::vector<std::tuple<Timestamp, std::size_t, std::size_t>> over;
        for (const auto& entry : entries) {
            if (entry.lease_end && *entry.lease_end <= now) over.emplace_back(*entry.lease_end, entry.job, entry.key);
        }
        std::sort(over.begin(), over.end());
        std::vector<Expired> expired;
        for (const auto& [end, job, key] : over) {
            expired.emplace_back(job, key);
            remove(job);
        }
        return expired;
    }

    void restore(std::size_t job, std::size_t key, Timestamp end) {
        remove(job);
        entries.push_back({job, key, false, false, end});
    }

    Entry* find(std::size_t job) {
        for (auto& entry : entries) {
            if (entry.job == job) return &entry;
        }
        return nullptr;
    }
    std::uint32_t limit(std::size_t key) const { return limits.of(kKeys[key].coverage); }
    std::uint32_t in_use(std::size_t key) const { return count(key, true); }
    std::uint32_t waiting(std::size_t key) const { return count(key, false); }

    std::vector<Entry> entries{};
    SlotLimits limits{3, 2, 1, 2, 4};

 private:
    std::uint32_t count(std::size_t key, bool leased) const {
        std::uint32_t sum = 0;
        for (const auto& entry : entries) sum += entry.key == key && entry.lease_end.has_value() == leased ? 1 : 0;
        return sum;
    }
};

std::optional<CellKey> key_at(std::optional<std::size_t> index) {
    return index ? std::optional(kKeys[*index]) : std::nullopt;
}

class Walk {
 public:
    /// Without the two calls that may exceed a limit, no limit is ever exceeded.
    explicit Walk(bool with_excess) : with_excess_(with_excess) {
        for (std::size_t i = 0; i < kJobs; ++i) ids_.push_back(job_id(i));
    }

    void step() {
        const auto die = pick(with_excess_ ? 20 : 18);
        if (die < 5) return enqueue();
        if (die < 8) return set_readiness();
        if (die < 12) return grant_until_nothing();
        if (die < 13) return grant_one();
        if (die < 15) return remove();
        if (die < 16) return renew();
        if (die < 18) return expire();
        if (die < 19) return restore();
        set_limits();
    }

    void check() {
        std::uint64_t leases = 0;
        std::vector<CellLimiter::Usage> rows;
        for (std::size_t key = 0; key < kKeys.size(); ++key) {
            const CellLimiter::Usage expected{kKeys[key], model_.in_use(key), model_.limit(key), model_.waiting(key)};
            ASSERT_EQ(limiter_.usage(kKeys[key]), expected);
            ASSERT_TRUE(with_excess_ || expected.in_use <= expected.limit) << kKeys[key];
            leases += expected.in_use;
            if (expected.in_use + expected.waiting > 0) rows.push_back(expected);
        }
        ASSERT_EQ(limiter_.usages({}, kKeys.size() + 1), rows);
        ASSERT_EQ(limiter_.leases(), leases);
        ASSERT_EQ(limiter_.leases() + limiter_.waiting(), model_.entries.size());
        check_jobs();
    }

    /// Everybody leaves: nothing may be left behind.
    void check_empties() {
        for (std::size_t job = 0; job < kJobs; ++job)
            ASSERT_EQ(limiter_.remove(ids_[job]), key_at(model_.remove(job)));
        ASSERT_TRUE(limiter_.usages({}, 1).empty());
        ASSERT_EQ(limiter_.leases() + limiter_.waiting(), 0U);
        ASSERT_FALSE(limiter_.next_expiry());
    }

 private:
    /// Each job of the model is in its one place; the sums say that no other is anywhere.
    void check_jobs() {
        std::optional<Timestamp> earliest;
        for (const auto& entry : model_.entries) {
            ASSERT_EQ(limiter_.holds_slot(ids_[entry.job]), entry.lease_end.has_value()) << entry.job;
            ASSERT_EQ(limiter_.is_waiting(ids_[entry.job]), !entry.lease_end) << entry.job;
            if (entry.lease_end && (!earliest || *entry.lease_end < *earliest)) earliest = entry.lease_end;
        }
        ASSERT_EQ(limiter_.next_expiry(), earliest);
    }

    void enqueue() {
        const auto job = any_job();
        const auto key = any_key();
        const bool head = pick(3) == 0;
        const bool awake = any_awake();
        const auto given_up = limiter_.enqueue(ids_[job], kKeys[key], head ? Place::Head : Place::Tail,
                                               awake ? Readiness::Awake : Readiness::Asleep);
        ASSERT_EQ(given_up, key_at(model_.enqueue(job, key, head, awake))) << job;
    }
    void set_readiness() {
        const auto job = any_job();
        const bool awake = any_awake();
        limiter_.set_readiness(ids_[job], awake ? Readiness::Awake : Readiness::Asleep);
        if (auto* entry = model_.find(job)) entry->awake = awake;
    }
    void grant_one() { grant(any_key()); }
    void grant_until_nothing() {
        const auto key = any_key();
        while (grant(key)) {
        }
        const auto usage = limiter_.usage(kKeys[key]);
        ASSERT_TRUE(usage.in_use >= usage.limit || model_.next_awake(key) == nullptr)
            << "somebody awake waits for a free slot";
    }
    bool grant(std::size_t key) {
        const auto end = any_end();
        const auto next = limiter_.next_in_line(kKeys[key]);
        const auto granted = limiter_.grant_next(kKeys[key], end);
        const auto expected = model_.grant_next(key, end);
        EXPECT_EQ(granted, expected ? std::optional(ids_[*expected]) : std::nullopt) << kKeys[key];
        EXPECT_EQ(next, granted);
        return granted.has_value() && granted == next && expected;
    }
    void remove() {
        const auto job = any_job();
        ASSERT_EQ(limiter_.remove(ids_[job]), key_at(model_.remove(job))) << job;
    }
    void renew() {
        const auto job = any_job();
        const auto end = any_end();
        ASSERT_EQ(limiter_.renew(ids_[job], end), model_.renew(job, end)) << job;
    }
    void expire() {
        now_ += std::chrono::seconds(pick(4));
        std::vector<std::pair<JobId, CellKey>> expected;
        for (const auto& [job, key] : model_.expire(now_)) expected.emplace_back(ids_[job], kKeys[key]);
        ASSERT_EQ(limiter_.expire(now_), expected);
    }
    void restore() {
        const auto job = any_job();
        const auto key = any_key();
        const auto end = any_end();
        limiter_.restore(ids_[job], kKeys[key], end);
        model_.restore(job, key, end);
    }
    void set_limits() {
        model_.limits = {pick(5), pick(5), pick(5), pick(5), pick(5)};
        limiter_.set_limits(model_.limits);
    }

    std::uint32_t pick(std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); }
    std::size_t any_job() { return pick(kJobs); }
    std::size_t any_key() { return pick(kKeys.size()); }
    bool any_awake() { return pick(3) != 0; }
    Timestamp any_end() { return now_ + std::chrono::seconds(pick(20)); }

    bool with_excess_;
    std::mt19937_64 random_{kSeed};
    std::vector<JobId> ids_;
    Timestamp now_{};
    Reference model_{};
    CellLimiter limiter_{model_.limits};
};

void walk(bool with_excess) {
    Walk walk(with_excess);
    for (int step = 0; step < kSteps; ++step) {
        walk.step();
        walk.check();
        ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << kSeed << ", step " << step;
    }
    walk.check_empties();
}

TEST(CellLimiterWalk, DoesWhatTheReferenceDoesAndNeverExceedsALimit) { walk(false); }

TEST(CellLimiterWalk, DoesWhatTheReferenceDoesWhenLimitsMoveAndLeasesAreRestored) { walk(true); }

}  // namespace
}  // namespace cellwise::domain
