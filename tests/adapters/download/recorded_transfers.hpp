// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/downloads.hpp"

#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace cellwise::download::testing {

/// What is told of transfers, one word each: "started", "42", "ended", "ended whole".
class RecordedTransfers final : public ports::TransferEvents {
 public:
    bool notes_at_once = true;
    std::vector<std::function<void()>> waiting{};  ///< to be called when the start is durable

    void on_transfer_started(const DeviceId&, const JobId&, std::function<void()> noted) override {
        add("started");
        if (notes_at_once) return noted();
        waiting.push_back(std::move(noted));
    }
    void on_transfer_progress(const DeviceId&, const JobId&, std::uint64_t bytes) override {
        add(std::to_string(bytes));
    }
    void on_transfer_ended(const DeviceId&, const JobId&, bool whole) override {
        add(whole ? "ended whole" : "ended");
    }
    std::vector<std::string> words() const {
        const std::lock_guard lock(mutex_);
        return words_;
    }

 private:
    void add(std::string word) {
        const std::lock_guard lock(mutex_);
        words_.push_back(std::move(word));
    }
    mutable std::mutex mutex_;
    std::vector<std::string> words_;
};

/// A payload in memory.
class MemoryPayload final : public ports::PayloadView {
 public:
    explicit MemoryPayload(Bytes bytes) : bytes_(std::move(bytes)) {}
    ByteView bytes() const override { return bytes_; }

 private:
    Bytes bytes_;
};

}  // namespace cellwise::download::testing
