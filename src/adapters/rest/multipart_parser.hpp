// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/result.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace cellwise::rest {

/// The boundary of a multipart/form-data Content-Type (RFC 7578, RFC 2046 5.1.1); nothing when it is none.
std::optional<std::string> multipart_boundary(std::string_view content_type);

/// Takes a multipart/form-data body apart as it comes. Memory: one piece and one part's header. Errors: InvalidInput
/// "multipart.malformed", and whatever the events say.
class MultipartParser {
 public:
    struct Part {
        std::string name{};
        std::string file_name{};
    };
    struct Events {
        std::function<Status(const Part&)> on_part{};
        std::function<Status(ByteView)> on_data{};
    };

    MultipartParser(std::string_view boundary, Events events);

    Status write(ByteView piece);
    /// After the last piece: did the closing boundary come?
    Status finish() const;

 private:
    enum class Stage { Preamble, AfterBoundary, Header, Data, Epilogue };

    Status step(bool& progress);
    Status read_data(bool& progress);
    Status read_after_boundary(bool& progress);
    Status read_header(bool& progress);
    Status give(std::string_view data);

    std::string delimiter_;  ///< CRLF, two dashes, the boundary
    Events events_;
    Stage stage_ = Stage::Preamble;
    std::string held_;  ///< read, not yet given on
};

}  // namespace cellwise::rest
