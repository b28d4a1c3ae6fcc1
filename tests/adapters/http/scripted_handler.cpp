// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/http/scripted_handler.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <stdexcept>
#include <utility>

namespace cellwise::http::testing {
namespace {

std::string echo_of(const ports::HttpRequest& request) {
    std::string out = std::string(to_string(request.method)) + " " + request.path + "?";
    for (const auto& [name, value] : request.query) out += name + "=" + value + ";";
    out += " " + request.body + "\n";
    for (const auto& [name, value] : request.headers) out += name + ": " + value + "\n";
    return out;
}

int status_in(std::string_view path) {
    int status = 0;
    std::from_chars(path.data() + 1, path.data() + path.size(), status);
    return status == 0 ? 200 : status;
}

}  // namespace

Status CountingSink::write(ByteView piece) {
    if (gate.valid()) gate.wait();
    bytes += piece.size();
    largest_piece = std::max(largest_piece.load(), piece.size());
    unsigned added = 0;
    for (const auto byte : piece) added += byte;
    sum += added;
    if (bytes > fail_at) return Error{ErrorKind::StorageFull, "test.disk_full", "no room"};
    return {};
}

Result<std::shared_ptr<ports::BodySink>> ScriptedHandler::open_body(const ports::HttpRequest& head) {
    if (head.path == "/refused") return Error{ErrorKind::Forbidden, "test.refused", "not you"};
    if (head.path == "/throws-early") throw std::runtime_error("open_body threw");
    if (head.path == "/sink") return std::shared_ptr<ports::BodySink>(sink);
    return std::shared_ptr<ports::BodySink>{};
}

void ScriptedHandler::handle(ports::HttpRequest request, std::shared_ptr<ports::BodySink> taken,
                             ports::Respond respond) {
    const std::lock_guard lock(mutex_);
    ++requests;
    changed_.notify_all();
    const auto& path = request.path;
    if (path == "/held") {
        held_.push_back(std::move(respond));
    } else if (path == "/throws") {
        throw std::runtime_error("handle threw");
    } else if (path == "/echo") {
        respond({.headers = {{"Content-Type", "text/plain"}}, .body = echo_of(request)});
    } else if (path == "/sink") {
        EXPECT_EQ(taken, sink);
        respond({.body = std::to_string(sink->bytes)});
    } else if (path == "/origin") {
        respond({.body = (request.over_tls ? "tls " : "plain ") + request.client_subject});
    } else if (path == "/twice") {
        respond({.body = "first"});
        respond({.body = "second"});
    } else if (path != "/dropped") {
        respond({.status = status_in(path), .headers = {{"Content-Type", "application/json"}}, .body = {}});
    }
}

ports::HttpResponse ScriptedHandler::refuse(const ports::HttpRequest& head, const Error& error) {
    if (head.path == "/throws-in-refuse") throw std::runtime_error("refuse threw");
    const int status = error.kind == ErrorKind::Internal ? 500 : 400;
    return {.status = status, .headers = {{"X-Path", head.path}}, .body = error.code};
}

ports::Respond ScriptedHandler::take_held() {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(20), [this] { return !held_.empty(); }));
    auto respond = std::move(held_.front());
    held_.erase(held_.begin());
    return respond;
}

void ScriptedHandler::wait_for_requests(int count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(20), [&] { return requests >= count; }));
}

}  // namespace cellwise::http::testing
