// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/coap/peer_table.hpp"

#include "tests/adapters/lwm2m/coap/conversation.hpp"

#include <list>
#include <set>

namespace cellwise::lwm2m::coap {
namespace {

class CoapPeerTable : public testing::Test {
 protected:
    static constexpr std::size_t kMost = 100;
    fakes::SeededRandom random{};
    RandomDraws draws{random};
    PeerTable table{kMost, draws};
};

TEST_F(CoapPeerTable, KnowsAPeerByAddressAndPort) {
    const PeerTable::Place place = table.touch(peer(1));
    EXPECT_EQ(table.touch(peer(1)), place);
    EXPECT_EQ(table.find(peer(1)), place);
    EXPECT_NE(table.touch(peer(1, 1)), place);
    EXPECT_EQ(table.find(peer(2)), PeerTable::kNone);
    EXPECT_EQ(table.route(place).peer, peer(1));
}

TEST_F(CoapPeerTable, CountsIdsUpFromARandomOne) {
    std::set<std::uint16_t> first;
    for (unsigned i = 0; i < 50; ++i) {
        const PeerTable::Place place = table.touch(peer(i));
        const std::uint16_t id = table.next_id(place);
        first.insert(id);
        EXPECT_EQ(table.next_id(place), static_cast<std::uint16_t>(id + 1));
    }
    EXPECT_GT(first.size(), 45U);
}

TEST_F(CoapPeerTable, ForgetsTheLongestIdleFirst) {
    for (unsigned i = 0; i < kMost; ++i) table.touch(peer(i));
    table.touch(peer(0));
    table.touch(peer(1'000));
    EXPECT_EQ(table.find(peer(1)), PeerTable::kNone);
    EXPECT_NE(table.find(peer(0)), PeerTable::kNone);
    EXPECT_EQ(table.size(), kMost);
}

TEST_F(CoapPeerTable, KeepsAHeldPeerUntilItIsReleased) {
    table.hold(table.touch(peer(0)));
    for (unsigned i = 1; i < 3 * kMost; ++i) table.touch(peer(i));
    ASSERT_NE(table.find(peer(0)), PeerTable::kNone);
    table.release(table.find(peer(0)));
    for (unsigned i = 1; i < 3 * kMost; ++i) table.touch(peer(i));
    EXPECT_EQ(table.find(peer(0)), PeerTable::kNone);
}

TEST_F(CoapPeerTable, HasNoPlaceWhenAllAreHeld) {
    for (unsigned i = 0; i < kMost; ++i) table.hold(table.touch(peer(i)));
    EXPECT_EQ(table.touch(peer(1'000)), PeerTable::kNone);
    EXPECT_NE(table.touch(peer(5)), PeerTable::kNone);
    table.release(table.find(peer(5)));
    EXPECT_NE(table.touch(peer(1'000)), PeerTable::kNone);
}

TEST_F(CoapPeerTable, AgreesWithAListThatIsSearchedThrough) {
    // Peers in the order of last hearing, the held ones apart: what the table promises, done slowly.
    std::list<PeerAddress> idle;
    std::set<PeerAddress> held;
    Dice dice(3);
    for (int step = 0; step < 50'000; ++step) {
        const PeerAddress each = peer(dice.below(160), static_cast<std::uint16_t>(dice.below(2)));
        const unsigned action = dice.below(10);
        if (action == 0 && table.find(each) != PeerTable::kNone) {
            table.hold(table.find(each));
            idle.remove(each);
            held.insert(each);
        } else if (action <= 2 && table.find(each) != PeerTable::kNone) {
            table.release(table.find(each));
            if (held.erase(each) > 0) idle.push_back(each);
        } else {
            const bool known = std::find(idle.begin(), idle.end(), each) != idle.end() || held.contains(each);
            const bool full = idle.size() + held.size() == kMost;
            ASSERT_EQ(table.touch(each) == PeerTable::kNone, !known && full && idle.empty());
            if (!known && full && !idle.empty()) idle.pop_front();
            if (!held.contains(each) && (known || idle.size() + held.size() < kMost)) {
                idle.remove(each);
                idle.push_back(each);
            }
        }
        ASSERT_EQ(table.size(), idle.size() + held.size()) << step;
        for (unsigned i = 0; step % 100 == 0 && i < 320; ++i) {
            const PeerAddress other = peer(i / 2, static_cast<std::uint16_t>(i % 2));
            const bool known = std::find(idle.begin(), idle.end(), other) != idle.end() || held.contains(other);
            ASSERT_EQ(table.find(other) != PeerTable::kNone, known) << "step " << step << ", peer " << i;
        }
    }
}

}  // namespace
}  // namespace cellwise::lwm2m::coap
