// SPDX-License-Identifier: Apache-2.0
#include "adapters/download/transfer.hpp"

#include <utility>

namespace cellwise::download {

Transfer::Transfer(const Witness& witness, ports::Download download, const ByteRange& part,
                   std::unique_ptr<DeviceAllowance::Share> share)
    : witness_(witness),
      download_(std::move(download)),
      first_(part.first),
      bytes_(download_.payload->bytes().subspan(part.first, part.count)),
      share_(std::move(share)),
      reported_at_(witness_.clock.now()) {}

void Transfer::begin(std::function<void()> noted) {
    witness_.loop.post(
        [&events = witness_.events, device = download_.device, job = download_.job,
         noted = std::move(noted)]() mutable { events.on_transfer_started(device, job, std::move(noted)); });
}

Transfer::~Transfer() {
    if (sent_ > reported_) report_progress();
    const bool whole = sent_ == bytes_.size() && first_ + sent_ == download_.payload->bytes().size();
    witness_.loop.post([&events = witness_.events, device = download_.device, job = download_.job, whole] {
        events.on_transfer_ended(device, job, whole);
    });
}

void Transfer::on_sent(std::uint64_t count) {
    sent_ = count;
    share_->on_sent(count);
    const auto now = witness_.clock.now();
    if (now - reported_at_ < kReportEvery) return;
    reported_at_ = now;
    report_progress();
}

void Transfer::report_progress() {
    reported_ = sent_;
    witness_.loop.post([&events = witness_.events, device = download_.device, job = download_.job,
                        offset = first_ + sent_] { events.on_transfer_progress(device, job, offset); });
}

}  // namespace cellwise::download
