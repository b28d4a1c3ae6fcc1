// SPDX-License-Identifier: Apache-2.0
#include "adapters/mqtt/paho_connection.hpp"

#include "cellwise/base/log.hpp"

#include <mqtt/async_client.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

namespace cellwise::mqtt {
namespace {

using namespace std::chrono_literals;

constexpr auto kFarewell = 500ms;    ///< for the DISCONNECT of an orderly end
constexpr auto kDeparture = 1s;      ///< for all of Paho, when the daemon stops
constexpr std::size_t kBatch = 500;  ///< events in one turn of the loop

struct Event {
    enum class Kind { Connected, Disconnected, Subscribed, Published, Message } kind = Kind::Message;
    std::uint64_t epoch = 0;   ///< of the connection that it happened on
    std::uint64_t number = 0;  ///< of what was published
    bool good = false;
    std::string topic{};  ///< or the reason
    std::string payload{};
};

struct Command {
    enum class Kind { Connect, Close, Subscribe, Publish, Stop } kind = Kind::Stop;
    std::uint64_t epoch = 0;
    std::uint64_t number = 0;  ///< of a message, or of filters that must be granted
    std::string topic{};
    std::string payload{};
    std::vector<std::string> filters{};
};

/// MQTT 3.1.1, 3.2.2.3; below 0 are Paho's own.
std::string reason_of(int code) {
    switch (code) {
        case 2:
            return "the broker refuses the client id";
        case 3:
            return "the broker is not available";
        case 4:
        case 5:
            return "the broker refuses the login";
        default:
            return code > 0 ? "the broker refuses, code " + std::to_string(code) : "the broker cannot be reached";
    }
}

}  // namespace

/// What the loop, our thread and Paho's threads have in common: all of it under the mutex, but for `events`, which is
/// the loop's alone.
struct PahoConnection::Shared : std::enable_shared_from_this<Shared> {
    Shared(Options chosen, ports::Executor& executor) : options(std::move(chosen)), loop(executor) {}

    const Options options;
    ports::Executor& loop;  ///< not after `departed`
    BrokerEvents* events = nullptr;

    std::mutex mutex{};
    std::condition_variable changed{};
    std::deque<Command> commands{};
    std::deque<Event> inbox{};
    std::uint64_t epoch = 0;  ///< of the present connection; what comes of others is dropped
    bool drain_posted = false;
    bool departed = false;
    bool served = false;  ///< our thread is at its end

    void command(Command command) {
        const std::lock_guard lock(mutex);
        command.epoch = epoch;
        commands.push_back(std::move(command));
        changed.notify_all();
    }

    /// From Paho's threads and ours. A message waits until there is room for it, which slows the broker down.
    void happened(Event event) {
        std::unique_lock lock(mutex);
        if (event.kind == Event::Kind::Message) {
            changed.wait(lock,
                         [&] { return departed || event.epoch != epoch || inbox.size() < options.most_waiting; });
        }
        if (departed || event.epoch != epoch) return;
        inbox.push_back(std::move(event));
        if (std::exchange(drain_posted, true)) return;
        loop.post([self = shared_from_this()] { self->drain(); });
    }

    /// On the loop.
    void drain() {
        std::deque<Event> batch;
        {
            const std::lock_guard lock(mutex);
            const auto count = std::min(inbox.size(), kBatch);
            std::move(inbox.begin(), inbox.begin() + static_cast<std::ptrdiff_t>(count), std::back_inserter(batch));
            inbox.erase(inbox.begin(), inbox.begin() + static_cast<std::ptrdiff_t>(count));
            drain_posted = !departed && !inbox.empty();
            if (drain_posted) loop.post([self = shared_from_this()] { self->drain(); });
            changed.notify_all();
        }
        for (const auto& event : batch) {
            // Whoever hears of one may close the connection: then the rest is void.
            if (events != nullptr && is_present(event.epoch)) tell(event);
        }
        if (events != nullptr) events->on_batch_end();
    }

    bool is_present(std::uint64_t of) {
        const std::lock_guard lock(mutex);
        return of == epoch;
    }

