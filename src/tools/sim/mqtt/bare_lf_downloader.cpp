// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/bare_lf_downloader.hpp"

#include "tools/sim/mqtt/plain_url.hpp"
#include "tools/sim/mqtt/strict_answer.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <netdb.h>
#include <system_error>
#include <unistd.h>

namespace cellwise::sim::mqtt {
namespace {

constexpr std::size_t kReadAtOnce = 16'384;  // a record's most
constexpr int kReadsInATurn = 16;            // then the others have their turn

std::string system_words() { return std::generic_category().message(errno); }

std::string tls_words() {
    const auto code = ::ERR_get_error();
    if (code == 0) return errno != 0 ? system_words() : "the connection ended";
    std::array<char, 256> text{};
    ::ERR_error_string_n(code, text.data(), text.size());
    return text.data();
}

bool is_address(const std::string& host) {
    std::array<unsigned char, 16> bytes{};
    return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
           ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

struct FreeAddresses {
    void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

}  // namespace

struct BareLfDownloader::Transfer {
    enum class Step { Handshake, Request, Head, Body };

    Transfer(std::uint32_t of, const Fetch& what) : device(of), fetch(what) {}
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;
    ~Transfer() {
        ::SSL_free(ssl);
        if (socket >= 0) ::close(socket);
    }

    std::uint32_t device;
    Fetch fetch;
    Step step = Step::Handshake;
    ::SSL* ssl = nullptr;
    int socket = -1;
    std::uint32_t awaited = 0;  ///< what epoll watches for
    std::string request;
    StrictAnswer answer;
    std::vector<std::string> faults;
    Timestamp patience_ends{};
};

BareLfDownloader::BareLfDownloader(DownloadSetup setup) : setup_(std::move(setup)) {}

BareLfDownloader::~BareLfDownloader() {
    transfers_.clear();
    ::SSL_CTX_free(tls_);
    if (epoll_ >= 0) ::close(epoll_);
}

Status BareLfDownloader::open() {
    tls_ = ::SSL_CTX_new(::TLS_client_method());
    if (tls_ == nullptr) return internal_error("sim.download.tls", tls_words());
    ::SSL_CTX_set_mode(tls_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    ::SSL_CTX_set_verify(tls_, setup_.insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nullptr);
    const bool trusts = setup_.ca_file.empty()
                            ? ::SSL_CTX_set_default_verify_paths(tls_) == 1
                            : ::SSL_CTX_load_verify_locations(tls_, setup_.ca_file.c_str(), nullptr) == 1;
    if (!trusts)
        return invalid("sim.download.ca", "ca", "a file of PEM certificates that can be read", setup_.ca_file);
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    if (epoll_ < 0) return internal_error("sim.download.epoll", system_words());
    return {};
}

void BareLfDownloader::start(std::uint32_t device, const Fetch& fetch, Timestamp now) {
    now_ = now;
    auto& transfer = *(transfers_[device] = std::make_unique<Transfer>(device, fetch));
    transfer.patience_ends = now + setup_.patience;
    if (auto failure = connect(transfer); !failure.empty())
        end(transfer, FetchOutcome::End::Broken, std::move(failure));
}

void BareLfDownloader::abandon(std::uint32_t device) { transfers_.erase(device); }

/// Begins to connect; what went wrong at once, in words.
std::string BareLfDownloader::connect(Transfer& transfer) {
    auto url = parse_plain_url(transfer.fetch.url);
    if (!url) return "its URL is not one of https with a host and a port";
    transfer.faults = url->faults;
    transfer.request = "GET " + url->path + " HTTP/1.1\nHost: " + url->host + ':' + std::to_string(url->port) +
                       "\nAuthorization:Bearer " + transfer.fetch.token + "\n\n";
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int code = ::getaddrinfo(url->host.c_str(), std::to_string(url->port).c_str(), &hints, &found);
        code != 0) {
        return ::gai_strerror(code);
    }
    const std::unique_ptr<addrinfo, FreeAddresses> address(found);
    transfer.socket = ::socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (transfer.socket < 0) return system_words();
    if (const auto source = loopback_source(url->host, transfer.device); !source.empty()) {
        sockaddr_in from{};
        from.sin_family = AF_INET;
        ::inet_pton(AF_INET, source.c_str(), &from.sin_addr);
        ::bind(transfer.socket, reinterpret_cast<const sockaddr*>(&from), sizeof from);
    }
    if (::connect(transfer.socket, address->ai_addr, address->ai_addrlen) != 0 && errno != EINPROGRESS)
        return system_words();
    transfer.ssl = ::SSL_new(tls_);
    ::SSL_set_fd(transfer.ssl, transfer.socket);
    if (is_address(url->host)) {
        ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(transfer.ssl), url->host.c_str());
    } else {
        ::SSL_set1_host(transfer.ssl, url->host.c_str());
        // SSL_set_tlsext_host_name, a macro with a cast that the compiler warns of
        ::SSL_ctrl(transfer.ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, url->host.data());
    }
    epoll_event interest{};
    transfer.awaited = EPOLLOUT;
    interest.events = EPOLLOUT;
    interest.data.u32 = transfer.device;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, transfer.socket, &interest) != 0) return system_words();
    return {};
}

