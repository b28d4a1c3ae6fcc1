// SPDX-License-Identifier: Apache-2.0
#include "app/access_service.hpp"

#include "adapters/crypto/self_signed_certificate.hpp"
#include "app/authenticator.hpp"
#include "tests/app/service_fixture.hpp"

namespace cellwise::app {
namespace {

class AccessServiceTest : public ServiceFixture {
 protected:
    Authenticator authenticator_{store_, clock_, hashing_};
    NewApplication application_ = create_application();
    std::string app_id_ = application_.application.id.str();

    Result<AppTokens> login(const std::string& app, const std::string& secret) {
        return answer_of<AppTokens>([&](auto done) { access_.login(app, secret, std::move(done)); });
    }
    AppTokens login() { return login(app_id_, application_.secret).value(); }
    Result<AppTokens> refresh(const std::string& token) {
        return answer_of<AppTokens>(
            [&](auto done) { access_.refresh(app_id_, application_.secret, token, std::move(done)); });
    }
    Status logout(const std::string& token) {
        return answer_of<void>([&](auto done) { access_.logout(token, std::move(done)); });
    }
    Result<NewOperatorToken> create_token(const std::string& name, std::optional<Timestamp> expires_at = {}) {
        return answer_of<NewOperatorToken>(
            [&](auto done) { access_.create_token(name, domain::Role::Operator, expires_at, std::move(done)); });
    }
    std::string refusal_of(const std::string& app, const std::string& token) {
        const auto found = authenticator_.find_application(app, token);
        return found ? "" : found.error().code;
    }
};

TEST_F(AccessServiceTest, StoresNoSecretAndNoToken) {
    const auto tokens = login();
    const auto stored =
        store_.get([&](ports::Transaction& tx) { return tx.applications().find(application_.application.id); });
    EXPECT_EQ(stored->secret_hash, hash_of(hashing_, application_.secret));
    const auto session = store_.get(
        [&](ports::Transaction& tx) { return tx.applications().find_session(application_.application.id); });
    EXPECT_EQ(session->access_hash, hash_of(hashing_, tokens.access));
    EXPECT_EQ(session->refresh_hash, hash_of(hashing_, tokens.refresh));
}

TEST_F(AccessServiceTest, ChangesOfAnApplicationWhatIsSaidAndNothingElse) {
    const auto id = application_.application.id;
    const auto change = [&](ApplicationChange wanted) {
        return answer_of<domain::Application>(
            [&](auto done) { access_.change_application(id, std::move(wanted), std::move(done)); });
    };
    const auto stored = [&] {
        return *store_.get([&](ports::Transaction& tx) { return tx.applications().find(id); });
    };
    const auto pem = crypto::make_self_signed({.common_name = "ca", .dns = {"ca"}}, clock_.now())->certificate_pem;
    auto expected = application_.application;
    expected.callback_ca = pem;
    EXPECT_EQ(change({.callback_ca = pem}).value(), expected);
    EXPECT_EQ(stored(), expected);
    expected.name = "renamed";
    EXPECT_EQ(change({.name = "renamed"}).value(), expected);
    EXPECT_EQ(change({}).value(), expected);
    expected.callback_ca.clear();
    EXPECT_EQ(change({.callback_ca = ""}).value(), expected);
    EXPECT_EQ(stored(), expected);
}

TEST_F(AccessServiceTest, LetsAFrozenApplicationInNoMoreUntilItIsThawed) {
    const auto tokens = login();
    const auto freeze = [&](bool frozen) {
        const auto changed = answer_of<domain::Application>([&](auto done) {
            access_.change_application(application_.application.id, {.frozen = frozen}, std::move(done));
        });
        return changed && changed->frozen == frozen;
    };
    const auto try_login = [&](const std::string& secret) {
        const auto made = answer_of<AppTokens>([&](auto done) { access_.login(app_id_, secret, std::move(done)); });
        return made ? "" : made.error().code;
    };
    ASSERT_TRUE(freeze(true));
    EXPECT_EQ(refusal_of(app_id_, tokens.access), "access.token.unknown") << "its session has ended";
    EXPECT_EQ(try_login(application_.secret), "access.application.frozen");
    EXPECT_EQ(try_login("wrong"), "access.login.refused") << "only who knows the secret hears of it";
    const auto again = answer_of<AppTokens>(
        [&](auto done) { access_.refresh(app_id_, application_.secret, tokens.refresh, std::move(done)); });
    EXPECT_EQ(again.error().code, "access.application.frozen");
    ASSERT_TRUE(freeze(false));
    EXPECT_EQ(try_login(application_.secret), "");
    EXPECT_EQ(refusal_of(app_id_, tokens.access), "access.token.unknown");
}

TEST_F(AccessServiceTest, RefusesAnAuthorityThatIsNoneOrHasExpired) {
    const auto refusal = [&](const AppId& id, ApplicationChange wanted) {
        const auto changed = answer_of<domain::Application>(
            [&](auto done) { access_.change_application(id, std::move(wanted), std::move(done)); });
        return changed ? "" : changed.error().code + " " + changed.error().field;
    };
    const auto id = application_.application.id;
    const auto made = crypto::make_self_signed({.common_name = "ca", .dns = {"ca"}}, clock_.now()).value();
    EXPECT_EQ(refusal(id, {.callback_ca = "text"}), "certificate.malformed callbackCa");
    EXPECT_EQ(refusal(id, {.callback_ca = made.certificate_pem + made.key_pem}),
              "certificate.private_key callbackCa");
    EXPECT_EQ(refusal(id, {.name = ""}), "text.invalid name");
    EXPECT_EQ(refusal(AppId::parse("0123456789abcdef01234567").value(), {}), "application.not_found ");
    clock_.advance(std::chrono::days{3651});
    EXPECT_EQ(refusal(id, {.callback_ca = made.certificate_pem}), "certificate.expired callbackCa");
}

TEST_F(AccessServiceTest, GivesTokensOf64HexDigitsForAnHour) {
    const auto tokens = login();
    for (const auto& token : {tokens.access, tokens.refresh, application_.secret}) {
        EXPECT_EQ(token.size(), 64U);
        EXPECT_EQ(token.find_first_not_of("0123456789abcdef"), std::string::npos);
    }
    EXPECT_EQ(tokens.lifetime, std::chrono::seconds(3600));
    clock_.advance(std::chrono::seconds(3600) - Duration(1));
    EXPECT_EQ(refusal_of(app_id_, tokens.access), "");
    clock_.advance(Duration(1));
    EXPECT_EQ(refusal_of(app_id_, tokens.access), "access.token.expired");
}

TEST_F(AccessServiceTest, RefusesALoginWithoutTellingWhy) {
    const std::string stranger = "0123456789abcdef01234567";
    for (const auto& [app, secret] :
         {std::pair{app_id_, std::string("wrong")}, std::pair{app_id_, std::string()},
          std::pair{stranger, application_.secret}, std::pair{std::string("no id"), application_.secret}}) {
        const auto refused = login(app, secret);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, "access.login.refused");
        EXPECT_EQ(refused.error().kind, ErrorKind::Unauthenticated);
    }
}

TEST_F(AccessServiceTest, MakesThePreviousTokenInvalid) {
    const auto first = login();
    const auto second = login();
    EXPECT_EQ(refusal_of(app_id_, first.access), "access.token.unknown");
    EXPECT_EQ(refusal_of(app_id_, second.access), "");
}

TEST_F(AccessServiceTest, KeepsTheSessionWhenALoginFails) {
    const auto tokens = login();
    ASSERT_FALSE(login(app_id_, "wrong"));
    EXPECT_EQ(refusal_of(app_id_, tokens.access), "");
}

TEST_F(AccessServiceTest, RefreshesOnceWithin24Hours) {
    const auto first = login();
    clock_.advance(std::chrono::hours(24) - Duration(1));
    const auto second = refresh(first.refresh);
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_EQ(refusal_of(app_id_, second->access), "");
    EXPECT_EQ(refresh(first.refresh).error().code, "access.refresh.invalid");
    clock_.advance(std::chrono::hours(24));
    EXPECT_EQ(refresh(second->refresh).error().code, "access.refresh.invalid");
}

TEST_F(AccessServiceTest, EndsTheSessionAtLogout) {
    create_application("another");
    const auto tokens = login();
    EXPECT_EQ(logout("nobody's").error().code, "access.token.unknown");
    EXPECT_TRUE(logout(tokens.access));
    EXPECT_EQ(refusal_of(app_id_, tokens.access), "access.token.unknown");
    EXPECT_EQ(refresh(tokens.refresh).error().code, "access.refresh.invalid");
}

TEST_F(AccessServiceTest, TakesATokenOnlyFromItsApplication) {
    const auto other = create_application("another").application.id;
    const auto tokens = login();
    EXPECT_EQ(refusal_of(other.str(), tokens.access), "access.token.unknown");
    EXPECT_EQ(refusal_of("no id", tokens.access), "access.token.unknown");
    EXPECT_EQ(refusal_of(app_id_, ""), "access.token.unknown");
    EXPECT_EQ(refusal_of(app_id_, tokens.refresh), "access.token.unknown");
}

TEST_F(AccessServiceTest, KeepsAnApplicationThatHasDevices) {
    const auto id = application_.application.id;
    const auto device = create_device({.app = id, .node_id = "1", .product = create_product().id});
    const auto erase = [&] {
        return answer_of<void>([&](auto done) { access_.erase_application(id, std::move(done)); });
    };
    const auto refused = erase();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "application.in_use");
    ASSERT_TRUE(answer_of<void>([&](auto done) { devices_.erase(device.id, std::nullopt, std::move(done)); }));
    EXPECT_TRUE(erase());
    EXPECT_EQ(erase().error().code, "application.not_found");
    EXPECT_FALSE(login(app_id_, application_.secret));
}

