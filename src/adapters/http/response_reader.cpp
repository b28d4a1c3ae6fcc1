// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/response_reader.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

namespace cellwise::http {
namespace {

namespace beast_http = boost::beast::http;
using boost::beast::string_view;
using boost::system::error_code;

}  // namespace

class ResponseReader::Parser final : public beast_http::basic_parser<false> {
 public:
    explicit Parser(std::size_t limit) {
        header_limit(static_cast<std::uint32_t>(limit));
        body_limit(boost::none);  // the caller stops reading when he has had enough
    }

    int status = 0;
    std::size_t body_size = 0;

 private:
    void on_request_impl(beast_http::verb, string_view, string_view, int, error_code& code) override { code = {}; }
    void on_response_impl(int answered, string_view, int, error_code& code) override {
        code = {};
        status = answered;
    }
    void on_field_impl(beast_http::field, string_view, string_view, error_code& code) override { code = {}; }
    void on_header_impl(error_code& code) override { code = {}; }
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code& code) override { code = {}; }
    std::size_t on_body_impl(string_view body, error_code& code) override { return count(body, code); }
    void on_chunk_header_impl(std::uint64_t, string_view, error_code& code) override { code = {}; }
    std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code& code) override {
        return count(body, code);
    }
    void on_finish_impl(error_code& code) override { code = {}; }

    std::size_t count(string_view body, error_code& code) {
        code = {};
        body_size += body.size();
        return body.size();
    }
};

ResponseReader::ResponseReader(std::size_t header_limit)
    : header_limit_(header_limit), parser_(std::make_unique<Parser>(header_limit)) {}
ResponseReader::~ResponseReader() = default;

Result<std::size_t> ResponseReader::read(std::string_view bytes) {
    error_code code;
    const auto used = parser_->put({bytes.data(), bytes.size()}, code);
    if (code && code != beast_http::error::need_more) {
        return Error{ErrorKind::Unavailable, "http.response.malformed",
                     "the answer is not well-formed HTTP: " + code.message()};
    }
    if (parser_->is_done() && parser_->status / 100 == 1) parser_ = std::make_unique<Parser>(header_limit_);
    return used;
}

Status ResponseReader::read_end() {
    error_code code;
    if (parser_->got_some()) parser_->put_eof(code);
    if (!parser_->is_done()) {
        return Error{ErrorKind::Unavailable, "http.response.incomplete",
                     "the connection closed before the answer's end"};
    }
    return {};
}

std::optional<int> ResponseReader::status() const {
    return parser_->is_header_done() ? std::optional(parser_->status) : std::nullopt;
}
bool ResponseReader::done() const { return parser_->is_done(); }
std::size_t ResponseReader::body_size() const { return parser_->body_size; }

}  // namespace cellwise::http
