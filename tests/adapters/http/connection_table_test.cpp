// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/connection_table.hpp"

#include "adapters/http/connection.hpp"
#include "tests/adapters/http/scripted_handler.hpp"

#include <boost/asio/ip/address.hpp>
#include <gtest/gtest.h>

#include <string>

namespace cellwise::http {
namespace {

class IdleConnection final : public Connection {
 public:
    IdleConnection(Core& core, const std::string& peer, std::uint64_t rank)
        : Connection(core, asio::make_strand(core.io), peer_key_of(asio::ip::make_address(peer))) {
        idle_rank_ = rank;
    }
    void abort() override {}
    void wake() override {}
    void set_rank(std::uint64_t rank) { idle_rank_ = rank; }

 private:
    void cancel_io() override {}
};

class ConnectionTableTest : public ::testing::Test {
 protected:
    testing::ScriptedHandler handler_;
    std::shared_ptr<Core> core_ = std::make_shared<Core>(HttpServer::Options{}, handler_);
    ConnectionTable table_;

    std::shared_ptr<IdleConnection> add(const std::string& peer, std::uint64_t rank) {
        auto made = std::make_shared<IdleConnection>(*core_, peer, rank);
        table_.add(made);
        return made;
    }
    std::shared_ptr<Connection> pick(const std::string& newcomer) {
        return table_.pick_to_end(peer_key_of(asio::ip::make_address(newcomer)));
    }
};

TEST(PeerKey, IsAnIpv4AddressHoweverItIsWritten) {
    const auto key = [](const char* text) { return peer_key_of(asio::ip::make_address(text)); };
    EXPECT_EQ(key("10.0.0.1"), key("::ffff:10.0.0.1"));
    EXPECT_NE(key("10.0.0.1"), key("10.0.0.2"));
}

TEST(PeerKey, IsTheNetworkOfAnIpv6Address) {
    const auto key = [](const char* text) { return peer_key_of(asio::ip::make_address(text)); };
    EXPECT_EQ(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff:ffff:ffff:ffff"));
    EXPECT_NE(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
}

TEST_F(ConnectionTableTest, EndsTheLongestIdleOfTheClientThatHasMost) {
    const auto lonely = add("10.0.0.1", 1);
    const auto younger = add("10.0.0.2", 3);
    const auto older = add("10.0.0.2", 2);
    EXPECT_EQ(pick("10.0.0.3"), older);
}

TEST_F(ConnectionTableTest, EndsTheLongestIdleOfAllWhereEverybodyHasOne) {
    const auto younger = add("10.0.0.1", 2);
    const auto older = add("10.0.0.2", 1);
    EXPECT_EQ(pick("10.0.0.3"), older);
}

TEST_F(ConnectionTableTest, LetsNobodyMakeRoomForAClientThatHasMore) {
    const auto modest = add("10.0.0.1", 1);
    const auto busy = add("10.0.0.2", kBusy);
    const auto also_busy = add("10.0.0.2", kBusy);
    EXPECT_EQ(pick("10.0.0.2"), nullptr);
    EXPECT_EQ(pick("10.0.0.3"), modest) << "who has none may come in";
}

TEST_F(ConnectionTableTest, LetsAClientReplaceItsOwnConnections) {
    const auto modest = add("10.0.0.1", 1);
    const auto first = add("10.0.0.2", 2);
    const auto second = add("10.0.0.2", 3);
    EXPECT_EQ(pick("10.0.0.2"), first);
}

TEST_F(ConnectionTableTest, PicksNoneThatIsBusyOrHasBecomeSo) {
    std::vector<std::shared_ptr<IdleConnection>> many;
    for (std::uint64_t i = 0; i < 100; ++i) many.push_back(add("10.0.0.2", i + 1));
    EXPECT_EQ(pick("10.0.0.3"), many[0]);
    many[1]->set_rank(kBusy);
    many[2]->set_rank(1'000);  // busy and idle again
    table_.remove(*many[3]);
    many[3].reset();
    EXPECT_EQ(pick("10.0.0.3"), many[4]);
}

TEST_F(ConnectionTableTest, CountsByClient) {
    const auto one = add("10.0.0.1", 1);
    const auto two = add("10.0.0.1", 2);
    EXPECT_EQ(table_.connections_of(one->peer_key()), 2U);
    table_.remove(*one);
    table_.remove(*one);
    EXPECT_EQ(table_.connections_of(one->peer_key()), 1U);
    EXPECT_EQ(table_.size(), 1U);
}

}  // namespace
}  // namespace cellwise::http