TEST_F(AccessServiceTest, KnowsAnOperatorByTheToken) {
    const auto made = create_token("night shift");
    ASSERT_TRUE(made);
    const auto found = authenticator_.find_operator(made->text);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->actor.id, made->token.id.view());
    EXPECT_EQ(found->actor.name, "night shift");
    EXPECT_EQ(found->role, made->token.role);
    EXPECT_NE(made->token.hash, made->text);
    EXPECT_FALSE(authenticator_.find_operator(""));
    EXPECT_FALSE(authenticator_.find_operator(made->token.hash));
}

TEST_F(AccessServiceTest, LetsAnOperatorTokenExpire) {
    const auto made = create_token("guest", clock_.now() + std::chrono::hours(1));
    ASSERT_TRUE(made);
    EXPECT_TRUE(authenticator_.find_operator(made->text));
    clock_.advance(std::chrono::hours(1));
    EXPECT_EQ(authenticator_.find_operator(made->text).error().code, "access.token.expired");
}

TEST_F(AccessServiceTest, RefusesTokensThatMakeNoSense) {
    EXPECT_EQ(create_token("").error().field, "name");
    EXPECT_EQ(create_token("late", clock_.now()).error().code, "token.expiry.past");
    ASSERT_TRUE(create_token("night shift"));
    EXPECT_EQ(create_token("night shift").error().code, "token.duplicate");
}

