// SPDX-License-Identifier: Apache-2.0
#include "adapters/download/transfer.hpp"

#include "tests/adapters/download/recorded_transfers.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/manual_executor.hpp"

#include <gmock/gmock.h>

namespace cellwise::download {
namespace {

using ::testing::ElementsAre;
using namespace std::chrono_literals;

class TransferTest : public ::testing::Test {
 protected:
    std::unique_ptr<Transfer> begin(std::uint64_t first, std::uint64_t count) {
        auto transfer = std::make_unique<Transfer>(
            Transfer::Witness{loop_, events_, clock_},
            ports::Download{.payload = std::make_shared<testing::MemoryPayload>(Bytes(1000, 7))},
            ByteRange{.kind = ByteRange::Kind::Part, .first = first, .count = count},
            std::get<0>(allowance_.begin({}, count, 1000)));
        transfer->begin([] {});
        return transfer;
    }
    const std::vector<std::string>& told() {
        loop_.run();
        words_ = events_.words();
        return words_;
    }

    fakes::ManualExecutor loop_;
    testing::RecordedTransfers events_;
    fakes::ManualClock clock_;
    DeviceAllowance allowance_{clock_, {.at_once = 1, .requests_a_minute = 0, .copies_a_day = 2}};
    std::vector<std::string> words_;
};

TEST_F(TransferTest, TellsTheLoopAndOnlyThere) {
    begin(0, 1000).reset();
    EXPECT_TRUE(events_.words().empty());
    EXPECT_THAT(told(), ElementsAre("started", "ended"));
}

TEST_F(TransferTest, TellsHowFarItIsNowAndThen) {
    auto transfer = begin(0, 1000);
    for (std::uint64_t sent = 100; sent <= 1000; sent += 100) {
        clock_.advance(1s);
        transfer->on_sent(sent);
    }
    transfer.reset();
    EXPECT_THAT(told(), ElementsAre("started", "500", "1000", "ended whole"));
}

TEST_F(TransferTest, CountsFromTheBeginningOfTheFile) {
    auto transfer = begin(500, 300);
    EXPECT_EQ(transfer->bytes().size(), 300U);
    transfer->on_sent(300);
    transfer.reset();
    EXPECT_THAT(told(), ElementsAre("started", "800", "ended")) << "its last byte was not in it";
}

TEST_F(TransferTest, IsWholeWhenTheLastByteLeft) {
    auto transfer = begin(900, 100);
    transfer->on_sent(99);
    transfer.reset();
    transfer = begin(900, 100);
    transfer->on_sent(100);
    transfer.reset();
    EXPECT_THAT(told(), ElementsAre("started", "999", "ended", "started", "1000", "ended whole"));
}

TEST_F(TransferTest, CostsItsDeviceWhatWasSent) {
    for (int n = 0; n < 4; ++n) begin(0, 1000)->on_sent(250);
    begin(0, 1000)->on_sent(1000);
    EXPECT_EQ(allowance_.begin({}, 1, 1000).index(), 1U);
}

TEST_F(TransferTest, TellsNothingTwice) {
    auto transfer = begin(0, 1000);
    clock_.advance(5s);
    transfer->on_sent(400);
    transfer.reset();
    EXPECT_THAT(told(), ElementsAre("started", "400", "ended"));
}

}  // namespace
}  // namespace cellwise::download
