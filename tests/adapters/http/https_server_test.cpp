// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/http_server.hpp"
#include "adapters/http/tls_identity.hpp"
#include "tests/adapters/http/scripted_handler.hpp"
#include "tests/adapters/http/tls_peers.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace cellwise::http {
namespace {

using testing::get;
using testing::Issued;
using testing::post;
using testing::RawClient;
using testing::ScriptedHandler;
using testing::TestAuthority;
using testing::TlsClient;
using testing::TlsClientOptions;
using testing::TlsServerOptions;

/// A server with both listeners, whose certificate an authority of the test's gave it.
class HttpsServerTest : public ::testing::Test {
 protected:
    void start(HttpLimits limits = {}) {
        identity_ = TlsIdentity::make(material_).value();
        server_.emplace(HttpServer::Options{.tls_address = "127.0.0.1", .identity = identity_, .limits = limits},
                        handler_);
        ASSERT_TRUE(server_->start());
    }
    void show(const Issued& issued) {
        material_.certificate = issued.certificate;
        material_.key = issued.key;
    }
    void ask_clients(ClientCertificates clients) {
        material_.clients = clients;
        material_.client_ca = clients_.pem();
    }
    std::uint16_t port() { return server_->tls_port(); }

    /// What /204 is answered; 0 where the server wants nothing of this client.
    int status_for(const TlsClientOptions& options) {
        TlsClient client(port(), options);
        return client.connected() && client.send(get("/204")) ? client.read_response().status : 0;
    }

    TestAuthority authority_{};
    TestAuthority clients_{"Clients"};
    Issued issued_ = authority_.issue();
    TlsMaterial material_{.certificate = issued_.certificate, .key = issued_.key};
    ScriptedHandler handler_;
    std::shared_ptr<TlsIdentity> identity_;
    std::optional<HttpServer> server_;
};

TEST_F(HttpsServerTest, ServesTheSameFaceOnBothListeners) {
    start();
    TlsClient secure(port(), {.ca = authority_.pem()});
    ASSERT_TRUE(secure.connected());
    RawClient plain(server_->port());
    for (RawClient* client : {static_cast<RawClient*>(&secure), &plain}) {
        ASSERT_TRUE(client->send(post("/echo?a=1", "hello")));
        const auto answer = client->read_response();
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.body.substr(0, answer.body.find('\n')), "POST /echo?a=1; hello");
    }
    EXPECT_NE(server_->port(), port());
}

TEST_F(HttpsServerTest, KeepsTheConnectionAndAnswersPipelinedRequestsInOrder) {
    start();
    TlsClient client(port());
    ASSERT_TRUE(client.send(get("/201") + post("/echo", "two") + get("/204")));
    EXPECT_EQ(client.read_response().status, 201);
    EXPECT_NE(client.read_response().body.find("two"), std::string::npos);
    EXPECT_EQ(client.read_response().status, 204);
}