void BareLfDownloader::turn(Timestamp now) {
    now_ = now;
    std::array<epoll_event, 256> events;
    const auto count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 0);
    for (int i = 0; i < count; ++i) {
        const auto found = transfers_.find(events[static_cast<std::size_t>(i)].data.u32);
        if (found != transfers_.end()) advance(*found->second);
    }
    std::vector<Transfer*> late;
    for (const auto& [device, transfer] : transfers_) {
        if (transfer->patience_ends <= now) late.push_back(transfer.get());
    }
    for (auto* transfer : late) end(*transfer, FetchOutcome::End::Broken, "the server said nothing for too long");
}

std::optional<Timestamp> BareLfDownloader::deadline() const {
    std::optional<Timestamp> first;
    for (const auto& [device, transfer] : transfers_)
        first = std::min(first.value_or(transfer->patience_ends), transfer->patience_ends);
    return first;
}

void BareLfDownloader::advance(Transfer& transfer) {
    transfer.patience_ends = now_ + setup_.patience;
    if (transfer.step == Transfer::Step::Handshake && !shake_hands(transfer)) return;
    if (transfer.step == Transfer::Step::Request && !send_request(transfer)) return;
    for (int reads = 0; reads < kReadsInATurn; ++reads) {
        if (!receive(transfer)) return;
    }
}

bool BareLfDownloader::shake_hands(Transfer& transfer) {
    ::ERR_clear_error();
    const int result = ::SSL_connect(transfer.ssl);
    if (result != 1) return wait_or_end(transfer, result, "handshake: ");
    transfer.step = Transfer::Step::Request;
    return true;
}

bool BareLfDownloader::send_request(Transfer& transfer) {
    while (!transfer.request.empty()) {
        ::ERR_clear_error();
        const int sent =
            ::SSL_write(transfer.ssl, transfer.request.data(), static_cast<int>(transfer.request.size()));
        if (sent <= 0) return wait_or_end(transfer, sent, "request: ");
        transfer.request.erase(0, static_cast<std::size_t>(sent));
    }
    transfer.step = Transfer::Step::Head;
    return true;
}

bool BareLfDownloader::receive(Transfer& transfer) {
    std::array<char, kReadAtOnce> buffer;
    ::ERR_clear_error();
    // Never gives more than what one record holds.
    const int size = ::SSL_read(transfer.ssl, buffer.data(), static_cast<int>(buffer.size()));
    if (size <= 0) return wait_or_end(transfer, size, "answer: ");
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(size));
    return transfer.step == Transfer::Step::Head ? take_head(transfer, bytes) : take_body(transfer, bytes);
}

bool BareLfDownloader::take_head(Transfer& transfer, std::string_view record) {
    auto& answer = transfer.answer;
    answer = read_strictly(record);
    transfer.faults.insert(transfer.faults.end(), answer.faults.begin(), answer.faults.end());
    if (answer.status != 200) {
        end(transfer, answer.status == 0 ? FetchOutcome::End::Refused : end_of_status(answer.status),
            "HTTP status " + std::to_string(answer.status));
    } else if (!answer.faults.empty()) {
        end(transfer, FetchOutcome::End::Refused, answer.faults.front());
    } else if (*answer.length != transfer.fetch.size) {
        end(transfer, FetchOutcome::End::Refused, "a file of " + std::to_string(*answer.length) + " bytes");
    } else {
        transfer.step = Transfer::Step::Body;
        return take_body(transfer, record.substr(answer.head_size));
    }
    return false;
}

bool BareLfDownloader::take_body(Transfer& transfer, std::string_view bytes) {
    auto& received = *transfer.fetch.received;
    received.hash.update(as_bytes(bytes));
    received.bytes += bytes.size();
    if (transfer.fetch.break_at && received.bytes >= *transfer.fetch.break_at) {
        end(transfer, FetchOutcome::End::Scripted);
    } else if (received.bytes >= transfer.fetch.size) {
        end(transfer, FetchOutcome::End::Whole);
    } else {
        return true;
    }
    return false;
}

bool BareLfDownloader::wait_or_end(Transfer& transfer, int result, const char* doing) {
    const int why = ::SSL_get_error(transfer.ssl, result);
    if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) {
        end(transfer, FetchOutcome::End::Broken, doing + tls_words());
        return false;
    }
    const std::uint32_t awaited = why == SSL_ERROR_WANT_READ ? EPOLLIN : EPOLLOUT;
    if (std::exchange(transfer.awaited, awaited) == awaited) return false;
    epoll_event interest{};
    interest.events = awaited;
    interest.data.u32 = transfer.device;
    ::epoll_ctl(epoll_, EPOLL_CTL_MOD, transfer.socket, &interest);
    return false;
}

void BareLfDownloader::end(Transfer& transfer, FetchOutcome::End how, std::string error) {
    const bool has_asked = transfer.step != Transfer::Step::Handshake;
    outcomes_.emplace_back(transfer.device, FetchOutcome{.end = how,
                                                         .status = transfer.answer.status,
                                                         .requests = has_asked ? 1U : 0U,
                                                         .error = std::move(error),
                                                         .faults = std::move(transfer.faults)});
    transfers_.erase(transfer.device);
}

}  // namespace cellwise::sim::mqtt
