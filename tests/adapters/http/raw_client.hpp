// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cellwise::http::testing {

struct RawResponse {
    int status = 0;      ///< 0: the connection ended before a whole head
    std::string head{};  ///< status line and fields, without the blank line
    std::string body{};
    std::string field(std::string_view name) const;  ///< of that exact name; empty when it is not there
};

/// A TCP connection to 127.0.0.1 that sends exactly what it is told. Reads give up after 20 s, far from any limit
/// that a test waits for.
class RawClient {
 public:
    explicit RawClient(std::uint16_t port) : RawClient(port, "127.0.0.1") {}
    /// From that address of this machine.
    RawClient(std::uint16_t port, const char* from);
    virtual ~RawClient();
    RawClient(RawClient&& other) noexcept;
    RawClient& operator=(RawClient&&) = delete;

    /// False when the other side has closed.
    virtual bool send(std::string_view bytes);
    void shutdown_send();
    /// Closes with a reset.
    void reset();

    /// One response by its Content-Length; `of_head`: of a HEAD request.
    RawResponse read_response(bool of_head = false);
    /// Exactly so many bytes, or fewer where the connection ends.
    std::string read(std::size_t count);
    /// What one receive gives; under TLS that is of one record. Empty at the end.
    std::string read_piece();
    /// What comes until the other side closes.
    std::string read_all();
    bool closed_by_peer();
    /// Has something come, or the end?
    bool readable() const;

 protected:
    int socket() const { return socket_; }
    /// As recv does.
    virtual std::ptrdiff_t receive(char* room, std::size_t size);

 private:
    bool fill();

    int socket_ = -1;
    std::string waiting_;
};

/// `GET path` with a Host field and whatever else.
std::string get(std::string_view path, std::string_view fields = {});
std::string post(std::string_view path, std::string_view body, std::string_view fields = {});

}  // namespace cellwise::http::testing
