// SPDX-License-Identifier: Apache-2.0
#include "app/operator_service.hpp"

#include "app/authenticator.hpp"
#include "tests/app/service_fixture.hpp"
#include "tests/fakes/plain_passwords.hpp"

namespace cellwise::app {
namespace {

using domain::Role;
using namespace std::chrono_literals;

class OperatorServiceTest : public ServiceFixture {
 protected:
    static constexpr auto kPassword = "correct horse";
    fakes::PlainPasswords passwords_{};
    OperatorService operators_{{store_, clock_, random_, hashing_, passwords_},
                               {.throttle = {.per_name = 3, .per_address = 5}}};
    Authenticator authenticator_{store_, clock_, hashing_};
    const domain::Actor token_{.kind = domain::ActorKind::Token, .id = "t", .name = "admin"};

    Result<domain::Operator> create(const std::string& name, Role role = Role::Operator,
                                    const std::string& password = kPassword) {
        return answer_of<domain::Operator>([&](auto done) { operators_.create({name, role, password}, done); });
    }
    Result<domain::Operator> change(const OperatorId& id, const OperatorChange& wanted, const domain::Actor& by) {
        return answer_of<domain::Operator>([&](auto done) { operators_.change(id, wanted, by, done); });
    }
    Result<void> erase(const OperatorId& id, const domain::Actor& by) {
        return answer_of<void>([&](auto done) { operators_.erase(id, by, done); });
    }
    Result<NewSession> sign_in(const std::string& name, const std::string& password = kPassword,
                               const std::string& address = "here") {
        const auto who = operators_.verify(name, password, address);
        if (!who) return who.error();
        return answer_of<NewSession>([&](auto done) { operators_.open_session(*who, done); });
    }
    std::string code(const Result<NewSession>& session) { return session ? "" : session.error().code; }
};

TEST_F(OperatorServiceTest, StoresNoPassword) {
    const auto made = create("ann");
    ASSERT_TRUE(made);
    EXPECT_EQ(made->password_hash, "plain:correct horse");  // the fake's: whatever PasswordHashing made of it
    const auto stored = store_.get([&](ports::Transaction& tx) { return tx.operators().find(made->id); });
    EXPECT_EQ(stored, *made);
    EXPECT_EQ(create("ann").error().code, "operator.duplicate");
}

TEST_F(OperatorServiceTest, SaysWhichPasswordsItTakesAndTellsNone) {
    EXPECT_EQ(create("").error().field, "name");
    const auto brief = create("ann", Role::Viewer, "eleven char");
    EXPECT_EQ(brief.error().code, "operator.password.length");
    EXPECT_EQ(brief.error().field, "password");
    EXPECT_EQ(brief.error().value, "11 characters");
    EXPECT_EQ(create("ann", Role::Viewer, std::string(129, 'x')).error().code, "operator.password.length");
    EXPECT_EQ(create("a long enough name", Role::Viewer, "a long enough name").error().code,
              "operator.password.name");
    EXPECT_TRUE(
        create("ann", Role::Viewer,
               "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"));
}

TEST_F(OperatorServiceTest, GivesASessionForThePassword) {
    const auto ann = create("ann", Role::Admin);
    const auto session = sign_in("ann");
    ASSERT_TRUE(session);
    EXPECT_EQ(session->expires_at, clock_.now() + 12h);
    const auto caller = authenticator_.find_operator(session->token);
    ASSERT_TRUE(caller);
    EXPECT_EQ(caller->role, Role::Admin);
    EXPECT_EQ(caller->actor, (domain::Actor{domain::ActorKind::Operator, ann->id.str(), "ann"}));
    clock_.advance(12h);
    EXPECT_EQ(authenticator_.find_operator(session->token).error().code, "access.token.expired");
}

TEST_F(OperatorServiceTest, SaysTheSameAndWorksAsLongForAWrongNameAsForAWrongPassword) {
    const auto ann = create("ann");
    ASSERT_TRUE(change(create("bob")->id, {.disabled = true}, token_));
    const auto wrong = sign_in("ann", "wrong password");
    const auto unknown = sign_in("nobody");
    const auto disabled = sign_in("bob");
    EXPECT_EQ(wrong.error().code, "access.login.refused");
    EXPECT_EQ(wrong.error(), unknown.error());
    EXPECT_EQ(wrong.error(), disabled.error());
    EXPECT_EQ(passwords_.matched, 3) << "each of them cost one hash";
}

TEST_F(OperatorServiceTest, LetsANameAndAnAddressFailSoOften) {
    ASSERT_TRUE(create("ann"));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(code(sign_in("ann", "wrong")), "access.login.refused");
    const auto throttled = sign_in("ann");
    EXPECT_EQ(code(throttled), "access.login.throttled");
    EXPECT_EQ(throttled.error().value, "600");
    EXPECT_EQ(passwords_.matched, 3) << "what is throttled costs nothing";
    EXPECT_EQ(code(sign_in("x1", "wrong")), "access.login.refused");
    EXPECT_EQ(code(sign_in("x2", "wrong")), "access.login.refused");
    EXPECT_EQ(code(sign_in("x3", "wrong")), "access.login.throttled");
    clock_.advance(10min);
    EXPECT_TRUE(sign_in("ann"));
}

TEST_F(OperatorServiceTest, HashesNoMoreThanOnePasswordAtOnce) {
    ASSERT_TRUE(create("ann"));
    std::string second;
    passwords_.while_matching = [&] { second = code(sign_in("ann")); };
    EXPECT_TRUE(sign_in("ann"));
    EXPECT_EQ(second, "access.password.busy");
    EXPECT_TRUE(sign_in("ann")) << "the place is free again";
}

TEST_F(OperatorServiceTest, EndsTheSessionsOfWhomeverIsChanged) {
    const auto ann = create("ann", Role::Admin);
    std::string password = kPassword;
    for (const auto& wanted : {OperatorChange{.role = Role::Admin}, OperatorChange{.password = "another password"},
                               OperatorChange{.disabled = true}}) {
        const auto session = sign_in("ann", password);
        ASSERT_TRUE(session);
        EXPECT_TRUE(authenticator_.find_operator(session->token));
        ASSERT_TRUE(change(ann->id, wanted, token_));
        password = wanted.password.value_or(password);
        EXPECT_EQ(authenticator_.find_operator(session->token).error().code, "access.token.unknown");
    }
}

TEST_F(OperatorServiceTest, OpensNoSessionForWhoWasChangedMeanwhile) {
    const auto ann = create("ann");
    const auto verified = operators_.verify("ann", kPassword, "here");
    ASSERT_TRUE(change(ann->id, {.disabled = true}, token_));
    const auto late = answer_of<NewSession>([&](auto done) { operators_.open_session(*verified, done); });
    EXPECT_EQ(code(late), "access.login.refused");
}

TEST_F(OperatorServiceTest, LetsNobodyLockHimselfOut) {
    const auto ann = create("ann", Role::Admin);
    const domain::Actor herself{.kind = domain::ActorKind::Operator, .id = ann->id.str()};
    EXPECT_EQ(change(ann->id, {.disabled = true}, herself).error().code, "operator.self");
    EXPECT_EQ(change(ann->id, {.role = Role::Operator}, herself).error().code, "operator.self");
    EXPECT_EQ(erase(ann->id, herself).error().code, "operator.self");
    EXPECT_TRUE(change(ann->id, {.password = "another password"}, herself));
    EXPECT_TRUE(change(ann->id, {.role = Role::Viewer}, token_)) << "a token stays, whatever becomes of her";
}

TEST_F(OperatorServiceTest, ForgetsWhoIsErased) {
    const auto ann = create("ann");
    const auto session = sign_in("ann");
    EXPECT_TRUE(erase(ann->id, token_));
    EXPECT_EQ(erase(ann->id, token_).error().code, "operator.not_found");
    EXPECT_EQ(change(ann->id, {.disabled = false}, token_).error().code, "operator.not_found");
    EXPECT_EQ(change(ann->id, {.password = "another password"}, token_).error().code, "operator.not_found");
    EXPECT_FALSE(authenticator_.find_operator(session->token));
    EXPECT_EQ(code(sign_in("ann")), "access.login.refused");
}

TEST_F(OperatorServiceTest, EndsASession) {
    ASSERT_TRUE(create("ann"));
    const auto session = sign_in("ann");
    const auto end = [&](std::string_view token) {
        return answer_of<void>([&](auto done) { operators_.end_session(token, done); });
    };
    EXPECT_TRUE(end(session->token));
    EXPECT_FALSE(authenticator_.find_operator(session->token));
    EXPECT_EQ(end(session->token).error().code, "session.not_found");
}

}  // namespace
}  // namespace cellwise::app