    void tell(const Event& event) const {
        switch (event.kind) {
            case Event::Kind::Connected:
                return events->on_connected();
            case Event::Kind::Disconnected:
                return events->on_disconnected(event.topic);
            case Event::Kind::Subscribed:
                return events->on_subscribed(event.good);
            case Event::Kind::Published:
                return events->on_published(event.number, event.good);
            case Event::Kind::Message:
                return events->on_message(event.topic, event.payload);
        }
    }

    void serve();
};

/// One connection, from its attempt to its end. Lives on our thread; the callbacks come on Paho's.
class PahoConnection::Session final : public ::mqtt::callback, public ::mqtt::iaction_listener {
 public:
    Session(Shared& shared, std::uint64_t epoch)
        : shared_(shared),
          epoch_(epoch),
          client_(uri(shared.options), shared.options.client_id, creation(shared.options)) {
        client_.set_callback(*this);
    }

    void connect() {
        const auto& options = shared_.options;
        ::mqtt::connect_options wanted;
        wanted.set_mqtt_version(MQTTVERSION_3_1_1);
        // The broker keeps what devices say while we are away.
        wanted.set_clean_session(false);
        wanted.set_automatic_reconnect(false);
        wanted.set_connect_timeout(std::chrono::ceil<std::chrono::seconds>(options.connect_timeout));
        wanted.set_keep_alive_interval(std::chrono::ceil<std::chrono::seconds>(options.keep_alive));
        wanted.set_max_inflight(options.in_flight);
        if (!options.username.empty()) {
            wanted.set_user_name(options.username);
            wanted.set_password(options.password);
        }
        if (options.url.tls) wanted.set_ssl(tls(options));
        client_.connect(wanted, &connecting_, *this);
    }

    void subscribe(const std::vector<std::string>& filters, std::size_t needed) {
        needed_ = needed;
        const std::vector<int> qos(filters.size(), 1);
        client_.subscribe(::mqtt::string_collection::create(filters), qos, &subscribing_, *this);
    }

    void publish(const Command& command) {
        static_assert(sizeof(void*) >= sizeof command.number);
        const auto message = ::mqtt::make_message(command.topic, command.payload, 1, false);
        // NOLINTNEXTLINE(performance-no-int-to-ptr): Paho carries a pointer, we carry a number in it
        client_.publish(message, reinterpret_cast<void*>(command.number), publishing_);
    }

    void close() {
        if (!client_.is_connected()) return;
        client_.disconnect(0)->wait_for(kFarewell);
    }

    void connection_lost(const std::string& cause) override {
        happened({.kind = Event::Kind::Disconnected, .topic = cause.empty() ? "the connection was lost" : cause});
    }
    void message_arrived(::mqtt::const_message_ptr message) override {
        happened({.kind = Event::Kind::Message, .topic = message->get_topic(), .payload = message->to_string()});
    }
    void on_success(const ::mqtt::token& token) override {
        if (token.get_user_context() == &connecting_) return happened({.kind = Event::Kind::Connected});
        happened({.kind = Event::Kind::Subscribed, .good = grants(token)});
    }
    void on_failure(const ::mqtt::token& token) override {
        if (token.get_user_context() == &subscribing_) return happened({.kind = Event::Kind::Subscribed});
        happened({.kind = Event::Kind::Disconnected, .topic = reason_of(token.get_return_code())});
    }

 private:
    /// Apart, so that a number is never taken for one of the addresses above.
    class Publishing final : public ::mqtt::iaction_listener {
     public:
        explicit Publishing(Session& session) : session_(session) {}
        void on_success(const ::mqtt::token& token) override { settled(token, true); }
        void on_failure(const ::mqtt::token& token) override { settled(token, false); }

     private:
        void settled(const ::mqtt::token& token, bool good) {
            session_.happened({.kind = Event::Kind::Published,
                               .number = reinterpret_cast<std::uint64_t>(token.get_user_context()),
                               .good = good});
        }
        Session& session_;
    };

    bool grants(const ::mqtt::token& token) const {
        const auto codes = token.get_subscribe_response().get_reason_codes();
        if (codes.size() < needed_) return false;
        return std::all_of(codes.begin(), codes.begin() + static_cast<std::ptrdiff_t>(needed_),
                           [](auto code) { return static_cast<int>(code) <= 2; });
    }

