// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/request_reader.hpp"

#include "adapters/http/request_target.hpp"

#include "cellwise/base/bytes.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace cellwise::http {
namespace {

namespace beast_http = boost::beast::http;
using boost::beast::string_view;
using boost::system::error_code;

std::string_view view(string_view text) { return {text.data(), text.size()}; }

ports::HttpMethod method_of(beast_http::verb verb) {
    switch (verb) {
        case beast_http::verb::get:
            return ports::HttpMethod::Get;
        case beast_http::verb::head:
            return ports::HttpMethod::Head;
        case beast_http::verb::post:
            return ports::HttpMethod::Post;
        case beast_http::verb::put:
            return ports::HttpMethod::Put;
        case beast_http::verb::patch:
            return ports::HttpMethod::Patch;
        case beast_http::verb::delete_:
            return ports::HttpMethod::Delete;
        default:
            return ports::HttpMethod::Other;
    }
}

Error malformed(std::string field, std::string message) {
    return invalid("http.request.malformed", std::move(field), std::move(message));
}

Error not_chunked() { return malformed("Transfer-Encoding", "must be 'chunked', once and alone, and in HTTP/1.1"); }

Error head_too_large() {
    return Error{ErrorKind::TooLarge, "http.header.too_large", "the request's head is too large"};
}

Error error_of(const error_code& code) {
    if (code == beast_http::error::header_limit) return head_too_large();
    if (code == beast_http::error::bad_version) {
        return Error{ErrorKind::Unsupported, "http.version.unsupported", "only HTTP/1.0 and HTTP/1.1 are spoken"};
    }
    return malformed({}, "the request is not well-formed HTTP: " + code.message());
}

/// Characters of a host with its port (RFC 3986, 3.2.2), and no more: a path, a user or a list would mean one host to
/// us and another to whoever reads it next.
bool is_host(std::string_view value) {
    constexpr std::string_view kMarks = "-._~%!$&'()*+;=:[]";
    return std::all_of(value.begin(), value.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               kMarks.find(c) != std::string_view::npos;
    });
}

/// Where a head ends whose lines end by CRLF or LF: behind its first blank line. Nothing before `from` is such an
/// end.
std::optional<std::size_t> end_of_head(std::string_view bytes, std::size_t from) {
    for (auto at = bytes.find('\n', from); at != std::string_view::npos; at = bytes.find('\n', at + 1)) {
        const auto next = bytes.substr(at + 1, 2);
        if (next.starts_with('\n')) return at + 2;
        if (next == "\r\n") return at + 3;
    }
    return std::nullopt;
}

std::string with_crlf(std::string_view head) {
    std::string out;
    out.reserve(head.size() + 64);
    for (const char c : head) {
        if (c == '\n' && !out.ends_with('\r')) out += '\r';
        out += c;
    }
    return out;
}

}  // namespace

std::size_t blank_lines_before(std::string_view bytes) {
    std::size_t count = 0;
    for (;;) {
        const auto rest = bytes.substr(count);
        if (rest.starts_with("\r\n")) {
            count += 2;
        } else if (rest.starts_with('\n')) {
            count += 1;
        } else {
            return count;
        }
    }
}

/// Beast's parser with our own storage behind it: no Beast container is filled and copied.
class RequestReader::Parser final : public beast_http::basic_parser<true> {
 public:
    explicit Parser(std::size_t limit) {
        header_limit(static_cast<std::uint32_t>(limit));
        body_limit(boost::none);  // whoever takes the body has a limit of his own
    }

    std::size_t read_head(std::string_view bytes) {
        const auto used = read(bytes);
        if (state != State::Failed && is_folded(bytes.substr(0, used))) {
            fail(malformed({}, "a field must stand on one line (RFC 9112, 5.2)"));
        }
        return used;
    }

    std::size_t read(std::string_view bytes) {
        error_code code;
        const auto used = put({bytes.data(), bytes.size()}, code);
        if (code && code != beast_http::error::need_more && state != State::Failed) fail(error_of(code));
        return used;
    }

    void fail(Error why) {
        state = State::Failed;
        error = std::move(why);
    }

    State state = State::Head;
    Error error;
    ports::HttpRequest request;
    bool http_1_0 = false;
    const TakeBody* take = nullptr;

 private:
    /// Beast joins folded lines, others take the second for a field of its own.
    bool is_folded(std::string_view taken) {
        bool folded = line_ended_ && (taken.starts_with(' ') || taken.starts_with('\t'));
        for (auto at = taken.find('\n'); at != std::string_view::npos && !folded; at = taken.find('\n', at + 1)) {
            const auto next = taken.substr(at + 1, 1);
            folded = next == " " || next == "\t";
        }
        if (!taken.empty()) line_ended_ = taken.back() == '\n';
        return folded;
    }

