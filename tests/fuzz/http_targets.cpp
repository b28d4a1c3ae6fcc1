// SPDX-License-Identifier: Apache-2.0
#include "adapters/download/byte_range.hpp"
#include "adapters/http/request_reader.hpp"
#include "adapters/http/request_target.hpp"
#include "adapters/rest/multipart_parser.hpp"
#include "targets.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

namespace cellwise::fuzz {
namespace {

void read_http_request(ByteView input, http::LineEnds line_ends) {
    http::RequestReader reader(8'192, line_ends);
    auto rest = as_text(input);
    std::size_t body = 0;
    while (reader.state() == http::RequestReader::State::Head) {
        const auto used = reader.read_head(rest);
        rest.remove_prefix(used);
        if (used == 0 && reader.state() == http::RequestReader::State::Head) return;
    }
    while (reader.state() == http::RequestReader::State::Body) {
        const auto used = reader.read_body(rest, [&](ByteView piece) {
            body += piece.size();
            return Status{};
        });
        rest.remove_prefix(used);
        if (used == 0) return;
    }
    CELLWISE_ASSERT(body <= input.size());
    if (reader.state() == http::RequestReader::State::Failed) CELLWISE_ASSERT(!reader.error().code.empty());
}

}  // namespace

void fuzz_multipart_form(ByteView input) {
    // The same body in one piece, and byte by byte: how the network cuts it must not matter.
    const auto read = [](ByteView body, std::size_t piece) {
        std::string seen;
        rest::MultipartParser parser("limit", {.on_part =
                                                   [&](const auto& part) {
                                                       seen.append("[").append(part.name).append("]");
                                                       return Status{};
                                                   },
                                               .on_data =
                                                   [&](ByteView data) {
                                                       seen.append(as_text(data));
                                                       return Status{};
                                                   }});
        for (; !body.empty(); body = body.subspan(std::min(piece, body.size()))) {
            if (!parser.write(body.first(std::min(piece, body.size())))) return std::string("refused");
        }
        return parser.finish() ? seen : std::string("refused");
    };
    CELLWISE_ASSERT(read(input, input.size() + 1) == read(input, 1));
}

void fuzz_http_request(ByteView input) {
    read_http_request(input, http::LineEnds::Strict);
    read_http_request(input, http::LineEnds::AlsoLone);
}

void fuzz_byte_range(ByteView input) {
    using download::ByteRange;
    for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1000}, ~std::uint64_t{0}}) {
        for (const auto from : {download::CountsFrom::Zero, download::CountsFrom::One}) {
            const auto range = download::parse_range(as_text(input), size, from);
            if (range.kind != ByteRange::Kind::Part) continue;
            CELLWISE_ASSERT(range.count > 0 && range.first < size && range.count <= size - range.first);
        }
    }
}

void fuzz_query_string(ByteView input) {
    const auto read = http::parse_query(as_text(input));
    if (!read) {
        CELLWISE_ASSERT(!read.error().code.empty());
        return;
    }
    // Written anew, every byte escaped, it says the same.
    std::string again;
    const auto write = [&again](std::string_view text) {
        static constexpr std::string_view kDigits = "0123456789ABCDEF";
        for (const char c : text) {
            const auto byte = static_cast<unsigned char>(c);
            again.append({'%', kDigits[byte / 16], kDigits[byte % 16]});
        }
    };
    for (const auto& [name, value] : *read) {
        write(name);
        again += '=';
        write(value);
        again += '&';
    }
    CELLWISE_ASSERT(http::parse_query(again).value() == *read);
}

}  // namespace cellwise::fuzz
