// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/http_client.hpp"

#include "adapters/http/asio_types.hpp"
#include "adapters/http/input_buffer.hpp"
#include "adapters/http/response_reader.hpp"
#include "adapters/http/tls_trust.hpp"
#include "adapters/http/url.hpp"
#include "adapters/http/wire.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <atomic>
#include <deque>
#include <exception>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace cellwise::http {
namespace {

using Tcp = asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kHeaderLimit = 16 * 1024;
constexpr std::size_t kMostAddresses = 4;

Error unavailable(std::string code, std::string message, std::string value = {}) {
    return Error{ErrorKind::Unavailable, std::move(code), std::move(message), {}, std::move(value)};
}

Tcp::endpoint endpoint_of(const IpAddress& address, std::uint16_t port) {
    const auto& bytes = address.bytes();
    if (address.is_v4()) return {asio::ip::address_v4({bytes[0], bytes[1], bytes[2], bytes[3]}), port};
    return {asio::ip::address_v6(bytes), port};
}

std::string render_request(const Url& url, const ports::HttpClient::Outgoing& request) {
    std::string text = "POST " + url.target + " HTTP/1.1\r\nHost: " + url.authority() + "\r\n";
    text += "User-Agent: cellwise/" CELLWISE_VERSION "\r\nAccept: */*\r\nConnection: close\r\n";
    text += "Content-Type: " + request.content_type + "\r\n";
    text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n\r\n";
    return text + request.body;
}

/// One request on one connection. Belongs to its strand.
class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
    using Request = ports::HttpClient::Outgoing;

    Exchange(const Strand& strand, const HttpClient::Options& options, NameResolver& resolver, Url url,
             Request request)
        : options_(options),
          resolver_(resolver),
          url_(std::move(url)),
          request_(std::move(request)),
          socket_(strand),
          deadline_(strand),
          step_(strand),
          wake_(strand) {
        wake_.expires_at(Timer::time_point::max());
    }

    Task<Result<int>> run() {
        deadline_.expires_after(request_.timeout);
        deadline_.async_wait([self = shared_from_this()](const error_code& error) {
            if (!error) self->give_up(unavailable("http.timeout", "no answer in time"));
        });
        auto result = co_await attempt();
        deadline_.cancel();
        // Whatever the operation under way said when it was cut off: this is why.
        if (!result && given_up_) co_return *given_up_;
        co_return result;
    }

    void give_up(Error why) {
        if (!given_up_) given_up_ = std::move(why);
        error_code ignored;
        socket_.close(ignored);
        step_.cancel();
        wake_.cancel();
    }

 private:
    Task<Result<int>> attempt() {
        auto addresses = co_await resolve();
        if (!addresses) co_return addresses.error();
        auto allowed = allowed_of(*addresses);
        if (!allowed) co_return allowed.error();
        if (auto connected = co_await connect(*allowed); !connected) co_return connected.error();
        const auto wire =
            url_.tls ? make_tls_wire(socket_, *options_.trust, url_, request_.callback_ca) : make_plain_wire(socket_);
        if (auto opened = co_await wire->open(); !opened) co_return opened.error();
        const auto text = render_request(url_, request_);
        const auto [error, sent] = co_await wire->write(asio::buffer(text));
        // A receiver may answer, and close, before it has read all; then its answer counts.
        if (error && given_up_) co_return *given_up_;
        auto status = co_await read_status(*wire);
        if (!status && error) co_return unavailable("http.send.failed", "cannot send: " + error.message());
        co_return status;
    }

    Task<Addresses> resolve() {
        if (const auto literal = IpAddress::parse(url_.host)) co_return std::vector{*literal};
        const auto found = std::make_shared<std::optional<Addresses>>();
        resolver_.resolve(url_.host, [self = shared_from_this(), found](const Addresses& addresses) {
            asio::post(self->wake_.get_executor(), [self, found, addresses] {
                *found = addresses;
                self->wake_.cancel();
            });
        });
        while (!*found && !given_up_) co_await wake_.async_wait(kAwait);
        if (given_up_) co_return *given_up_;
        co_return std::move(**found);
    }

    Addresses allowed_of(const std::vector<IpAddress>& addresses) const {
        std::vector<IpAddress> allowed;
        for (const auto& address : addresses) {
            if (options_.policy.allows(address) && allowed.size() < kMostAddresses) allowed.push_back(address);
        }
        if (!allowed.empty()) return allowed;
        return Error{ErrorKind::Forbidden, "http.address.refused",
                     "the address is private, local or special, and in no allowed network", "host",
                     addresses.empty() ? url_.host : addresses.front().str()};
    }

    Task<Status> connect(const std::vector<IpAddress>& addresses) {
        Error last = unavailable("http.connect.failed", "no address answers");
        for (const auto& address : addresses) {
            if (given_up_) break;
            error_code ignored;
            socket_.close(ignored);
            // An address that swallows everything leaves time for the next.
            step_.expires_after(request_.timeout / addresses.size());
            step_.async_wait([self = shared_from_this(), step = ++steps_](const error_code& stopped) {
                error_code unused;
                if (!stopped && step == self->steps_) self->socket_.close(unused);
            });
            const auto [error] = co_await socket_.async_connect(endpoint_of(address, url_.port), kAwait);
            ++steps_;
            step_.cancel();
            if (!error && socket_.is_open()) co_return Status{};
            last = unavailable("http.connect.failed", "cannot connect: " + error.message(), address.str());
        }
        co_return last;
    }

