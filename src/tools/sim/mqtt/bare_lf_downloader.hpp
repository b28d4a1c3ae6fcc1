// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/mqtt/downloader.hpp"

#include <map>
#include <memory>

struct ssl_ctx_st;

namespace cellwise::sim::mqtt {

/// Downloads as a widely used device SDK does: one TLS connection, a request with bare line feeds and
/// "Authorization:Bearer", no Range, and an answer whose header must come whole in the first record.
class BareLfDownloader final : public Downloader {
 public:
    explicit BareLfDownloader(DownloadSetup setup);
    ~BareLfDownloader() override;

    Status open() override;
    int descriptor() const override { return epoll_; }
    void start(std::uint32_t device, const Fetch& fetch, Timestamp now) override;
    void abandon(std::uint32_t device) override;
    void turn(Timestamp now) override;
    std::optional<Timestamp> deadline() const override;
    std::vector<Outcome> take_outcomes() override { return std::exchange(outcomes_, {}); }

 private:
    struct Transfer;

    std::string connect(Transfer& transfer);
    void advance(Transfer& transfer);
    bool shake_hands(Transfer& transfer);
    bool send_request(Transfer& transfer);
    /// False: no more for now, or it has ended.
    bool receive(Transfer& transfer);
    bool take_head(Transfer& transfer, std::string_view record);
    bool take_body(Transfer& transfer, std::string_view bytes);
    /// After a call that did not go through: waits, or ends. Always false.
    bool wait_or_end(Transfer& transfer, int result, const char* doing);
    void end(Transfer& transfer, FetchOutcome::End how, std::string error = {});

    DownloadSetup setup_;
    int epoll_ = -1;
    ssl_ctx_st* tls_ = nullptr;
    Timestamp now_{};
    std::map<std::uint32_t, std::unique_ptr<Transfer>> transfers_;
    std::vector<Outcome> outcomes_;
};

}  // namespace cellwise::sim::mqtt
