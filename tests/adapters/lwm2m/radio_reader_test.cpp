// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/radio_reader.hpp"

#include "tests/adapters/lwm2m/lock_step.hpp"

namespace cellwise::lwm2m {
namespace {

using domain::CellId;
using domain::RadioReport;
using ports::DeliveryOutcome;

// Object 4: resource 2 = -95, 8 = 12345, 11 = 12 as TLV.
constexpr auto kRsrp = "C102A1", kCell = "C2083039", kSnr = "C10B0C";

class RadioReaderTest : public LockStep {
 protected:
    std::optional<DeliveryOutcome> outcome;
    RadioReport report;

    void read() {
        outcome.reset();
        server->downlink().read_radio(device, [this](DeliveryOutcome how, const RadioReport& what) {
            outcome = how;
            report = what;
        });
    }
    void answer_tlv(const std::string& hex) { answer(code::kContent, bytes_of(hex), format::kTlv); }
    void expect_question(std::string_view path) {
        ASSERT_EQ(transport.under_way().size(), 1U);
        EXPECT_EQ(path_of(asked()), path);
        EXPECT_EQ(asked().code, code::kGet);
    }
};

TEST_F(RadioReaderTest, AsksForObject4AsAWhole) {
    come_online();
    read();
    expect_question("/4/0");
    EXPECT_EQ(asked().number_of(option::kAccept), format::kTlv);
    answer_tlv(std::string(kRsrp) + kCell + kSnr);
    EXPECT_EQ(outcome, DeliveryOutcome::Delivered);
    EXPECT_EQ(report, (RadioReport{CellId{"12345"}, -95, 12}));
    EXPECT_EQ(registrations->find(device)->radio, report);
    EXPECT_TRUE(transport.under_way().empty());
}

TEST_F(RadioReaderTest, AsksSinglyForWhatTheObjectLacks) {
    come_online();
    read();
    answer_tlv("C1000A");  // resource 0 only
    expect_question("/4/0/2");
    answer(code::kContent, bytes_of("2D3935"), format::kText);  // "-95"
    expect_question("/4/0/11");
    answer_tlv(kSnr);
    expect_question("/4/0/8");
    answer(code::kContent, bytes_of("3132333435"));  // "12345", of no declared format
    EXPECT_EQ(outcome, DeliveryOutcome::Delivered);
    EXPECT_EQ(report, (RadioReport{CellId{"12345"}, -95, 12}));
}

TEST_F(RadioReaderTest, TakesNotFoundForUnknown) {
    come_online();
    read();
    answer_tlv(std::string(kRsrp) + kCell);
    expect_question("/4/0/11");
    answer(code::kNotFound);
    EXPECT_EQ(outcome, DeliveryOutcome::Delivered);
    EXPECT_EQ(report, (RadioReport{.cell = CellId{"12345"}, .rsrp_dbm = -95}));
}

TEST_F(RadioReaderTest, SaysThatTheDeviceCouldNotSay) {
    come_online();
    read();
    answer(code::kNotFound);
    for (const auto* path : {"/4/0/2", "/4/0/11", "/4/0/8"}) {
        expect_question(path);
        answer(code::kNotFound);
    }
    EXPECT_EQ(outcome, DeliveryOutcome::Refused);
    EXPECT_EQ(report, RadioReport{});
}

TEST_F(RadioReaderTest, AsksInAnyFormatWhenTheDeviceHasNoTlv) {
    for (const auto refusal : {coap::make_code(4, 6), code::kBadOption}) {
        come_online();
        read();
        answer(refusal);
        expect_question("/4/0");
        EXPECT_FALSE(asked().number_of(option::kAccept));
        const std::string json = R"([{"bn":"/4/0/","n":"2","v":-95},{"n":"8","v":12345},{"n":"11","v":12.5}])";
        answer(code::kContent, Bytes(json.begin(), json.end()), format::kSenmlJson);
        EXPECT_EQ(report, (RadioReport{CellId{"12345"}, -95, 12.5}));
    }
}

TEST_F(RadioReaderTest, SurvivesAnAnswerThatMakesNoSense) {
    come_online();
    read();
    answer_tlv("FFFFFF");
    expect_question("/4/0/2");
    answer(code::kContent, bytes_of("00"), 60'000);
    expect_question("/4/0/11");
    reset();
    expect_question("/4/0/8");
    answer_tlv(kCell);
    EXPECT_EQ(outcome, DeliveryOutcome::Delivered);
    EXPECT_EQ(report, (RadioReport{.cell = CellId{"12345"}}));
}

TEST_F(RadioReaderTest, TakesSilenceOnOneResourceForUnknown) {
    come_online();
    read();
    answer_tlv(kCell);
    stay_silent();
    EXPECT_TRUE(server->downlink().is_awake(device));
    expect_question("/4/0/11");
    stay_silent();
    EXPECT_EQ(outcome, DeliveryOutcome::Delivered);
    EXPECT_EQ(report, (RadioReport{.cell = CellId{"12345"}}));
}

TEST_F(RadioReaderTest, GivesUpWhenTheDeviceIsSilent) {
    come_online();
    read();
    stay_silent();
    EXPECT_EQ(outcome, DeliveryOutcome::GaveUp);
    EXPECT_EQ(report, RadioReport{});
    EXPECT_FALSE(server->downlink().is_awake(device));
}

TEST_F(RadioReaderTest, GivesUpWithTheWindowOfASleeper) {
    come_online({"b=UQ"});
    read();
    answer_tlv(kRsrp);
    advance(60s);
    EXPECT_EQ(outcome, DeliveryOutcome::Asleep);  // nothing more is sent
    EXPECT_TRUE(transport.under_way().empty());
    read();
    run();
    EXPECT_EQ(outcome, DeliveryOutcome::Asleep);
    EXPECT_TRUE(transport.under_way().empty());
}

TEST_F(RadioReaderTest, IsContentWithTheCellWhenTheDeviceFallsAsleep) {
    come_online({"b=UQ"});
    read();
    answer_tlv(kCell);
    advance(60s);
    EXPECT_EQ(outcome, DeliveryOutcome::Delivered);
    EXPECT_EQ(report.cell, CellId{"12345"});
}

TEST_F(RadioReaderTest, SparesTheQuestionsThatTheRegistrationAnswered) {
    come_online({"rsrp=-100", "sinr=3", "cellid=77"});
    const auto before = transport.total();
    read();
    EXPECT_FALSE(outcome);  // not inside the call
    run();
    EXPECT_EQ(outcome, DeliveryOutcome::Delivered);
    EXPECT_EQ(report, (RadioReport{CellId{"77"}, -100, 3}));
    EXPECT_EQ(transport.total(), before);
}

TEST_F(RadioReaderTest, AsksAgainWhenTheNextRegistrationSaysNothing) {
    come_online({"rsrp=-100", "sinr=3", "cellid=77"});
    come_online();
    read();
    expect_question("/4/0");
}

TEST_F(RadioReaderTest, FillsGapsFromTheRegistration) {
    come_online({"sinr=3", "cellid=77"});
    read();
    answer_tlv(std::string(kRsrp) + kCell);
    answer(code::kNotFound);  // 11
    EXPECT_EQ(report, (RadioReport{CellId{"12345"}, -95, 3}));
}

TEST_F(RadioReaderTest, AddsWhatUpdatesSay) {
    const auto id = come_online({"cellid=77"});
    update(id, {"rsrp=-100"});
    update(id, {"sinr=3", "rsrp=-101"});
    run();
    read();
    run();
    EXPECT_EQ(report, (RadioReport{CellId{"77"}, -101, 3}));
}

TEST_F(RadioReaderTest, RemembersAcrossARestartWhatADeviceWithoutObject4Said) {
    come_online({"rsrp=-100", "cellid=77"});
    restart();
    read();
    answer(code::kNotFound);
    for (int i = 0; i < 3; ++i) answer(code::kNotFound);
    EXPECT_EQ(outcome, DeliveryOutcome::Delivered);
    EXPECT_EQ(report, (RadioReport{.cell = CellId{"77"}, .rsrp_dbm = -100}));
}

TEST_F(RadioReaderTest, ReadsOnceForAllWhoAskAtATime) {
    come_online();
    int answers = 0;
    for (int i = 0; i < 3; ++i) {
        server->downlink().read_radio(device, [&](DeliveryOutcome, const RadioReport&) { ++answers; });
    }
    answer_tlv(std::string(kRsrp) + kCell + kSnr);
    EXPECT_EQ(answers, 3);
}

TEST_F(RadioReaderTest, IsCancelledWithTheDownlinks) {
    come_online();
    read();
    server->downlink().cancel(device);
    EXPECT_TRUE(transport.under_way().empty());
    run();
    EXPECT_EQ(outcome, DeliveryOutcome::Cancelled);
    read();
    expect_question("/4/0");
}

TEST_F(RadioReaderTest, EndsWhenTheDeviceBeginsANewLife) {
    come_online();
    read();
    register_device();
    run();
    EXPECT_EQ(outcome, DeliveryOutcome::GaveUp);
    expect_question("/19/0/0");
}

}  // namespace
}  // namespace cellwise::lwm2m