    void stop(Error why, error_code& code) {
        fail(std::move(why));
        code = beast_http::error::end_of_stream;  // any error stops the parser
    }

    void on_request_impl(beast_http::verb verb, string_view, string_view target, int version,
                         error_code& code) override {
        code = {};
        http_1_0 = version < 11;
        request.method = method_of(verb);
        auto parsed = parse_request_target(view(target));
        if (!parsed) {
            // The face that refuses it is still chosen by the path, as far as that can be told.
            request.path = view(target.substr(0, target.find('?')));
            return stop(parsed.error(), code);
        }
        request.path = std::move(parsed->path);
        request.query = std::move(parsed->query);
    }

    void on_response_impl(int, string_view, int, error_code& code) override { code = {}; }

    void on_field_impl(beast_http::field field, string_view name, string_view value, error_code& code) override {
        code = {};
        if (state != State::Head) return;  // a trailer: nobody needs one, and it must not change what was decided
        if (field == beast_http::field::host) {
            ++hosts_;
            if (!is_host(view(value))) {
                return stop(malformed("Host", "must be a host and perhaps a port"), code);
            }
        }
        if (field == beast_http::field::transfer_encoding) {
            // Beast would take a list that ends in 'chunked', and hand on what is compressed beneath.
            if (has_transfer_encoding_ || !boost::beast::iequals(value, "chunked")) return stop(not_chunked(), code);
            has_transfer_encoding_ = true;
        }
        request.headers.emplace_back(view(name), view(value));
    }

    void on_header_impl(error_code& code) override {
        code = {};
        if (has_transfer_encoding_ && (!chunked() || http_1_0)) {
            // Beast would take such a request for one without a body.
            return stop(not_chunked(), code);
        }
        if (hosts_ > 1 || (hosts_ == 0 && !http_1_0)) return stop(malformed("Host", "must be there once"), code);
        state = State::Body;
    }

    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code& code) override { code = {}; }

    std::size_t on_body_impl(string_view body, error_code& code) override { return take_body(body, code); }

    void on_chunk_header_impl(std::uint64_t, string_view, error_code& code) override { code = {}; }

    std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code& code) override {
        return take_body(body, code);
    }

    void on_finish_impl(error_code& code) override {
        code = {};
        state = State::Done;
    }

    std::size_t take_body(string_view body, error_code& code) {
        code = {};
        const Status taken = (*take)(as_bytes(view(body)));
        if (!taken) stop(taken.error(), code);
        return body.size();
    }

    bool line_ended_ = false;  ///< the last byte of the head that was taken
    int hosts_ = 0;
    bool has_transfer_encoding_ = false;
};

RequestReader::RequestReader(std::size_t header_limit, LineEnds line_ends)
    : parser_(std::make_unique<Parser>(header_limit)), header_limit_(header_limit), line_ends_(line_ends) {}
RequestReader::~RequestReader() = default;

std::size_t RequestReader::read_head(std::string_view bytes) {
    if (line_ends_ == LineEnds::AlsoLone) return read_lenient_head(bytes);
    // RFC 9112, 2.2: some clients end a body with a CRLF that they did not count.
    if (!parser_->got_some() && bytes.starts_with("\r\n")) return 2;
    if (!parser_->got_some() && bytes == "\r") return 0;
    return parser_->read_head(bytes);
}

/// Beast takes no lone LF, so it is given the head as it should have been written, and whole.
std::size_t RequestReader::read_lenient_head(std::string_view bytes) {
    if (const auto blank = blank_lines_before(bytes); blank > 0) return blank;
    const auto end = end_of_head(bytes, looked_at_);
    if (!end) {
        // What ends it is three bytes, of which two may be here.
        looked_at_ = bytes.size() < 2 ? 0 : bytes.size() - 2;
        if (bytes.size() > header_limit_) parser_->fail(head_too_large());
        return 0;
    }
    parser_->read_head(with_crlf(bytes.substr(0, *end)));
    // A head that was not understood to its end would be read again as what it is not.
    if (parser_->state == State::Head) parser_->fail(malformed({}, "the request's head is not well-formed"));
    return *end;
}

std::size_t RequestReader::read_body(std::string_view bytes, const TakeBody& take) {
    parser_->take = &take;
    const auto used = parser_->read(bytes);
    parser_->take = nullptr;
    return used;
}

RequestReader::State RequestReader::state() const { return parser_->state; }
const Error& RequestReader::error() const { return parser_->error; }
ports::HttpRequest& RequestReader::request() { return parser_->request; }

std::optional<std::uint64_t> RequestReader::content_length() const {
    const auto length = parser_->content_length_remaining();
    return length ? std::optional(*length) : std::nullopt;
}

bool RequestReader::keep_alive() const { return state() == State::Done && parser_->keep_alive(); }
bool RequestReader::is_http_1_0() const { return parser_->http_1_0; }

}  // namespace cellwise::http