    static std::string uri(const Options& options) {
        return (options.url.tls ? "ssl://" : "tcp://") + options.url.host + ":" + std::to_string(options.url.port);
    }
    static ::mqtt::create_options creation(const Options& options) {
        ::mqtt::create_options creation(MQTTVERSION_3_1_1);
        creation.set_send_while_disconnected(false);
        // Paho counts what is in flight here, too, and throws at the bound.
        creation.set_max_buffered_messages(4 * options.in_flight);
        return creation;
    }
    static ::mqtt::ssl_options tls(const Options& options) {
        ::mqtt::ssl_options tls;
        if (!options.ca_file.empty()) tls.set_trust_store(options.ca_file);
        tls.set_enable_server_cert_auth(true);
        tls.set_verify(true);
        return tls;
    }
    void happened(Event event) {
        event.epoch = epoch_;
        shared_.happened(std::move(event));
    }

    Shared& shared_;
    const std::uint64_t epoch_;
    std::atomic<std::size_t> needed_{0};  ///< of the filters, those that must be granted
    char connecting_ = 0;                 ///< its address and the next's are what Paho carries
    char subscribing_ = 0;
    Publishing publishing_{*this};
    ::mqtt::async_client client_;  ///< last, so that no callback comes when the rest is gone
};

void PahoConnection::Shared::serve() {
    std::unique_ptr<Session> session;
    for (;;) {
        Command next;
        {
            std::unique_lock lock(mutex);
            changed.wait(lock, [this] { return !commands.empty(); });
            next = std::move(commands.front());
            commands.pop_front();
        }
        try {
            const bool begins = next.kind == Command::Kind::Connect;
            if (begins || next.kind == Command::Kind::Close || next.kind == Command::Kind::Stop) {
                if (const auto old = std::move(session)) old->close();
                if (next.kind == Command::Kind::Stop) break;
            }
            if (begins) {
                session = std::make_unique<Session>(*this, next.epoch);
                session->connect();
            } else if (session && next.kind == Command::Kind::Subscribe) {
                session->subscribe(next.filters, next.number);
            } else if (session && next.kind == Command::Kind::Publish) {
                session->publish(next);
            }
        } catch (const std::exception& fault) {
            if (next.kind == Command::Kind::Stop) break;
            if (next.kind == Command::Kind::Publish) {
                happened({.kind = Event::Kind::Published, .epoch = next.epoch, .number = next.number});
            } else if (next.kind != Command::Kind::Close) {
                happened({.kind = Event::Kind::Disconnected, .epoch = next.epoch, .topic = fault.what()});
            }
        }
    }
    const std::lock_guard lock(mutex);
    served = true;
    changed.notify_all();
}

PahoConnection::PahoConnection(Options options, ports::Executor& loop)
    : shared_(std::make_shared<Shared>(std::move(options), loop)), thread_([shared = shared_] { shared->serve(); }) {}

PahoConnection::~PahoConnection() {
    shared_->events = nullptr;
    std::unique_lock lock(shared_->mutex);
    shared_->departed = true;
    shared_->inbox.clear();
    shared_->commands.clear();
    shared_->commands.push_back({.kind = Command::Kind::Stop});
    shared_->changed.notify_all();
    const bool served = shared_->changed.wait_for(lock, kDeparture, [this] { return shared_->served; });
    lock.unlock();
    if (served) {
        thread_.join();
        return;
    }
    log::warning("the MQTT client does not end in time and is left to itself");
    thread_.detach();
}

void PahoConnection::listen(BrokerEvents& events) { shared_->events = &events; }

void PahoConnection::connect() {
    {
        const std::lock_guard lock(shared_->mutex);
        ++shared_->epoch;
    }
    shared_->command({.kind = Command::Kind::Connect});
}

void PahoConnection::close() {
    {
        const std::lock_guard lock(shared_->mutex);
        ++shared_->epoch;  // nothing more is heard of it
        shared_->inbox.clear();
    }
    shared_->command({.kind = Command::Kind::Close});
}

void PahoConnection::subscribe(std::vector<std::string> filters, std::size_t needed) {
    shared_->command({.kind = Command::Kind::Subscribe, .number = needed, .filters = std::move(filters)});
}

void PahoConnection::publish(std::uint64_t number, std::string topic, std::string payload) {
    shared_->command(
        {.kind = Command::Kind::Publish, .number = number, .topic = std::move(topic), .payload = std::move(payload)});
}

}  // namespace cellwise::mqtt
