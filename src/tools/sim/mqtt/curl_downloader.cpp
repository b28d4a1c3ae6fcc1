// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/curl_downloader.hpp"

#include <curl/curl.h>
#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <mutex>
#include <system_error>
#include <unistd.h>

namespace cellwise::sim::mqtt {
namespace {

constexpr long kConnectSeconds = 15;

struct FreeUrl {
    void operator()(::CURLU* url) const { ::curl_url_cleanup(url); }
};

std::string host_of(const std::string& url) {
    const std::unique_ptr<::CURLU, FreeUrl> parsed(::curl_url());
    char* host = nullptr;
    if (::curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK ||
        ::curl_url_get(parsed.get(), CURLUPART_HOST, &host, 0) != CURLUE_OK) {
        return {};
    }
    std::string text(host);
    ::curl_free(host);
    return text;
}

bool counts_from_one(Fetch::How how) { return how == Fetch::How::OneBasedRanges; }
bool in_blocks(Fetch::How how) { return how == Fetch::How::Ranges || counts_from_one(how); }

}  // namespace

/// One device's download: a handle, and the connection that it keeps between blocks.
struct CurlDownloader::Transfer {
    Transfer(std::uint32_t of, const Fetch& what) : device(of), fetch(what), curl(::curl_easy_init()) {}
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;
    ~Transfer() {
        ::curl_easy_cleanup(curl);
        ::curl_slist_free_all(headers);
    }

    std::uint64_t received() const { return fetch.received->bytes; }
    bool is_at_break() const { return fetch.break_at && received() >= *fetch.break_at; }
    int status() const {
        long code = 0;
        ::curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
        return static_cast<int>(code);
    }

    std::uint32_t device;
    Fetch fetch;
    ::CURL* curl;
    ::curl_slist* headers = nullptr;
    std::uint64_t block_begin = 0;
    std::uint64_t block_end = 0;
    std::uint32_t requests = 0;
    char reason[CURL_ERROR_SIZE] = {};
};

struct CurlDownloader::Callbacks {
    static std::size_t on_body(char* data, std::size_t, std::size_t size, void* to) {
        auto& transfer = *static_cast<Transfer*>(to);
        const auto status = transfer.status();
        // The words of an error are none of the file.
        if (status != 200 && status != 206) return size;
        auto& received = *transfer.fetch.received;
        auto take = size;
        if (const auto at = transfer.fetch.break_at; at && received.bytes + size >= *at)
            take = static_cast<std::size_t>(*at - std::min<std::uint64_t>(*at, received.bytes));
        received.hash.update({reinterpret_cast<const std::uint8_t*>(data), take});
        received.bytes += take;
        return transfer.is_at_break() ? 0 : size;
    }
    static int on_socket(::CURL*, curl_socket_t socket, int what, void* to, void*) {
        auto& self = *static_cast<CurlDownloader*>(to);
        if (what == CURL_POLL_REMOVE) {
            ::epoll_ctl(self.epoll_, EPOLL_CTL_DEL, socket, nullptr);
            return 0;
        }
        epoll_event interest{};
        if ((what & CURL_POLL_IN) != 0) interest.events |= EPOLLIN;
        if ((what & CURL_POLL_OUT) != 0) interest.events |= EPOLLOUT;
        interest.data.fd = socket;
        if (::epoll_ctl(self.epoll_, EPOLL_CTL_MOD, socket, &interest) != 0)
            ::epoll_ctl(self.epoll_, EPOLL_CTL_ADD, socket, &interest);
        return 0;
    }
    static int on_timer(::CURLM*, long milliseconds, void* to) {
        auto& self = *static_cast<CurlDownloader*>(to);
        self.due_at_.reset();
        if (milliseconds >= 0) self.due_at_ = self.now_ + Duration{milliseconds};
        return 0;
    }
};

CurlDownloader::CurlDownloader(DownloadSetup setup) : setup_(std::move(setup)) {
    static std::once_flag once;
    std::call_once(once, [] { ::curl_global_init(CURL_GLOBAL_DEFAULT); });
    multi_ = ::curl_multi_init();
}

CurlDownloader::~CurlDownloader() {
    while (!transfers_.empty()) abandon(transfers_.begin()->first);
    ::curl_multi_cleanup(multi_);
    if (epoll_ >= 0) ::close(epoll_);
}

Status CurlDownloader::open() {
    if (!setup_.ca_file.empty() && ::access(setup_.ca_file.c_str(), R_OK) != 0)
        return invalid("sim.download.ca", "ca", "a file of PEM certificates that can be read", setup_.ca_file);
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    if (epoll_ < 0) return internal_error("sim.download.epoll", std::generic_category().message(errno));
    ::curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Callbacks::on_socket);
    ::curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    ::curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Callbacks::on_timer);
    ::curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    ::curl_multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
    return {};
}