    Task<Result<int>> read_status(Wire& wire) {
        ResponseReader reader(kHeaderLimit);
        InputBuffer input;
        Status fault;
        while (fault && !reader.done() && reader.body_size() <= options_.max_response_body) {
            const auto room = input.space(InputBuffer::kSmall);
            const auto [error, count] = co_await wire.read_some(asio::buffer(room.data(), room.size()));
            input.commit(count);
            fault = error ? ended(reader, error) : take(reader, input);
            if (error) break;
        }
        // The head says all that we want to know; a body that goes wrong behind it changes nothing.
        if (const auto status = reader.status()) co_return *status;
        co_return fault ? unavailable("http.response.incomplete", "the answer has no end") : fault.error();
    }

    static Status take(ResponseReader& reader, InputBuffer& input) {
        while (!input.empty() && !reader.done()) {
            const auto used = reader.read(input.view());
            if (!used) return used.error();
            if (*used == 0 && input.full())
                return unavailable("http.response.malformed", "the answer's head is too large");
            if (*used == 0) break;
            input.consume(*used);
        }
        return {};
    }

    static Status ended(ResponseReader& reader, const error_code& error) {
        if (error == asio::error::eof) return reader.read_end();
        return unavailable("http.response.incomplete", "the connection broke: " + error.message());
    }

    const HttpClient::Options& options_;
    NameResolver& resolver_;
    Url url_;
    Request request_;
    Socket socket_;
    Timer deadline_;
    Timer step_;
    Timer wake_;
    unsigned steps_ = 0;
    std::optional<Error> given_up_;
};

}  // namespace

/// What runs on the client's thread.
class HttpClient::Engine {
 public:
    explicit Engine(Options options)
        : options_(std::move(options)), resolver_(options_.lookup), strand_(asio::make_strand(io_)) {
        if (!options_.trust) options_.trust = TlsTrust::make({}).value();
    }

    void run() { io_.run(); }

    void submit(Outgoing request, Done done) {
        if (accepted_.fetch_add(1) >= options_.max_in_flight + options_.max_queued) {
            return reject(std::move(done), Error{ErrorKind::TooMany, "http.queue.full", "too many requests wait"});
        }
        auto url = parse_url(request.url);
        if (!url) return reject(std::move(done), url.error());
        asio::post(strand_, [this, job = Job{std::move(*url), std::move(request), std::move(done)}]() mutable {
            queue_.push_back(std::move(job));
            start_next();
        });
    }

    /// The thread ends when all has been told.
    void stop() {
        resolver_.stop();
        asio::post(strand_, [this] {
            stopped_ = true;
            for (auto* exchange : active_) exchange->give_up(stopped());
            start_next();
            busy_.reset();
        });
    }

 private:
    struct Job {
        Url url;
        Outgoing request;
        Done done;
    };

    static Error stopped() { return unavailable("http.stopped", "the client was stopped"); }

    void reject(Done done, Error error) {
        asio::post(strand_, [this, done = std::move(done), error = std::move(error)] { tell(done, error); });
    }

    void tell(const Done& done, const Result<int>& result) {
        --accepted_;
        done(result);
    }

    void start_next() {
        while (!queue_.empty() && (stopped_ || active_.size() < options_.max_in_flight)) {
            auto job = std::move(queue_.front());
            queue_.pop_front();
            if (stopped_) {
                tell(job.done, stopped());
            } else {
                start(std::move(job));
            }
        }
    }

    void start(Job job) {
        auto exchange =
            std::make_shared<Exchange>(strand_, options_, resolver_, std::move(job.url), std::move(job.request));
        active_.insert(exchange.get());
        asio::co_spawn(
            strand_, [exchange] { return exchange->run(); },
            [this, exchange, done = std::move(job.done)](const std::exception_ptr& failure,
                                                         const Result<int>& result) {
                active_.erase(exchange.get());
                tell(done, failure ? internal_error("http.client.failed", "an exception ended the request") : result);
                start_next();
            });
    }

    Options options_;
    asio::io_context io_{1};  // before all that its handlers refer to
    asio::executor_work_guard<asio::io_context::executor_type> busy_{io_.get_executor()};
    NameResolver resolver_;
    Strand strand_;
    std::atomic<std::size_t> accepted_{0};
    bool stopped_ = false;
    std::deque<Job> queue_;
    std::set<Exchange*> active_;
};

HttpClient::HttpClient(Options options)
    : engine_(std::make_unique<Engine>(std::move(options))), thread_([engine = engine_.get()] { engine->run(); }) {}

HttpClient::~HttpClient() { stop(); }

void HttpClient::post(Outgoing request, Done done) { engine_->submit(std::move(request), std::move(done)); }

void HttpClient::stop() {
    if (!thread_.joinable()) return;
    engine_->stop();
    thread_.join();
}

}  // namespace cellwise::http
