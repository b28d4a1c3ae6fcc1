// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

namespace cellwise::http {

/// Finds the status of a response and where it ends; the body is thrown away.
class ResponseReader {
 public:
    explicit ResponseReader(std::size_t header_limit);
    ~ResponseReader();

    /// Returns how many bytes of the front it used up; 0: it needs more. Interim responses (1xx) are passed over.
    /// Errors: "http.response.malformed".
    Result<std::size_t> read(std::string_view bytes);
    /// The other side has closed. Errors: "http.response.incomplete".
    Status read_end();

    /// Of the final response, once its head was read.
    std::optional<int> status() const;
    bool done() const;
    std::size_t body_size() const;

 private:
    class Parser;
    std::size_t header_limit_;
    std::unique_ptr<Parser> parser_;
};

}  // namespace cellwise::http
