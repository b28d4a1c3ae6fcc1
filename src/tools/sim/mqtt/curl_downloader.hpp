// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/mqtt/downloader.hpp"

#include <map>
#include <memory>

namespace cellwise::sim::mqtt {

/// Whole files and files in blocks, over HTTP/1.1 with and without TLS, by libcurl.
class CurlDownloader final : public Downloader {
 public:
    explicit CurlDownloader(DownloadSetup setup);
    ~CurlDownloader() override;

    Status open() override;
    int descriptor() const override { return epoll_; }
    void start(std::uint32_t device, const Fetch& fetch, Timestamp now) override;
    void abandon(std::uint32_t device) override;
    void turn(Timestamp now) override;
    std::optional<Timestamp> deadline() const override { return due_at_; }
    std::vector<Outcome> take_outcomes() override { return std::exchange(outcomes_, {}); }

 private:
    struct Transfer;
    struct Callbacks;

    void begin(Transfer& transfer);
    void act(int socket, int events);
    void take_finished();
    void finish(Transfer& transfer, int curl_code);
    void end(Transfer& transfer, FetchOutcome::End how, std::string error = {});

    DownloadSetup setup_;
    int epoll_ = -1;
    void* multi_ = nullptr;
    Timestamp now_{};
    std::optional<Timestamp> due_at_;
    std::map<std::uint32_t, std::unique_ptr<Transfer>> transfers_;
    std::vector<Outcome> outcomes_;
};

}  // namespace cellwise::sim::mqtt
