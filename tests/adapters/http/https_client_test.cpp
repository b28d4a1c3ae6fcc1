// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/http_client.hpp"
#include "adapters/http/tls_trust.hpp"
#include "tests/adapters/http/tls_peers.hpp"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>

namespace cellwise::http {
namespace {

using testing::answering;
using testing::answering_by_tls;
using testing::Issued;
using testing::RawServer;
using testing::self_signed;
using testing::TestAuthority;
using testing::wait_for_end;
using testing::write_text;

constexpr auto kEmptyOk = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// Posts to servers of the test's, which "push.example" leads to; `authority_` is the one of webhook.ca.
class HttpsClientTest : public ::testing::Test {
 protected:
    /// The status, or what went wrong.
    std::string post(const std::string& url, const std::string& callback_ca = {},
                     Duration timeout = Duration{20'000}) {
        std::promise<Result<int>> done;
        client_.post({.url = url,
                      .body = "{}",
                      .content_type = "application/json",
                      .timeout = timeout,
                      .callback_ca = callback_ca},
                     [&done](Result<int> result) { done.set_value(std::move(result)); });
        const auto result = done.get_future().get();
        last_ = result ? Error{} : result.error();
        return result ? std::to_string(*result) : result.error().code;
    }
    static std::string url(const RawServer& server, const std::string& host = "push.example") {
        return "https://" + host + ":" + std::to_string(server.port()) + "/push";
    }
    static Addresses loopback_for(const std::string&) { return std::vector{*IpAddress::parse("127.0.0.1")}; }

    TestAuthority authority_{"Operator's"};
    TestAuthority own_{"Application's"};
    std::shared_ptr<TlsTrust> trust_ = TlsTrust::make(authority_.pem()).value();
    HttpClient client_{{.policy = {.allow_networks = {Cidr::parse("127.0.0.0/8").value()}},
                        .lookup = loopback_for,
                        .trust = trust_}};
    Issued good_ = authority_.issue({.names = "DNS:push.example"});
    Error last_{};
};

TEST_F(HttpsClientTest, TrustsTheAuthoritiesOfTheConfiguration) {
    const auto asked_for = std::make_shared<std::string>();
    RawServer server(answering_by_tls({.identity = good_}, kEmptyOk, asked_for));
    EXPECT_EQ(post(url(server)), "200");
    EXPECT_EQ(*asked_for, "push.example") << "by SNI";
}

TEST_F(HttpsClientTest, TrustsTheAuthoritiesOfTheApplicationForItsPushesOnly) {
    RawServer server(answering_by_tls({.identity = own_.issue({.names = "DNS:push.example"})}, kEmptyOk));
    EXPECT_EQ(post(url(server), own_.pem()), "200");
    EXPECT_EQ(post(url(server)), "http.tls.certificate");
    EXPECT_EQ(post(url(server), authority_.pem()), "http.tls.certificate");
    RawServer everybodys(answering_by_tls({.identity = good_}, kEmptyOk));
    EXPECT_EQ(post(url(everybodys), own_.pem()), "200") << "beside those that are trusted anyway";
}

TEST_F(HttpsClientTest, TakesAnAuthorityBetweenOrTheServersOwnCertificateForTheEndOfTheChain) {
    const TestAuthority between(own_, "Department");
    const auto issued = between.issue({.names = "DNS:push.example"});
    RawServer server(answering_by_tls({.identity = issued}, kEmptyOk));
    EXPECT_EQ(post(url(server), between.pem()), "200");
    EXPECT_EQ(post(url(server), own_.pem()), "http.tls.certificate") << "the server shows no chain";
    RawServer chained(answering_by_tls(
        {.identity = {.certificate = issued.certificate + between.pem(), .key = issued.key}}, kEmptyOk));
    EXPECT_EQ(post(url(chained), own_.pem()), "200");
    const auto lone = self_signed({.names = "DNS:push.example"});
    RawServer alone(answering_by_tls({.identity = lone}, kEmptyOk));
    EXPECT_EQ(post(url(alone), lone.certificate), "200");
}

TEST_F(HttpsClientTest, SaysWhyItRefusesACertificate) {
    const auto reason_for = [&](const Issued& identity, const std::string& callback_ca = {}) {
        RawServer server(answering_by_tls({.identity = identity}, kEmptyOk));
        EXPECT_EQ(post(url(server), callback_ca), "http.tls.certificate");
        EXPECT_EQ(last_.kind, ErrorKind::Unavailable);
        EXPECT_EQ(last_.value, "push.example");
        return last_.message.substr(last_.message.find(": ") + 2);
    };
    const auto of = [](const TestAuthority& by, const std::string& names, int from_days = -1, int to_days = 1) {
        return by.issue({.names = names, .from_days = from_days, .to_days = to_days});
    };
    EXPECT_EQ(reason_for(TestAuthority("Nobody's").issue({.names = "DNS:push.example"})),
              "unable to get local issuer certificate");
    EXPECT_EQ(reason_for(self_signed({.names = "DNS:push.example"})), "self-signed certificate");
    EXPECT_EQ(reason_for(of(authority_, "DNS:other.example")), "hostname mismatch");
    EXPECT_EQ(reason_for(of(authority_, "DNS:push.example", -3, -1)), "certificate has expired");
    EXPECT_EQ(reason_for(of(authority_, "DNS:push.example", 1, 2)), "certificate is not yet valid");
    EXPECT_EQ(reason_for(authority_.issue({.names = "DNS:push.example", .client = true})),
              "unsuitable certificate purpose");
    // The same of an application's own authority, whose verdict must not be hidden behind the other's.
    EXPECT_EQ(reason_for(of(own_, "DNS:other.example"), own_.pem()), "hostname mismatch");
    EXPECT_EQ(reason_for(of(own_, "DNS:push.example", -3, -1), own_.pem()), "certificate has expired");
    EXPECT_EQ(reason_for(of(authority_, "DNS:other.example"), own_.pem()), "hostname mismatch");
}

TEST_F(HttpsClientTest, ChecksAddressesAndWildcardsAsNames) {
    RawServer by_address(answering_by_tls({.identity = authority_.issue({.names = "IP:127.0.0.1"})}, kEmptyOk));
    EXPECT_EQ(post(url(by_address, "127.0.0.1")), "200");
    EXPECT_EQ(post(url(by_address)), "http.tls.certificate");
    RawServer by_name(answering_by_tls({.identity = authority_.issue({.names = "DNS:127.0.0.1"})}, kEmptyOk));
    EXPECT_EQ(post(url(by_name, "127.0.0.1")), "http.tls.certificate") << "an address is no name";
    RawServer wild(answering_by_tls({.identity = authority_.issue({.names = "DNS:*.example.com"})}, kEmptyOk));
    EXPECT_EQ(post(url(wild, "a.example.com")), "200");
    EXPECT_EQ(post(url(wild, "example.com")), "http.tls.certificate");
    EXPECT_EQ(post(url(wild, "a.b.example.com")), "http.tls.certificate");
}

TEST_F(HttpsClientTest, SpeaksTls12And13AndNothingOlder) {
    const auto with = [&](int most) {
        RawServer server(answering_by_tls({.identity = good_, .most = most}, kEmptyOk));
        return post(url(server));
    };
    EXPECT_EQ(with(TLS1_3_VERSION), "200");
    EXPECT_EQ(with(TLS1_2_VERSION), "200");
    EXPECT_EQ(with(TLS1_1_VERSION), "http.tls.handshake");
}

TEST_F(HttpsClientTest, SaysSoWhenTheServerSpeaksNoTls) {
    RawServer plain([](int socket) { write_text(socket, kEmptyOk); });
    EXPECT_EQ(post(url(plain)), "http.tls.handshake");
    RawServer closing([](int) {});
    EXPECT_EQ(post(url(closing)), "http.tls.handshake");
    RawServer secure(answering_by_tls({.identity = good_}, kEmptyOk));
    EXPECT_NE(post("http://127.0.0.1:" + std::to_string(secure.port()) + "/push"), "200");
}

TEST_F(HttpsClientTest, EndsAHandshakeThatDoesNotComeForward) {
    RawServer silent([](int socket) { wait_for_end(socket); });
    EXPECT_EQ(post(url(silent), {}, Duration{50}), "http.timeout");
}

TEST_F(HttpsClientTest, NeverTakesACutHeadForAnAnswer) {
    RawServer server(answering_by_tls({.identity = good_, .say_goodbye = false}, "HTTP/1.1 200 OK\r\nContent-"));
    EXPECT_EQ(post(url(server)), "http.response.incomplete");
}

TEST_F(HttpsClientTest, FollowsNoRedirectToWhereverItLeads) {
    RawServer target(answering(kEmptyOk));
    RawServer server(answering_by_tls(
        {.identity = good_}, "HTTP/1.1 302 Go\r\nLocation: " + target.url() + "\r\nContent-Length: 0\r\n\r\n"));
    EXPECT_EQ(post(url(server)), "302");
    EXPECT_EQ(target.connections(), 0);
}

TEST_F(HttpsClientTest, JudgesTheAddressBeforeAnyHandshake) {
    HttpClient strict({.lookup = loopback_for, .trust = trust_});
    RawServer server(answering_by_tls({.identity = good_}, kEmptyOk));
    std::promise<Result<int>> done;
    strict.post({.url = url(server), .body = "{}", .content_type = "application/json"},
                [&done](Result<int> result) { done.set_value(std::move(result)); });
    const auto result = done.get_future().get();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, "http.address.refused");
    EXPECT_EQ(server.connections(), 0);
}

TEST_F(HttpsClientTest, GoesByTheAuthoritiesThatWereExchanged) {
    RawServer server(answering_by_tls({.identity = good_}, kEmptyOk));
    EXPECT_EQ(post(url(server)), "200");
    ASSERT_TRUE(trust_->exchange(own_.pem()));
    EXPECT_EQ(post(url(server)), "http.tls.certificate");
    const auto refused = trust_->exchange("no certificate");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "tls.ca.malformed");
    EXPECT_EQ(post(url(server), authority_.pem()), "200");
}

TEST_F(HttpsClientTest, StopsInTheMiddleOfHandshakes) {
    RawServer silent([](int socket) { wait_for_end(socket); });
    std::vector<std::future<std::string>> told;
    for (int i = 0; i < 5; ++i) {
        auto done = std::make_shared<std::promise<std::string>>();
        told.push_back(done->get_future());
        client_.post({.url = url(silent), .body = "{}", .content_type = "application/json"},
                     [done](Result<int> result) { done->set_value(result ? "answered" : result.error().code); });
    }
    while (silent.connections() < 5) std::this_thread::yield();
    client_.stop();
    for (auto& each : told) EXPECT_EQ(each.get(), "http.stopped");
}

}  // namespace
}  // namespace cellwise::http
