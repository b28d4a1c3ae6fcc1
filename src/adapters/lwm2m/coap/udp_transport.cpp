// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/coap/udp_transport.hpp"

#include "adapters/lwm2m/coap/udp_socket.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace cellwise::lwm2m::coap {
namespace {

namespace asio = boost::asio;

/// Then the loop's other work gets its turn, whatever else waits at the socket.
constexpr int kBatchesAtOnce = 8;

static_assert(DatagramReceiver::kBatch <= MessageLayer::kBatch, "hints for a whole batch");

}  // namespace

/// Handlers keep a weak pointer: asio calls them once more after the transport is gone.
class UdpTransport::Impl final : public DatagramSink, public std::enable_shared_from_this<Impl> {
 public:
    Impl(asio::io_context& loop, UdpSocket socket, const UdpTransportOptions& options, ports::Random& random,
         const ports::Clock& steady)
        : loop_(loop),
          port_(socket.port()),
          sender_(socket.family(),
                  [this](mmsghdr* messages, unsigned count) {
                      return ::sendmmsg(descriptor_.native_handle(), messages, count, MSG_DONTWAIT);
                  }),
          descriptor_(loop, socket.release()),
          timer_(loop),
          clock_(steady),
          layer_(*this, random, options.limits) {}

    void set_user(TransportUser& user) {
        layer_.set_user(user);
        if (!reading_) wait_readable();
        reading_ = true;
    }

    RequestHandle request(const PeerAddress& to, const Message& request, const TransmissionParameters& parameters,
                          RequestDone done) {
        const RequestHandle handle = layer_.request(to, request, parameters, std::move(done), clock_.now());
        settle_soon();
        return handle;
    }
    void hasten(RequestHandle handle) {
        layer_.hasten(handle);
        settle_soon();
    }
    void cancel(RequestHandle handle) {
        layer_.cancel(handle, clock_.now());
        settle_soon();
    }

    void send(const Route& route, ByteView datagram) override { sender_.add(route, datagram); }

    void stop() {
        boost::system::error_code ignored;
        descriptor_.close(ignored);
        timer_.cancel();
    }

    std::uint16_t port() const { return port_; }
    UdpTransportCounters counters() const {
        UdpTransportCounters counters = counters_;
        counters.messages = layer_.counters();
        counters.datagrams_out = sender_.sent();
        counters.unsent = sender_.lost();
        return counters;
    }

    std::function<void()> after_batch{};

 private:
    void wait_readable() {
        descriptor_.async_wait(asio::posix::stream_descriptor::wait_read,
                               [weak = weak_from_this()](const boost::system::error_code& error) {
                                   if (const auto self = weak.lock(); self && !error) self->on_readable();
                               });
    }

    void on_readable() {
        busy_ = true;
        for (int batch = 0; batch < kBatchesAtOnce; ++batch) {
            std::size_t taken = 0;
            const std::span<const ReceivedDatagram> received = receiver_.receive(descriptor_.native_handle(), taken);
            if (taken == 0) break;
            counters_.datagrams_in += taken;
            counters_.too_large += taken - received.size();
            const Timestamp now = clock_.now();
            layer_.expect(received);
            for (const ReceivedDatagram& each : received) layer_.receive(each.from, each.datagram, now);
            flush();
            if (after_batch) after_batch();
            if (taken < DatagramReceiver::kBatch) break;
        }
        busy_ = false;
        settle();
        wait_readable();
    }

    /// Requests of one turn of the loop leave together.
    void settle_soon() {
        if (busy_ || settling_) return;
        settling_ = true;
        asio::post(loop_, [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->settle();
        });
    }

    void settle() {
        settling_ = false;
        flush();
        arm_timer();
    }

    void flush() {
        if (sender_.flush() || waiting_writable_) return;
        waiting_writable_ = true;
        descriptor_.async_wait(asio::posix::stream_descriptor::wait_write,
                               [weak = weak_from_this()](const boost::system::error_code& error) {
                                   if (const auto self = weak.lock(); self && !error) self->on_writable();
                               });
    }

    void on_writable() {
        waiting_writable_ = false;
        flush();
    }

    /// A timer that is set already is left alone if it comes early enough: on_timer() looks again.
    void arm_timer() {
        const std::optional<Timestamp> due = layer_.next_deadline();
        if (!due || (armed_for_ && *armed_for_ <= *due)) return;
        armed_for_ = due;
        const Timestamp now = clock_.now();
        timer_.expires_after(*due > now ? *due - now : Duration::zero());
        timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
            if (const auto self = weak.lock(); self && !error) self->on_timer();
        });
    }

    void on_timer() {
        armed_for_.reset();
        busy_ = true;
        layer_.tick(clock_.now());
        busy_ = false;
        settle();
    }

    asio::io_context& loop_;
    std::uint16_t port_;
    DatagramReceiver receiver_{};
    DatagramSender sender_;
    asio::posix::stream_descriptor descriptor_;
    asio::steady_timer timer_;
    const ports::Clock& clock_;
    MessageLayer layer_;
    UdpTransportCounters counters_{};
    std::optional<Timestamp> armed_for_{};
    bool reading_ = false, busy_ = false, settling_ = false, waiting_writable_ = false;
};

Result<std::unique_ptr<UdpTransport>> UdpTransport::open(boost::asio::io_context& loop,
                                                         const UdpTransportOptions& options, ports::Random& random,
                                                         const ports::Clock& steady) {
    Result<UdpSocket> socket = UdpSocket::open(options.address, options.port);
    if (socket.has_error()) return socket.error();
    try {
        auto impl = std::make_shared<Impl>(loop, std::move(*socket), options, random, steady);
        return std::unique_ptr<UdpTransport>(new UdpTransport(std::move(impl)));
    } catch (const boost::system::system_error& error) {
        return internal_error("coap.listen.loop", std::string("the loop does not take the socket: ") + error.what());
    }
}

UdpTransport::UdpTransport(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
UdpTransport::~UdpTransport() { impl_->stop(); }

void UdpTransport::set_user(TransportUser& user) { impl_->set_user(user); }
void UdpTransport::set_after_batch(std::function<void()> hook) { impl_->after_batch = std::move(hook); }
RequestHandle UdpTransport::request(const PeerAddress& to, const Message& request,
                                    const TransmissionParameters& parameters, RequestDone done) {
    return impl_->request(to, request, parameters, std::move(done));
}
void UdpTransport::hasten(RequestHandle handle) { impl_->hasten(handle); }
void UdpTransport::cancel(RequestHandle handle) { impl_->cancel(handle); }
std::uint16_t UdpTransport::local_port() const { return impl_->port(); }
UdpTransportCounters UdpTransport::counters() const { return impl_->counters(); }

}  // namespace cellwise::lwm2m::coap
