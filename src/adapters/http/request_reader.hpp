// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/http/line_ends.hpp"

#include "cellwise/ports/http.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace cellwise::http {

/// How many bytes of the front are blank lines (CRLF, or a lone LF): RFC 9112, 2.2 lets a server pass over them.
std::size_t blank_lines_before(std::string_view bytes);

/// Reads one request out of bytes, however they are cut: no socket, no waiting. Whatever could be framed in two ways
/// is an error (RFC 9112, 6.3 and 11.2): who sits before us must not see other requests than we do.
class RequestReader {
 public:
    enum class State {
        Head,   ///< the head is not complete
        Body,   ///< the head is, the body is not
        Done,   ///< all of it was read; what follows is another request
        Failed  ///< see error(); the connection cannot be used any more
    };
    /// Takes a piece of the body; its error becomes error().
    using TakeBody = std::function<Status(ByteView)>;

    /// A head of more than `header_limit` bytes is refused.
    explicit RequestReader(std::size_t header_limit, LineEnds line_ends = LineEnds::Strict);
    ~RequestReader();

    /// Both return how many bytes of the front they used up. 0 in an unchanged state: they need more to go on.
    std::size_t read_head(std::string_view bytes);
    std::size_t read_body(std::string_view bytes, const TakeBody& take);

    State state() const;
    /// "http.*" codes, or what TakeBody said.
    const Error& error() const;

    /// Method, path, query and headers, from state Body on; in state Failed as much of it as was understood.
    ports::HttpRequest& request();
    /// What is left of the body; nothing when it is chunked.
    std::optional<std::uint64_t> content_length() const;
    /// May another request follow? In state Done only.
    bool keep_alive() const;
    bool is_http_1_0() const;

 private:
    class Parser;
    std::size_t read_lenient_head(std::string_view bytes);

    std::unique_ptr<Parser> parser_;
    std::size_t header_limit_;
    LineEnds line_ends_;
    std::size_t looked_at_ = 0;  ///< of a head that may end its lines by LF: so many bytes hold no end
};

}  // namespace cellwise::http
