// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/http_server.hpp"
#include "targets.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>
#include <string_view>
#include <unistd.h>

namespace cellwise::fuzz {
namespace {

/// Answers with what it understood, so that two readings of the same bytes can be compared.
struct EchoHandler final : ports::HttpHandler {
    struct Sink final : ports::BodySink {
        Status write(ByteView piece) override {
            bytes += piece.size();
            return {};
        }
        std::size_t bytes = 0;
    };
    Result<std::shared_ptr<ports::BodySink>> open_body(const ports::HttpRequest& head) override {
        if (head.path == "/refused") return Error{ErrorKind::Forbidden, "fuzz.refused", "not you"};
        if (head.path == "/sink") return std::shared_ptr<ports::BodySink>(std::make_shared<Sink>());
        return std::shared_ptr<ports::BodySink>{};
    }
    void handle(ports::HttpRequest request, std::shared_ptr<ports::BodySink> sink, ports::Respond respond) override {
        std::string seen = std::string(to_string(request.method)) + ' ' + request.path + '\n';
        for (const auto& [name, value] : request.query) seen += name + '=' + value + '\n';
        for (const auto& [name, value] : request.headers) seen += name + ':' + value + '\n';
        seen += sink ? std::to_string(static_cast<Sink&>(*sink).bytes) : request.body;
        respond({.body = std::move(seen)});
    }
    ports::HttpResponse refuse(const ports::HttpRequest&, const Error& error) override {
        return {.status = 400, .body = error.code};
    }
};

struct Served {
    EchoHandler handler{};
    http::HttpServer server{{.threads = 1, .limits = {.header_bytes = 2'048, .body_bytes = 2'048}}, handler};
    Served() { CELLWISE_ASSERT(server.start().has_value()); }
};

/// libFuzzer looks at its clock by signals, which end a call that waits: then an answer would seem to be a short one.
template <class Call>
ssize_t uninterrupted(Call call) {
    for (;;) {
        const auto result = call();
        if (result >= 0 || errno != EINTR) return result;
    }
}

/// What the server says to these bytes when they come in two pieces, and then no more.
std::string answers_to(std::uint16_t port, std::string_view bytes, std::size_t cut) {
    const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto* where = reinterpret_cast<const sockaddr*>(&address);
    CELLWISE_ASSERT(uninterrupted([&] { return ::connect(client, where, sizeof address); }) == 0);
    // Closed with a reset in the end: ports that linger would soon be used up.
    const linger reset{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    for (const auto piece : {bytes.substr(0, cut), bytes.substr(cut)}) {
        // The server drains what comes behind its last answer: it never refuses to take the second piece.
        const auto send = [&] { return ::send(client, piece.data(), piece.size(), MSG_NOSIGNAL); };
        if (!piece.empty()) CELLWISE_ASSERT(uninterrupted(send) == static_cast<ssize_t>(piece.size()));
    }
    ::shutdown(client, SHUT_WR);
    std::string all;
    char piece[4'096];
    const auto receive = [&] { return ::recv(client, piece, sizeof piece, 0); };
    ssize_t count = 0;
    while ((count = uninterrupted(receive)) > 0) all.append(piece, static_cast<std::size_t>(count));
    CELLWISE_ASSERT(count == 0);  // the end is said, not a reset
    ::close(client);
    return all;
}

/// An interim answer comes only where the body is late, which is a matter of how the bytes were cut.
std::string without_interim(std::string text) {
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    for (auto at = text.find(kContinue); at != std::string::npos; at = text.find(kContinue, at)) {
        text.erase(at, kContinue.size());
    }
    return text;
}

/// Who leaves within a head hears nothing, or that it is malformed: Beast looks into what comes first as far as it
/// goes, and into more only when the head is whole. That refusal alone may be missing, and only at the end.
bool say_the_same(std::string_view one, std::string_view other) {
    if (one.size() < other.size()) std::swap(one, other);
    if (!one.starts_with(other)) return false;
    const auto rest = one.substr(other.size());
    return rest.empty() || (rest.starts_with("HTTP/1.1 400 Bad Request\r\n") && rest.rfind("HTTP/1.1 ") == 0 &&
                            rest.find("Connection: close\r\n") != std::string_view::npos);
}

}  // namespace

/// A whole session over a socket. However its bytes are cut it says the same, and it ends.
void fuzz_http_session(ByteView input) {
    static Served served;
    const auto bytes = as_text(input);
    const auto whole = without_interim(answers_to(served.server.port(), bytes, bytes.size()));
    const auto cut = input.empty() ? 0 : input[0] % input.size();
    CELLWISE_ASSERT(say_the_same(whole, without_interim(answers_to(served.server.port(), bytes, cut))));
    CELLWISE_ASSERT(whole.empty() || whole.starts_with("HTTP/1.1 "));
}

}  // namespace cellwise::fuzz
