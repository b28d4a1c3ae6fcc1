// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/northbound/northbound_fixture.hpp"

namespace cellwise::northbound {
namespace {

/// What application servers change is in the audit log, too.
class NorthboundAudit : public NorthboundFixture {
 protected:
    std::vector<domain::AuditEntry> entries() {
        return world_.store.get([](ports::Transaction& tx) { return tx.audit().list({}, {}); }).items;
    }
};

TEST_F(NorthboundAudit, TellsOfEveryRouteThatChangesSomething) {
    std::size_t changes = 0;
    for (const auto& route : routes()) {
        std::string path(route.pattern);
        if (const auto open = path.find('{'); open != std::string::npos) {
            path.replace(open, path.find('}') - open + 1, kNobody);
        }
        call(route.method, path, "{}");
        const bool changing = route.method != Get && route.admission == Admission::Application;
        if (changing) ++changes;
        ASSERT_EQ(entries().size(), changes) << to_string(route.method) << ' ' << route.pattern;
        if (!changing) continue;
        const auto latest = entries().front();
        EXPECT_EQ(latest.action, std::string(to_string(route.method)) + ' ' + std::string(route.pattern));
        EXPECT_EQ(latest.actor, (domain::Actor{domain::ActorKind::Application, app_.str(), ""}));
        EXPECT_NE(latest.outcome, domain::AuditOutcome::UnderWay) << route.pattern;
    }
    EXPECT_GT(changes, 5U);
}

TEST_F(NorthboundAudit, SaysWhatCameOfIt) {
    call(Delete, std::string("/iocm/app/dm/v1.4.0/devices/") + kNoDevice);
    const auto entry = entries().at(0);
    EXPECT_EQ(entry.target, kNoDevice);
    EXPECT_EQ(entry.outcome, domain::AuditOutcome::Refused);
    EXPECT_EQ(entry.status, 404);
    EXPECT_EQ(entry.code, "100403");
    const auto made =
        call(Post, "/iocm/app/reg/v1.1.0/deviceCredentials", R"({"nodeId":"urn:imei:1","verifyCode":"secret"})");
    ASSERT_EQ(made.status, 200) << made.body;
    EXPECT_EQ(entries().at(0).target, made.text_at("/deviceId"));
    EXPECT_EQ(entries().at(0).summary, "nodeId=urn:imei:1, verifyCode");
}

TEST_F(NorthboundAudit, HasNothingOfWhoWasNotLetIn) {
    token_ = "wrong";
    call(Delete, std::string("/iocm/app/dm/v1.4.0/devices/") + kNoDevice);
    EXPECT_EQ(entries().size(), 0U);
}

}  // namespace
}  // namespace cellwise::northbound
