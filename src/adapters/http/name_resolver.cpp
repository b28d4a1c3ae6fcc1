// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/name_resolver.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <netdb.h>
#include <optional>
#include <thread>
#include <utility>

namespace cellwise::http {
namespace {

std::optional<IpAddress> address_of(const addrinfo& found) {
    if (found.ai_family == AF_INET) {
        sockaddr_in four{};
        std::memcpy(&four, found.ai_addr, sizeof four);
        std::array<std::uint8_t, 4> bytes{};
        std::memcpy(bytes.data(), &four.sin_addr, bytes.size());
        return IpAddress::v4(bytes);
    }
    if (found.ai_family == AF_INET6) {
        sockaddr_in6 six{};
        std::memcpy(&six, found.ai_addr, sizeof six);
        std::array<std::uint8_t, 16> bytes{};
        std::memcpy(bytes.data(), &six.sin6_addr, bytes.size());
        return IpAddress::v6(bytes);
    }
    return std::nullopt;
}

Error not_resolved(std::string why, const std::string& host) {
    return Error{ErrorKind::Unavailable, "http.resolve.failed", "the host has no address: " + std::move(why), "host",
                 host};
}

}  // namespace

Addresses resolve_by_system(const std::string& host) {
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_ADDRCONFIG;
    addrinfo* found = nullptr;
    const int failed = getaddrinfo(host.c_str(), nullptr, &wanted, &found);
    if (failed != 0) return not_resolved(gai_strerror(failed), host);
    std::vector<IpAddress> addresses;
    for (const auto* each = found; each != nullptr; each = each->ai_next) {
        if (const auto address = address_of(*each)) addresses.push_back(*address);
    }
    freeaddrinfo(found);
    if (addresses.empty()) return not_resolved("neither IPv4 nor IPv6", host);
    return addresses;
}

struct NameResolver::State {
    Lookup lookup;
    std::size_t most_threads = 0;

    std::mutex mutex;
    std::condition_variable changed;
    bool stopped = false;
    std::size_t threads = 0;
    std::size_t idle = 0;
    std::deque<std::string> queue;
    std::map<std::string, std::vector<Done>> waiting;  // by name, also while it is being looked up
};

NameResolver::NameResolver(Lookup lookup, std::size_t threads) : state_(std::make_shared<State>()) {
    state_->lookup = std::move(lookup);
    state_->most_threads = std::max<std::size_t>(threads, 1);
}

NameResolver::~NameResolver() { stop(); }

void NameResolver::stop() {
    const std::lock_guard lock(state_->mutex);
    state_->stopped = true;
    state_->queue.clear();
    state_->waiting.clear();
    state_->changed.notify_all();
}

void NameResolver::resolve(const std::string& host, Done done) {
    const std::lock_guard lock(state_->mutex);
    if (state_->stopped) return;
    auto& waiting = state_->waiting[host];
    waiting.push_back(std::move(done));
    if (waiting.size() > 1) return;
    state_->queue.push_back(host);
    if (state_->idle < state_->queue.size() && state_->threads < state_->most_threads) {
        ++state_->threads;
        // Detached for the destructor's sake: all that the thread touches it shares.
        std::thread(&NameResolver::serve, state_).detach();
    }
    state_->changed.notify_one();
}

void NameResolver::serve(const std::shared_ptr<State>& state) {
    std::unique_lock lock(state->mutex);
    for (;;) {
        ++state->idle;
        state->changed.wait(lock, [&] { return state->stopped || !state->queue.empty(); });
        --state->idle;
        if (state->stopped) return;
        const auto host = std::move(state->queue.front());
        state->queue.pop_front();
        lock.unlock();
        const auto addresses = state->lookup(host);
        lock.lock();
        // Held while they are told, so that stop() can promise silence; they only post.
        if (const auto told = state->waiting.extract(host)) {
            for (const auto& done : told.mapped()) done(addresses);
        }
    }
}

}  // namespace cellwise::http
