// SPDX-License-Identifier: Apache-2.0
#include "adapters/mqtt/broker_link.hpp"

#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/manual_executor.hpp"
#include "tests/fakes/null_metrics.hpp"

#include <gtest/gtest.h>

#include <array>

namespace cellwise::mqtt {
namespace {

using namespace std::chrono_literals;
using ports::DeliveryOutcome;

/// Says what was asked of it, and lets the test say what happens.
struct HandConnection final : BrokerConnection {
    void listen(BrokerEvents& to) override { events = &to; }
    void connect() override { ++connects; }
    void close() override { ++closes; }
    void subscribe(std::vector<std::string> wanted, std::size_t most_needed) override {
        filters = std::move(wanted);
        needed = most_needed;
    }
    void publish(std::uint64_t number, std::string topic, std::string payload) override {
        published.push_back(std::move(topic));
        payloads.push_back(std::move(payload));
        numbers.push_back(number);
    }
    BrokerEvents* events = nullptr;
    int connects = 0;
    int closes = 0;
    std::size_t needed = 0;
    std::vector<std::string> filters{};
    std::vector<std::string> published{};
    std::vector<std::string> payloads{};
    std::vector<std::uint64_t> numbers{};
};

/// Writes down what it is told.
struct Diary final : ports::MqttEvents {
    void on_link(bool up) override { told.emplace_back(up ? "up" : "down"); }
    void on_online(std::string_view device, bool fresh) override { note(fresh ? "fresh " : "there ", device); }
    void on_offline(std::string_view device) override { note("gone ", device); }
    void on_heard(std::string_view device) override { note("heard ", device); }
    void on_version(std::string_view device, const domain::mqtt::VersionReport& report) override {
        note("version " + report.software.value_or("?") + " ", device);
    }
    void on_progress(std::string_view device, const domain::mqtt::ProgressReport& report) override {
        note("progress " + std::to_string(report.result_code) + " ", device);
    }
    void on_properties(std::string_view device, std::span<const domain::mqtt::ServiceProperties> report) override {
        note("properties " + std::to_string(report.size()) + " ", device);
    }
    void on_uplink(std::string_view device, ByteView payload) override {
        note("uplink " + std::to_string(payload.size()) + " ", device);
    }
    void note(const std::string& what, std::string_view device) { told.push_back(what + std::string(device)); }
    std::vector<std::string> take() { return std::exchange(told, {}); }
    std::vector<std::string> told{};
};

class Link : public testing::Test {
 protected:
    Link() { link_.start(); }

    void come_up() {
        connection_.events->on_connected();
        connection_.events->on_subscribed(true);
        connection_.events->on_batch_end();
        connection_.published.clear();
        connection_.events->on_published(connection_.numbers.back(), true);
        diary_.take();
    }
    void arrive(const std::string& topic, const std::string& payload) {
        connection_.events->on_message(topic, payload);
    }
    ports::MqttDownlink::Outcome note() {
        return [this](DeliveryOutcome what) { outcomes_.push_back(what); };
    }
    void pass(Duration time) {
        steady_.advance(time);
        link_.tick();
    }