TEST_F(HttpsServerTest, CarriesBodiesOfManyRecordsBothWays) {
    start();
    const std::string body(900'000, 'x');
    TlsClient client(port());
    ASSERT_TRUE(client.send(post("/echo", body)));
    EXPECT_GE(client.read_response().body.size(), body.size());
}

TEST_F(HttpsServerTest, SpeaksTls12And13AndNothingOlder) {
    start();
    EXPECT_EQ(TlsClient(port(), {.most = TLS1_2_VERSION}).version(), "TLSv1.2");
    EXPECT_EQ(TlsClient(port(), {.least = TLS1_3_VERSION}).version(), "TLSv1.3");
    for (const int old : {TLS1_1_VERSION, TLS1_VERSION}) {
        EXPECT_FALSE(TlsClient(port(), {.least = old, .most = old}).connected()) << old;
    }
}

TEST_F(HttpsServerTest, TakesNoCipherWithoutForwardSecrecy) {
    start();
    const auto with = [&](const char* ciphers) {
        return TlsClient(port(), {.most = TLS1_2_VERSION, .ciphers = ciphers}).connected();
    };
    EXPECT_FALSE(with("AES128-GCM-SHA256:AES256-SHA:DES-CBC3-SHA"));
    EXPECT_FALSE(with("aNULL:eNULL"));
    EXPECT_FALSE(with("ECDHE-ECDSA-AES128-SHA")) << "with SHA-1";
    EXPECT_TRUE(with("ECDHE-ECDSA-AES128-GCM-SHA256"));
    EXPECT_TRUE(with("ECDHE-ECDSA-AES128-SHA256")) << "what application servers of the time of Java 7 have";
    TlsClient any(port(),
                  {.most = TLS1_2_VERSION, .ciphers = "ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384"});
    EXPECT_EQ(any.cipher(), "ECDHE-ECDSA-AES256-GCM-SHA384") << "ours is the choice";
}

TEST_F(HttpsServerTest, RefusesRenegotiation) {
    start();
    TlsClient client(port(), {.most = TLS1_2_VERSION});
    ASSERT_TRUE(client.connected());
    EXPECT_FALSE(client.renegotiate());
}

TEST_F(HttpsServerTest, ChoosesHttp11WhereProtocolsAreOffered) {
    start();
    EXPECT_EQ(TlsClient(port(), {.protocol = "http/1.1"}).protocol(), "http/1.1");
    EXPECT_FALSE(TlsClient(port(), {.protocol = "h2"}).connected());
    EXPECT_EQ(TlsClient(port(), {}).protocol(), "");
}

TEST_F(HttpsServerTest, TellsBrowsersToComeByTlsOnlyOverTlsOnly) {
    start();
    TlsClient secure(port());
    RawClient plain(server_->port());
    for (const auto* path : {"/204", "/refused"}) {
        secure.send(get(path));
        plain.send(get(path));
        EXPECT_EQ(secure.read_response().field("Strict-Transport-Security"), "max-age=31536000") << path;
        EXPECT_EQ(plain.read_response().field("Strict-Transport-Security"), "") << path;
    }
}

TEST_F(HttpsServerTest, TellsTheFaceHowTheRequestCame) {
    ask_clients(ClientCertificates::Optional);
    start();
    TlsClient known(port(), {.certificate = clients_.issue({.common_name = "billing", .client = true})});
    known.send(get("/origin"));
    EXPECT_EQ(known.read_response().body, "tls CN=billing");
    TlsClient unknown(port());
    unknown.send(get("/origin"));
    EXPECT_EQ(unknown.read_response().body, "tls ");
    RawClient plain(server_->port());
    plain.send(get("/origin"));
    EXPECT_EQ(plain.read_response().body, "plain ");
}

/// Who gets in, by what is asked of clients and what they show.
struct Admission {
    ClientCertificates asked;
    bool none;     ///< without a certificate
    bool good;     ///< of the clients' authority
    bool foreign;  ///< of another authority, expired, or a server's
};

TEST_F(HttpsServerTest, LetsClientsInByTheirCertificates) {
    const auto good = clients_.issue({.client = true});
    const auto foreign = TestAuthority("Clients").issue({.client = true});
    const auto expired = clients_.issue({.client = true, .from_days = -2, .to_days = -1});
    const auto servers = clients_.issue({.client = false});
    const auto between = TestAuthority(clients_, "Department");
    auto chained = between.issue({.client = true});
    chained.certificate += between.pem();
    for (const auto& row : {Admission{ClientCertificates::Off, true, true, true},
                            Admission{ClientCertificates::Optional, true, true, false},
                            Admission{ClientCertificates::Required, false, true, false}}) {
        SCOPED_TRACE(static_cast<int>(row.asked));
        server_.reset();
        ask_clients(row.asked);
        start();
        for (const int most : {TLS1_2_VERSION, TLS1_3_VERSION}) {
            const auto enters = [&](const Issued& shown) {
                return status_for({.certificate = shown, .most = most}) == 204;
            };
            EXPECT_EQ(enters({}), row.none);
            EXPECT_EQ(enters(good), row.good);
            EXPECT_EQ(enters(chained), row.good);
            EXPECT_EQ(enters(foreign), row.foreign);
            EXPECT_EQ(enters(expired), row.foreign);
            EXPECT_EQ(enters(servers), row.foreign);
        }
    }
}

TEST_F(HttpsServerTest, ShowsANewCertificateWhileOldConnectionsGoOn) {
    show(authority_.issue({.common_name = "old"}));
    start();
    TlsClient before(port());
    ASSERT_TRUE(before.send(get("/held")));
    auto held = handler_.take_held();
    show(authority_.issue({.common_name = "new"}));
    ASSERT_TRUE(identity_->exchange(material_));
    held({.status = 202});
    EXPECT_EQ(before.read_response().status, 202);
    before.send(get("/204"));
    EXPECT_EQ(before.read_response().status, 204);
    EXPECT_EQ(before.server_name(), "old");
    EXPECT_EQ(TlsClient(port()).server_name(), "new");
}

TEST_F(HttpsServerTest, HoldsNewConnectionsToNewRulesForClients) {
    start();
    EXPECT_EQ(status_for({}), 204);
    ask_clients(ClientCertificates::Required);
    ASSERT_TRUE(identity_->exchange(material_));
    EXPECT_EQ(status_for({}), 0);
    EXPECT_EQ(status_for({.certificate = clients_.issue({.client = true})}), 204);
}

TEST_F(HttpsServerTest, ShakesHandsWhileItsIdentityIsExchanged) {
    start();
    std::atomic<bool> done{false};
    std::jthread exchanging([&] {
        while (!done) EXPECT_TRUE(identity_->exchange(material_));
    });
    std::vector<std::jthread> clients;
    for (int c = 0; c < 4; ++c) {
        clients.emplace_back([&] {
            for (int i = 0; i < 20; ++i) EXPECT_EQ(status_for({.ca = authority_.pem()}), 204);
        });
    }
    clients.clear();
    done = true;
}

TEST_F(HttpsServerTest, EndsOnPlainTextWithoutAnAnswerInClear) {
    start({.handshake_time = Duration{200}});  // one of them looks like the beginning of a handshake
    for (const auto& text : {get("/204"), std::string("\x16\x03\x01\x00\x05hello"), std::string(100'000, 'x')}) {
        RawClient client(port());
        client.send(text);
        EXPECT_EQ(client.read_all().find("HTTP/"), std::string::npos);
    }
    EXPECT_EQ(handler_.requests, 0);
    EXPECT_EQ(status_for({}), 204);
}

TEST_F(HttpsServerTest, CutsASlowHandshake) {
    start({.handshake_time = Duration{50}});
    RawClient silent(port());
    EXPECT_TRUE(silent.closed_by_peer());
    RawClient dripping(port());
    while (dripping.send("\x16") && !dripping.readable()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_TRUE(dripping.readable());
    EXPECT_EQ(status_for({}), 204);
}

TEST_F(HttpsServerTest, ClosesTheOldestHandshakeToMakeRoomForANewOne) {
    start({.handshake_time = std::chrono::minutes(5), .max_handshakes = 4});
    std::vector<RawClient> silent;
    for (int i = 0; i < 12; ++i) silent.emplace_back(port());
    EXPECT_EQ(status_for({}), 204) << "strangers that say nothing keep nobody out";
    for (std::size_t i = 0; i < 8; ++i) EXPECT_TRUE(silent[i].closed_by_peer()) << i;
    EXPECT_FALSE(silent.back().readable());
}

TEST_F(HttpsServerTest, CountsAHandshakeAsIdleWhenConnectionsAreFull) {
    start({.max_connections = 3, .handshake_time = std::chrono::minutes(5)});
    std::vector<RawClient> silent;
    for (int i = 0; i < 3; ++i) silent.emplace_back(port());
    EXPECT_EQ(status_for({}), 204);
    EXPECT_TRUE(silent.front().closed_by_peer());
}

TEST_F(HttpsServerTest, HasALimitOfItsOwnThatPlainConnectionsDoNotCountFor) {
    start({.max_tls_connections = 2, .handshake_time = std::chrono::minutes(5)});
    std::vector<RawClient> plain;
    for (int i = 0; i < 4; ++i) {
        plain.emplace_back(server_->port());
        plain.back().send(get("/204"));
        EXPECT_EQ(plain.back().read_response().status, 204);
    }
    std::vector<RawClient> silent;
    for (int i = 0; i < 3; ++i) silent.emplace_back(port());
    EXPECT_TRUE(silent[0].closed_by_peer()) << "a third one makes the first go";
    EXPECT_FALSE(silent[1].readable());
    for (auto& client : plain) {
        client.send(get("/204"));
        EXPECT_EQ(client.read_response().status, 204) << "nobody over plain HTTP had to go";
    }
}

TEST_F(HttpsServerTest, SaysThatItEndsAConnection) {
    start({.idle_time = Duration{50}, .linger_time = Duration{100}});
    TlsClient closing(port());
    closing.send(get("/204", "Connection: close\r\n"));
    EXPECT_EQ(closing.read_response().status, 204);
    EXPECT_TRUE(closing.closed_by_peer());
    EXPECT_TRUE(closing.was_told_of_the_end());
    TlsClient idle(port());
    EXPECT_TRUE(idle.closed_by_peer());
    EXPECT_TRUE(idle.was_told_of_the_end());
}

TEST_F(HttpsServerTest, NeverTakesACutBodyForAWholeOne) {
    start();
    for (const bool goodbye : {false, true}) {
        TlsClient client(port());
        ASSERT_TRUE(client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nhalf"));
        if (goodbye) client.say_goodbye();
        client.shutdown_send();
        EXPECT_EQ(client.read_all().find("200 OK"), std::string::npos);
    }
    EXPECT_EQ(handler_.requests, 0);
}

TEST_F(HttpsServerTest, LetsARefusalArriveThoughTheBodyIsUnread) {
    start();
    for (const int most : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        TlsClient client(port(), {.most = most});
        client.send(post("/refused", std::string(300'000, 'x')));
        EXPECT_EQ(client.read_response().body, "test.refused");
        EXPECT_TRUE(client.was_told_of_the_end() || client.closed_by_peer());
    }
}

TEST_F(HttpsServerTest, SurvivesClientsThatLeaveAtAnyPoint) {
    start();
    for (int i = 0; i < 10; ++i) {
        RawClient(port()).reset();
        TlsClient in_the_middle(port());
        in_the_middle.send("GET /held");
        in_the_middle.reset();
        TlsClient waiting(port());
        waiting.send(get("/held"));
        auto held = handler_.take_held();
        waiting.reset();
        held({.body = std::string(100'000, 'x')});
    }
    while (server_->connections() > 0) std::this_thread::yield();
    EXPECT_EQ(status_for({}), 204);
}

TEST_F(HttpsServerTest, StopsWithHandshakesIdleConnectionsAndAnswersUnderWay) {
    start();
    RawClient silent(port());
    TlsClient idle(port());
    idle.send(get("/204"));
    EXPECT_EQ(idle.read_response().status, 204);
    TlsClient busy(port());
    busy.send(get("/held"));
    auto held = handler_.take_held();
    std::jthread stopper([&] { server_->stop(Duration{60'000}); });
    EXPECT_TRUE(silent.closed_by_peer());
    EXPECT_TRUE(idle.closed_by_peer());
    held({.status = 202});
    EXPECT_EQ(busy.read_response().field("Connection"), "close");
    EXPECT_TRUE(busy.closed_by_peer());
    stopper.join();
    EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(HttpsServerTest, NamesTheListenerThatCannotListen) {
    start();
    HttpServer second({.address = "", .tls_address = "127.0.0.1", .tls_port = port(), .identity = identity_},
                      handler_);
    const auto started = second.start();
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().code, "http.listen.failed");
    EXPECT_EQ(started.error().field, "tls_listen");
}

TEST_F(HttpsServerTest, ServesTlsAlone) {
    identity_ = TlsIdentity::make(material_).value();
    HttpServer alone({.address = "", .tls_address = "127.0.0.1", .identity = identity_}, handler_);
    ASSERT_TRUE(alone.start());
    EXPECT_EQ(alone.port(), 0);
    TlsClient client(alone.tls_port());
    client.send(get("/204"));
    EXPECT_EQ(client.read_response().status, 204);
}

}  // namespace
}  // namespace cellwise::http
