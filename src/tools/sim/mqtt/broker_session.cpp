// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/broker_session.hpp"

#include <mosquitto.h>
#include <mutex>

namespace cellwise::sim::mqtt {
namespace {

constexpr int kAtLeastOnce = 1;
constexpr int kPacketsAtOnce = 100;

Error failed(const BrokerAddress& broker, int code) {
    const std::string reason = code == MOSQ_ERR_ERRNO ? "no connection" : ::mosquitto_strerror(code);
    return Error{ErrorKind::Unavailable, "sim.broker", "the broker cannot be spoken to: " + reason, "broker",
                 broker.host + ':' + std::to_string(broker.port)};
}

}  // namespace

/// Called from within read() and write(): they only keep what they are told.
struct BrokerSession::Callbacks {
    static BrokerSession& of(void* session) { return *static_cast<BrokerSession*>(session); }
    static void on_connect(::mosquitto*, void* session, int code) {
        if (code == 0) {
            of(session).events_.emplace_back(SessionAccepted{});
        } else {
            of(session).events_.emplace_back(SessionRefused{code});
            of(session).is_closed_ = true;
        }
    }
    static void on_disconnect(::mosquitto*, void* session, int) { of(session).close(); }
    static void on_publish(::mosquitto*, void* session, int id) {
        of(session).events_.emplace_back(MessageConfirmed{id});
    }
    static void on_message(::mosquitto*, void* session, const ::mosquitto_message* message) {
        const auto size = static_cast<std::size_t>(message->payloadlen);
        of(session).events_.emplace_back(
            MessageArrived{message->topic, std::string(static_cast<const char*>(message->payload), size)});
    }
};

Result<std::unique_ptr<BrokerSession>> BrokerSession::open(const BrokerAddress& broker, const std::string& username,
                                                           const Connect& how, int keepalive_seconds) {
    static std::once_flag once;
    std::call_once(once, [] { ::mosquitto_lib_init(); });
    std::unique_ptr<BrokerSession> session(new BrokerSession);
    auto* client = session->client_ = ::mosquitto_new(how.client_id.c_str(), true, session.get());
    if (client == nullptr) return failed(broker, MOSQ_ERR_NOMEM);
    ::mosquitto_connect_callback_set(client, Callbacks::on_connect);
    ::mosquitto_disconnect_callback_set(client, Callbacks::on_disconnect);
    ::mosquitto_publish_callback_set(client, Callbacks::on_publish);
    ::mosquitto_message_callback_set(client, Callbacks::on_message);
    ::mosquitto_username_pw_set(client, username.c_str(), how.password.c_str());
    if (broker.tls) {
        const char* file = broker.ca_file.empty() ? nullptr : broker.ca_file.c_str();
        const char* folder = file == nullptr ? "/etc/ssl/certs" : nullptr;
        if (const int code = ::mosquitto_tls_set(client, file, folder, nullptr, nullptr, nullptr); code != 0)
            return failed(broker, code);
        if (broker.insecure) ::mosquitto_tls_opts_set(client, 0, nullptr, nullptr);
        ::mosquitto_tls_insecure_set(client, broker.insecure);
    }
    // Does not wait for the connection to stand.
    if (const int code = ::mosquitto_connect_async(client, broker.host.c_str(), broker.port, keepalive_seconds);
        code != MOSQ_ERR_SUCCESS) {
        return failed(broker, code);
    }
    return session;
}

BrokerSession::~BrokerSession() {
    if (client_ != nullptr) ::mosquitto_destroy(client_);
}

void BrokerSession::close() {
    if (!std::exchange(is_closed_, true)) events_.emplace_back(SessionClosed{});
}

int BrokerSession::descriptor() const { return ::mosquitto_socket(client_); }

bool BrokerSession::wants_write() const { return !is_closed_ && ::mosquitto_want_write(client_); }

void BrokerSession::read() {
    if (is_closed_) return;
    if (::mosquitto_loop_read(client_, kPacketsAtOnce) != MOSQ_ERR_SUCCESS) close();
}

void BrokerSession::write() {
    if (is_closed_) return;
    if (::mosquitto_loop_write(client_, kPacketsAtOnce) != MOSQ_ERR_SUCCESS) close();
}

void BrokerSession::keep_alive() {
    if (is_closed_) return;
    if (::mosquitto_loop_misc(client_) != MOSQ_ERR_SUCCESS) close();
}

std::optional<int> BrokerSession::publish(const std::string& topic, const std::string& payload) {
    int id = 0;
    const auto code = ::mosquitto_publish(client_, &id, topic.c_str(), static_cast<int>(payload.size()),
                                          payload.data(), kAtLeastOnce, false);
    if (code == MOSQ_ERR_SUCCESS) return id;
    close();
    return std::nullopt;
}

void BrokerSession::subscribe(const std::string& topic) {
    ::mosquitto_subscribe(client_, nullptr, topic.c_str(), kAtLeastOnce);
}

void BrokerSession::leave() {
    if (is_closed_) return;
    is_closed_ = true;
    ::mosquitto_disconnect(client_);
}

}  // namespace cellwise::sim::mqtt
