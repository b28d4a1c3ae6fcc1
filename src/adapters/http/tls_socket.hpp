// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

struct ssl_st;
struct ssl_ctx_st;

namespace cellwise::http {

/// The server's side of TLS right on a socket that does not block: nothing is copied on the way, and between two
/// calls it holds no buffer but that of a record which did not fit into the socket. One thread at a time; the socket
/// is the caller's and is open whenever he calls.
class TlsSocket {
 public:
    enum class Want {
        Nothing,   ///< it is done
        Readable,  ///< call again when the socket is
        Writable,  ///< the same
        Ended,     ///< the client has said that nothing more comes
        Failed     ///< the connection is of no use any more
    };
    struct Step {
        Want want = Want::Nothing;
        std::size_t count = 0;  ///< bytes
    };
    /// Of a record's content: more is never taken at once.
    static constexpr std::size_t kRecord = 16 * 1024;

    TlsSocket(int socket, ssl_ctx_st& context);

    Step shake_hands();
    Step read(std::span<char> room);
    /// At most a record. After Writable the call is repeated with the same bytes, and perhaps more behind them.
    Step write(std::span<const char> bytes);
    /// Says that nothing more comes (RFC 8446, 6.1) and waits for the same word.
    Step say_goodbye();

    /// The subject of the client's certificate, which was verified; empty when it showed none.
    std::string client_subject() const;

 private:
    struct Free {
        void operator()(ssl_st* ssl) const;
    };
    Step step_after(int result);

    std::unique_ptr<ssl_st, Free> ssl_;
};

}  // namespace cellwise::http