    HandConnection connection_{};
    Diary diary_{};
    fakes::ManualExecutor loop_{};
    fakes::ManualClock clock_{};
    fakes::ManualClock steady_{};
    fakes::NullMetrics metrics_{};
    std::vector<DeliveryOutcome> outcomes_{};
    BrokerLink link_{{connection_, diary_, loop_, clock_, steady_, metrics_},
                     {.window = {.in_flight = 2, .waiting = 10, .deadline = 30s}, .early_messages = 2}};
};
using BrokerLinkTest = Link;
using Told = std::vector<std::string>;

TEST_F(BrokerLinkTest, SubscribesBeforeItSaysThatItIsUpAndThenAsksWhoIsThere) {
    EXPECT_EQ(connection_.connects, 1);
    connection_.events->on_connected();
    EXPECT_EQ(connection_.needed, 3U);
    EXPECT_EQ(connection_.filters.at(0), "$oc/devices/+/sys/events/up");
    EXPECT_FALSE(link_.is_linked());
    connection_.events->on_subscribed(true);
    connection_.events->on_batch_end();
    EXPECT_TRUE(link_.is_linked());
    EXPECT_EQ(diary_.told, Told{"up"});
    EXPECT_EQ(connection_.published, Told{"$cellwise/presence/ask"});
    EXPECT_TRUE(link_.state().up);
}

TEST_F(BrokerLinkTest, TellsOfPresence) {
    come_up();
    arrive("$cellwise/presence/listed", "a\nb\n");
    arrive("$cellwise/presence/online", "c");
    arrive("$cellwise/presence/offline", "a");
    arrive("$cellwise/presence/listed", "a/b\n\n#\n");
    EXPECT_EQ(diary_.told, (Told{"there a", "there b", "fresh c", "gone a"}));
}

TEST_F(BrokerLinkTest, TellsWhatDevicesSayWithASignOfLifeBeforeEach) {
    come_up();
    const auto report = [](const std::string& type, const std::string& paras) {
        return R"({"services":[{"service_id":"$ota","event_type":")" + type + R"(","paras":)" + paras + "}]}";
    };
    arrive("$oc/devices/a/sys/events/up", report("version_report", R"({"sw_version":"1"})"));
    arrive("$oc/devices/a/sys/events/up", report("upgrade_progress_report", R"({"result_code":4})"));
    arrive("$oc/devices/a/sys/events/up", "nonsense");
    EXPECT_EQ(diary_.take(), (Told{"heard a", "version 1 a", "heard a", "progress 4 a", "heard a"}));
    arrive("$oc/devices/a/sys/properties/report", R"({"services":[{"service_id":"A","properties":{}}]})");
    arrive("$oc/devices/a/sys/messages/up", "xyz");
    EXPECT_EQ(diary_.take(), (Told{"heard a", "properties 1 a", "uplink 49 a", "heard a", "uplink 3 a"}));
    arrive("$oc/devices/a+/sys/events/up", "{}");
    EXPECT_EQ(diary_.take(), Told{});
}

TEST_F(BrokerLinkTest, PublishesToTheTopicOfTheDeviceAndTellsTheOutcomeLater) {
    come_up();
    link_.query_version("a", note());
    EXPECT_TRUE(connection_.published.empty()) << "not inside the call";
    loop_.run();
    EXPECT_EQ(connection_.published, Told{"$oc/devices/a/sys/events/down"});
    EXPECT_TRUE(outcomes_.empty());
    connection_.events->on_published(connection_.numbers.back(), true);
    EXPECT_EQ(outcomes_, std::vector{DeliveryOutcome::Delivered});
}

TEST_F(BrokerLinkTest, LetsNoNameIntoATopicThatIsNone) {
    come_up();
    for (const std::string name : {"", "a/b", "+", "#", "$SYS"}) link_.query_version(name, note());
    link_.query_version(std::string("a\0b", 3), note());
    link_.send_upgrade(std::string(10'240, 'a'), {}, note());
    loop_.run();
    EXPECT_TRUE(connection_.published.empty());
    EXPECT_EQ(outcomes_, std::vector<DeliveryOutcome>(7, DeliveryOutcome::Refused));
}

TEST_F(BrokerLinkTest, HasSessionsEndedNowOrWhenThereIsALinkAgain) {
    link_.end_session("a");
    link_.end_session("b");
    link_.end_session("b/c");
    connection_.events->on_connected();
    connection_.events->on_subscribed(true);
    connection_.events->on_batch_end();
    EXPECT_EQ(connection_.published, (Told{"$cellwise/sessions/end", "$cellwise/presence/ask"}))
        << "before it is asked who is there";
    EXPECT_EQ(connection_.payloads.front(), "a\nb\n");
    connection_.events->on_published(connection_.numbers.front(), true);
    connection_.events->on_disconnected("gone");
    pass(1s);
    come_up();
    link_.end_session("c");
    EXPECT_TRUE(connection_.published.empty()) << "not inside the call";
    loop_.run();
    EXPECT_EQ(connection_.payloads.back(), "c\n") << "and no one twice whom the broker has confirmed";
    connection_.events->on_disconnected("gone");
    pass(1s);
    connection_.payloads.clear();
    come_up();
    EXPECT_EQ(connection_.payloads.front(), "c\n") << "it was not confirmed";
}

TEST_F(BrokerLinkTest, KeepsToItsWindow) {
    come_up();
    for (const auto* name : {"a", "b", "c"}) link_.query_version(name, note());
    loop_.run();
    EXPECT_EQ(connection_.published.size(), 2U);
    connection_.events->on_published(connection_.numbers.at(connection_.numbers.size() - 2), true);
    connection_.events->on_batch_end();
    EXPECT_EQ(connection_.published.size(), 3U);
}

TEST_F(BrokerLinkTest, SaysAsleepWhileThereIsNoLinkOrNoRoom) {
    link_.query_version("a", note());
    EXPECT_TRUE(outcomes_.empty()) << "not inside the call";
    loop_.run();
    EXPECT_EQ(outcomes_, std::vector{DeliveryOutcome::Asleep});
    come_up();
    for (int i = 0; i < 11; ++i) link_.query_version("a", note());
    loop_.run();
    EXPECT_EQ(outcomes_.size(), 2U) << "the eleventh of ten";
}

TEST_F(BrokerLinkTest, TellsWhateverWasUnderWayWhenTheLinkIsLost) {
    come_up();
    for (const auto* name : {"a", "b", "c"}) link_.query_version(name, note());
    loop_.run();
    connection_.events->on_disconnected("gone");
    EXPECT_EQ(diary_.told, Told{"down"});
    EXPECT_EQ(outcomes_, (std::vector{DeliveryOutcome::GaveUp, DeliveryOutcome::GaveUp, DeliveryOutcome::Asleep}));
    EXPECT_EQ(link_.state().detail, "gone");
    connection_.events->on_published(connection_.numbers.back(), true);
    EXPECT_EQ(outcomes_.size(), 3U) << "each once";
}

TEST_F(BrokerLinkTest, KeepsTryingWithLongerPauses) {
    std::array<Duration, 7> pauses{1s, 2s, 4s, 8s, 16s, 30s, 30s};
    for (const auto pause : pauses) {
        const int connects = connection_.connects;
        connection_.events->on_disconnected("refused");
        pass(pause - 1ms);
        EXPECT_EQ(connection_.connects, connects);
        pass(1ms);
        EXPECT_EQ(connection_.connects, connects + 1);
    }
    EXPECT_EQ(diary_.told, Told{}) << "it was never up";
    come_up();
    connection_.events->on_disconnected("gone");
    const int connects = connection_.connects;
    pass(1s);
    EXPECT_EQ(connection_.connects, connects + 1) << "after a good link the pauses begin anew";
}

TEST_F(BrokerLinkTest, GivesABrokerUpThatSaysNothing) {
    pass(20s);
    EXPECT_EQ(connection_.closes, 1);
    pass(1s);
    EXPECT_EQ(connection_.connects, 2);
    connection_.events->on_connected();
    pass(20s);
    EXPECT_EQ(connection_.closes, 2) << "nor confirms the subscriptions";
}

TEST_F(BrokerLinkTest, GivesALinkUpThatConfirmsNothing) {
    come_up();
    link_.query_version("a", note());
    loop_.run();
    pass(30s);
    EXPECT_EQ(outcomes_, std::vector{DeliveryOutcome::GaveUp});
    EXPECT_EQ(connection_.closes, 1);
    EXPECT_FALSE(link_.is_linked());
}

TEST_F(BrokerLinkTest, GivesALinkUpThatLetsItHearNothing) {
    connection_.events->on_connected();
    connection_.events->on_subscribed(false);
    EXPECT_EQ(connection_.closes, 1);
    EXPECT_FALSE(link_.state().up);
}

TEST_F(BrokerLinkTest, KeepsWhatComesBeforeTheSubscriptionIsConfirmed) {
    connection_.events->on_connected();
    for (const auto* name : {"a", "b", "c"}) arrive("$oc/devices/" + std::string(name) + "/sys/messages/up", "x");
    EXPECT_EQ(diary_.told, Told{});
    connection_.events->on_subscribed(true);
    EXPECT_EQ(diary_.told, (Told{"up", "heard a", "uplink 1 a", "heard b", "uplink 1 b"}))
        << "as far as there is room";
}

TEST_F(BrokerLinkTest, AnswersADeviceThatAsksForTheTime) {
    come_up();
    arrive("$oc/devices/a/sys/events/up",
           R"({"services":[{"service_id":"$time_sync","event_type":"time_sync_request","paras":{}}]})");
    loop_.run();
    EXPECT_EQ(connection_.published, Told{"$oc/devices/a/sys/events/down"});
}

TEST_F(BrokerLinkTest, TellsWhatEmqxSaysOfPresence) {
    come_up();
    arrive("$SYS/brokers/e@1/clients/a_1/connected", R"({"username":"a","clientid":"a_1"})");
    arrive("$SYS/brokers/e@1/clients/a_1/disconnected", R"({"username":"a","clientid":"a_1","reason":"normal"})");
    EXPECT_EQ(diary_.told, (Told{"fresh a", "gone a"}));
}

TEST_F(BrokerLinkTest, IsSilentWhenItWasStopped) {
    come_up();
    link_.stop();
    EXPECT_EQ(diary_.told, Told{"down"});
    pass(60s);
    connection_.events->on_disconnected("late");
    EXPECT_EQ(connection_.connects, 1);
}

}  // namespace
}  // namespace cellwise::mqtt