void CurlDownloader::start(std::uint32_t device, const Fetch& fetch, Timestamp now) {
    now_ = now;
    abandon(device);
    auto& transfer = *(transfers_[device] = std::make_unique<Transfer>(device, fetch));
    transfer.headers = ::curl_slist_append(nullptr, ("Authorization: Bearer " + fetch.token).c_str());
    const auto set = [&transfer](::CURLoption option, auto value) {
        ::curl_easy_setopt(transfer.curl, option, value);
    };
    set(CURLOPT_URL, fetch.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
    set(CURLOPT_HTTPHEADER, transfer.headers);
    set(CURLOPT_PROXY, "");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_ERRORBUFFER, transfer.reason);
    set(CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(CURLOPT_LOW_SPEED_TIME, std::max(1L, static_cast<long>(setup_.patience.count() / 1'000)));
    set(CURLOPT_WRITEFUNCTION, &Callbacks::on_body);
    set(CURLOPT_WRITEDATA, &transfer);
    set(CURLOPT_PRIVATE, &transfer);
    if (setup_.bytes_per_second > 0)
        set(CURLOPT_MAX_RECV_SPEED_LARGE, static_cast<curl_off_t>(setup_.bytes_per_second));
    if (!setup_.ca_file.empty()) set(CURLOPT_CAINFO, setup_.ca_file.c_str());
    if (setup_.insecure) {
        set(CURLOPT_SSL_VERIFYPEER, 0L);
        set(CURLOPT_SSL_VERIFYHOST, 0L);
    }
    // Besides being a device's own, the source keeps one device from going on over the connection of another.
    if (const auto source = loopback_source(host_of(fetch.url), device); !source.empty())
        set(CURLOPT_INTERFACE, ("host!" + source).c_str());
    begin(transfer);
}

void CurlDownloader::begin(Transfer& transfer) {
    const auto& fetch = transfer.fetch;
    const auto set = [&transfer](::CURLoption option, auto value) {
        ::curl_easy_setopt(transfer.curl, option, value);
    };
    transfer.block_begin = transfer.received();
    transfer.block_end = fetch.size;
    if (in_blocks(fetch.how)) {
        transfer.block_end = std::min(fetch.size, transfer.block_begin + setup_.block_size);
        const std::uint64_t base = counts_from_one(fetch.how) ? 1 : 0;
        const auto range =
            std::to_string(transfer.block_begin + base) + '-' + std::to_string(transfer.block_end - 1 + base);
        set(CURLOPT_RANGE, range.c_str());
    }
    const bool is_last = transfer.block_end == fetch.size;
    set(CURLOPT_FRESH_CONNECT, transfer.requests == 0 ? 1L : 0L);
    set(CURLOPT_FORBID_REUSE, is_last ? 1L : 0L);
    ++transfer.requests;
    ::curl_multi_add_handle(multi_, transfer.curl);
}

void CurlDownloader::abandon(std::uint32_t device) {
    const auto found = transfers_.find(device);
    if (found == transfers_.end()) return;
    ::curl_multi_remove_handle(multi_, found->second->curl);
    transfers_.erase(found);
}

void CurlDownloader::act(int socket, int events) {
    int running = 0;
    ::curl_multi_socket_action(multi_, socket, events, &running);
}

void CurlDownloader::turn(Timestamp now) {
    now_ = now;
    std::array<epoll_event, 256> events;
    const auto count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 0);
    for (int i = 0; i < count; ++i) {
        const auto& event = events[static_cast<std::size_t>(i)];
        int what = 0;
        if ((event.events & EPOLLIN) != 0) what |= CURL_CSELECT_IN;
        if ((event.events & EPOLLOUT) != 0) what |= CURL_CSELECT_OUT;
        if ((event.events & (EPOLLERR | EPOLLHUP)) != 0) what |= CURL_CSELECT_ERR;
        act(event.data.fd, what);
    }
    if (due_at_ && *due_at_ <= now) {
        due_at_.reset();
        act(CURL_SOCKET_TIMEOUT, 0);
    }
    take_finished();
}

void CurlDownloader::take_finished() {
    int left = 0;
    while (const auto* message = ::curl_multi_info_read(multi_, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        void* transfer = nullptr;
        ::curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        const auto code = message->data.result;
        ::curl_multi_remove_handle(multi_, message->easy_handle);
        finish(*static_cast<Transfer*>(transfer), code);
    }
}

void CurlDownloader::finish(Transfer& transfer, int curl_code) {
    using End = FetchOutcome::End;
    const auto status = transfer.status();
    if (curl_code != CURLE_OK) {
        const auto* reason =
            transfer.reason[0] != '\0' ? transfer.reason : ::curl_easy_strerror(static_cast<::CURLcode>(curl_code));
        end(transfer, transfer.is_at_break() ? End::Scripted : End::Broken, reason);
        return;
    }
    const bool blocks = in_blocks(transfer.fetch.how);
    const bool is_right = blocks ? status == 206 || (status == 200 && transfer.block_begin == 0) : status == 200;
    if (!is_right) {
        end(transfer, end_of_status(status), "HTTP status " + std::to_string(status));
    } else if (transfer.is_at_break()) {
        end(transfer, End::Scripted);
    } else if (transfer.received() == transfer.fetch.size) {
        end(transfer, End::Whole);
    } else if (blocks && transfer.received() == transfer.block_end) {
        begin(transfer);
    } else {
        end(transfer, End::Broken,
            std::to_string(transfer.received()) + " bytes after a request up to " +
                std::to_string(transfer.block_end));
    }
}

void CurlDownloader::end(Transfer& transfer, FetchOutcome::End how, std::string error) {
    outcomes_.emplace_back(
        transfer.device,
        FetchOutcome{
            .end = how, .status = transfer.status(), .requests = transfer.requests, .error = std::move(error)});
    transfers_.erase(transfer.device);
}

}  // namespace cellwise::sim::mqtt
