// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace cellwise::ctl::test {

/// An HTTP server with answers learned by heart, which remembers what it was asked. It shares no code with the
/// daemon's, nor with the client: what is on the wire is what counts.
class StubApi {
 public:
    struct Seen {
        std::string method;
        std::string target;                          ///< as on the wire
        std::map<std::string, std::string> headers;  ///< names in lower case
        std::string body;
    };
    struct Answer {
        int status = 200;
        std::string body{};
        std::string content_type = "application/json";
        bool breaks_off = false;  ///< closes in the middle of the request's body instead
        bool hangs_up = false;    ///< closes when the request has come instead
    };

    StubApi();
    StubApi(const StubApi&) = delete;
    StubApi& operator=(const StubApi&) = delete;
    ~StubApi();

    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    int port() const { return port_; }

    /// For "GET /api/v1/tasks?limit=50". Several for one are given in turn, the last for ever. What nobody said is
    /// 404.
    void answers(const std::string& request, Answer answer);
    void refuses(const std::string& request, int status, const std::string& code);
    /// In the order of coming.
    std::vector<Seen> seen() const;
    /// "GET /api/v1/tasks?limit=50" of each.
    std::vector<std::string> requests() const;
    std::string last_body() const;

 private:
    void serve();
    void converse(int connection);
    bool answer_one(int connection, std::string& received);
    Answer answer_to(const Seen& request);

    int listener_ = -1;
    int port_ = 0;
    std::atomic<bool> stopping_{false};
    mutable std::mutex mutex_;
    std::map<std::string, std::deque<Answer>> answers_{};
    std::vector<Seen> seen_{};
    std::vector<int> connections_{};
    std::vector<std::jthread> conversations_{};
    std::jthread server_{};
};

}  // namespace cellwise::ctl::test
