// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/registration_resource.hpp"

#include "tests/adapters/lwm2m/lock_step.hpp"

namespace cellwise::lwm2m {
namespace {

class RegistrationResourceTest : public LockStep {
 protected:
    coap::Code post(std::vector<std::string> query) { return say(request(code::kPost, {"rd"}, query)).code; }
    std::optional<domain::Registration> registration() {
        const auto* found = registrations->find(device);
        return found == nullptr ? std::nullopt : std::optional(*found);
    }
};

TEST_F(RegistrationResourceTest, AnswersARegisterWithItsLocation) {
    const auto answer = say(request(code::kPost, {"rd"}, {"lwm2m=1.0", "ep=node-1", "b=UQ", "lt=300"}));
    EXPECT_EQ(answer.code, code::kCreated);
    const auto location = answer.texts(option::kLocationPath);
    ASSERT_EQ(location.size(), 2U);
    EXPECT_EQ(location[0], "rd");
    EXPECT_EQ(location[1], registration()->id.view());
    EXPECT_EQ(registration()->binding, domain::Binding::UdpQueue);
    EXPECT_EQ(registration()->address, peer(1000));
    EXPECT_EQ(registration()->expires_at, clock.now() + 300s);
}

TEST_F(RegistrationResourceTest, NeverRefusesByTheListOfObjects) {
    for (const std::string objects : {"</19/0>", "", "</>;rt=\"oma.lwm2m\",</1/0>", "\xFF\x00<<<"}) {
        auto message = request(code::kPost, {"rd"}, {"ep=node-1"});
        message.add_uint(option::kContentFormat, format::kLink);
        message.payload.assign(objects.begin(), objects.end());
        EXPECT_EQ(say(message).code, code::kCreated) << objects;
    }
}

TEST_F(RegistrationResourceTest, PassesOverParametersThatItDoesNotKnow) {
    EXPECT_EQ(post({"imsi=460001234567890", "lwm2m=1.0", "iccid=8986", "ep=node-1", "apn=iot.example", "im=", "ct=9",
                    "nonsense", "=x", "=="}),
              code::kCreated);
}

TEST_F(RegistrationResourceTest, TakesTheRadioReportThatSomeModulesAdd) {
    post({"ep=node-1", "rsrp=-101.5", "sinr=7", "cellid=0123456"});
    EXPECT_EQ(registration()->radio,
              (domain::RadioReport{.cell = domain::CellId{"123456"}, .rsrp_dbm = -101.5, .sinr_db = 7}));
    post({"ep=node-1", "rsrp=good", "sinr=", "cellid=A1:B2"});
    EXPECT_EQ(registration()->radio, (domain::RadioReport{.cell = domain::CellId{"A1:B2"}}));
}

TEST_F(RegistrationResourceTest, ReadsTheBinding) {
    using domain::Binding;
    const std::vector<std::pair<std::vector<std::string>, Binding>> cases{{{}, Binding::Udp},
                                                                          {{"b=U"}, Binding::Udp},
                                                                          {{"b="}, Binding::Udp},
                                                                          {{"b=UQ"}, Binding::UdpQueue},
                                                                          {{"b=UQS"}, Binding::UdpQueue},
                                                                          {{"b=SQ"}, Binding::UdpQueue},
                                                                          {{"b=?"}, Binding::UdpQueue},
                                                                          {{"b=U", "Q"}, Binding::UdpQueue},
                                                                          {{"Q", "b=U"}, Binding::UdpQueue}};
    for (const auto& [query, binding] : cases) {
        register_device(query);
        EXPECT_EQ(registration()->binding, binding) << ::testing::PrintToString(query);
    }
}

TEST_F(RegistrationResourceTest, RefusesWhatIsMalformed) {
    EXPECT_EQ(post({"lwm2m=1.0"}), code::kBadRequest);
    EXPECT_EQ(post({"ep="}), code::kBadRequest);
    EXPECT_EQ(post({"ep=" + std::string(252, 'x'), "ep=y"}), code::kBadRequest);
    EXPECT_EQ(post({"ep=node-1", "ep=node-2"}), code::kBadRequest);
    for (const std::string lifetime : {"", "abc", "-1", "4294967296", "60s", " 60", "1e3", "99999999999999999999"}) {
        EXPECT_EQ(post({"ep=node-1", "lt=" + lifetime}), code::kBadRequest) << lifetime;
    }
    EXPECT_FALSE(registration());
}

TEST_F(RegistrationResourceTest, TakesEveryLifetimeThatCanBeWritten) {
    EXPECT_EQ(post({"ep=node-1", "lt=1"}), code::kCreated);
    EXPECT_EQ(registration()->expires_at, clock.now() + 1s);
    EXPECT_EQ(post({"ep=node-1", "lt=4294967295"}), code::kCreated);
    EXPECT_EQ(registration()->expires_at, clock.now() + 4'294'967'295s);
    EXPECT_EQ(post({"ep=node-1", "lt=0"}), code::kCreated);  // LwM2M 1.1: for ever
    EXPECT_EQ(registration()->expires_at, clock.now() + 4'294'967'295s);
    EXPECT_EQ(post({"ep=node-1"}), code::kCreated);
    EXPECT_EQ(registration()->expires_at, clock.now() + 24h);
}

TEST_F(RegistrationResourceTest, RefusesAnUnknownEndpoint) { EXPECT_EQ(post({"ep=nobody"}), code::kForbidden); }

TEST_F(RegistrationResourceTest, RefusesVersionsThatItDoesNotSpeak) {
    EXPECT_EQ(post({"ep=node-1", "lwm2m=1.0"}), code::kCreated);
    EXPECT_EQ(post({"ep=node-1", "lwm2m=1.1"}), code::kCreated);
    EXPECT_EQ(post({"ep=node-1"}), code::kCreated);
    for (const std::string version : {"2.0", "1.2", "", "1", "1.0.0"}) {
        EXPECT_EQ(post({"ep=node-1", "lwm2m=" + version}), code::kPreconditionFailed) << version;
    }
}

TEST_F(RegistrationResourceTest, AnswersAnUpdateWithChanged) {
    const auto id = register_device({"b=UQ"});
    clock.advance(50min);
    port = 2000;
    EXPECT_EQ(update(id), code::kChanged);
    EXPECT_EQ(registration()->address, peer(2000));
    EXPECT_EQ(registration()->expires_at, clock.now() + 1h);
    EXPECT_EQ(update(id, {"lt=60", "b=U", "rsrp=-90"}), code::kChanged);
    EXPECT_EQ(registration()->expires_at, clock.now() + 60s);
    EXPECT_EQ(registration()->binding, domain::Binding::Udp);
    EXPECT_EQ(registration()->radio.rsrp_dbm, -90);
}

TEST_F(RegistrationResourceTest, KnowsNoUpdateOfAStranger) {
    const auto id = register_device();
    EXPECT_EQ(update("ffffffffffffffffffffffff"), code::kNotFound);
    EXPECT_EQ(update("1"), code::kNotFound);
    EXPECT_EQ(update(id + "0"), code::kNotFound);
    advance(2h);
    EXPECT_EQ(update(id), code::kNotFound);
}

TEST_F(RegistrationResourceTest, RefusesAMalformedUpdate) {
    const auto id = register_device();
    EXPECT_EQ(update(id, {"lt=soon"}), code::kBadRequest);
}

TEST_F(RegistrationResourceTest, Deregisters) {
    const auto id = register_device();
    const auto goodbye = request(code::kDelete, {"rd", id}, {});
    EXPECT_EQ(say(goodbye).code, code::kDeleted);
    EXPECT_FALSE(registration());
    EXPECT_EQ(say(goodbye).code, code::kNotFound);
    EXPECT_EQ(update(id), code::kNotFound);
}

TEST_F(RegistrationResourceTest, ReplacesTheFirstRegistrationByTheSecond) {
    const auto first = register_device();
    const auto second = register_device();
    EXPECT_EQ(update(first), code::kNotFound);
    EXPECT_EQ(update(second), code::kChanged);
}

TEST_F(RegistrationResourceTest, HasNothingElse) {
    EXPECT_EQ(say(request(code::kGet, {"rd"}, {})).code, code::kMethodNotAllowed);
    EXPECT_EQ(say(request(code::kDelete, {"rd"}, {})).code, code::kMethodNotAllowed);
    EXPECT_EQ(say(request(code::kPut, {"rd", register_device()}, {})).code, code::kMethodNotAllowed);
    EXPECT_EQ(say(request(code::kPost, {"bs"}, {"ep=node-1"})).code, code::kNotFound);
    EXPECT_EQ(say(request(code::kPost, {}, {"ep=node-1"})).code, code::kNotFound);
    EXPECT_EQ(say(request(code::kPost, {"rd", "a", "b"}, {})).code, code::kNotFound);
    EXPECT_EQ(say(request(code::kGet, {".well-known", "core"}, {})).code, code::kNotFound);
}

TEST_F(RegistrationResourceTest, ToleratesASlashAtTheEnd) {
    EXPECT_EQ(say(request(code::kPost, {"rd", ""}, {"ep=node-1"})).code, code::kCreated);
}

TEST_F(RegistrationResourceTest, RefusesACriticalOptionThatItDoesNotKnow) {
    auto message = request(code::kPost, {"rd"}, {"ep=node-1"});
    message.add(2049, "x");
    EXPECT_EQ(say(message).code, code::kBadOption);
    message = request(code::kPost, {"rd"}, {"ep=node-1"});
    message.add(2048, "x");  // elective
    EXPECT_EQ(say(message).code, code::kCreated);
}

TEST_F(RegistrationResourceTest, SaysThatTheDatabaseIsAway) {
    database.read_error = Error{ErrorKind::Unavailable, "store.unavailable", "away"};
    EXPECT_EQ(post({"ep=node-1"}), code::kServiceUnavailable);
    EXPECT_EQ(update("ffffffffffffffffffffffff"), code::kServiceUnavailable);
}

TEST_F(RegistrationResourceTest, AnswersBeforeAnythingIsDurable) {
    EXPECT_EQ(post({"ep=node-1"}), code::kCreated);
    EXPECT_EQ(database.writes, 0U);
    EXPECT_TRUE(database.committed.registrations.empty());
}

}  // namespace
}  // namespace cellwise::lwm2m
