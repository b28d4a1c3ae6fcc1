// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/download/byte_range.hpp"
#include "adapters/download/device_allowance.hpp"

#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/downloads.hpp"
#include "cellwise/ports/executor.hpp"
#include "cellwise/ports/http.hpp"

#include <functional>
#include <memory>

namespace cellwise::download {

/// A device's file on its way, as the HTTP server sends it. Tells the loop that it begins, now and then how far it
/// is, and that it is over, with its own end.
class Transfer final : public ports::BodyBytes {
 public:
    /// All outlive the transfer.
    struct Witness {
        ports::Executor& loop;
        ports::TransferEvents& events;
        ports::Clock& clock;  ///< one that is never set back
    };
    static constexpr Duration kReportEvery{5'000};

    Transfer(const Witness& witness, ports::Download download, const ByteRange& part,
             std::unique_ptr<DeviceAllowance::Share> share);
    ~Transfer() override;
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    /// Once, before a byte of it leaves: `noted` is called, on the loop, when the upgrade knows of it for good.
    void begin(std::function<void()> noted);
    ByteView bytes() const override { return bytes_; }
    void on_sent(std::uint64_t count) override;

 private:
    void report_progress();

    Witness witness_;
    ports::Download download_;
    std::uint64_t first_;
    ByteView bytes_;
    std::unique_ptr<DeviceAllowance::Share> share_;
    std::uint64_t sent_ = 0;
    std::uint64_t reported_ = 0;
    Timestamp reported_at_;
};

}  // namespace cellwise::download