TEST_F(AccessServiceTest, ForgetsAnErasedToken) {
    const auto made = create_token("night shift");
    const auto erase = [&] {
        return answer_of<void>([&](auto done) { access_.erase_token(made->token.id, std::move(done)); });
    };
    EXPECT_TRUE(erase());
    EXPECT_FALSE(authenticator_.find_operator(made->text));
    EXPECT_EQ(erase().error().code, "token.not_found");
}

TEST_F(AccessServiceTest, ForgetsAnErasedTokenThatIsUsedAllTheTime) {
    const auto made = create_token("night shift");
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(authenticator_.find_operator(made->text));
    EXPECT_TRUE(answer_of<void>([&](auto done) { access_.erase_token(made->token.id, std::move(done)); }));
    EXPECT_FALSE(authenticator_.find_operator(made->text));
}

TEST_F(AccessServiceTest, BelievesForASecondWhatAnotherProcessChangedBehindItsBack) {
    const auto made = create_token("night shift");
    ASSERT_TRUE(authenticator_.find_operator(made->text));
    store_.read_error = Error{.kind = ErrorKind::Unavailable, .code = "storage.unavailable"};
    clock_.advance(Duration{999});
    EXPECT_TRUE(authenticator_.find_operator(made->text));
    clock_.advance(Duration{1});
    EXPECT_FALSE(authenticator_.find_operator(made->text));
}

TEST_F(AccessServiceTest, LetsNobodyInWhileTheDatabaseIsAway) {
    const auto tokens = login();
    store_.read_error = Error{.kind = ErrorKind::Unavailable, .code = "storage.unavailable"};
    EXPECT_EQ(refusal_of(app_id_, tokens.access), "storage.unavailable");
}

}  // namespace
}  // namespace cellwise::app
