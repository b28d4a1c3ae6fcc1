// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/request_reader.hpp"
#include "adapters/http/request_target.hpp"
#include "adapters/rest/multipart_parser.hpp"
#include "targets.hpp"

#include <algorithm>
#include <string>

namespace cellwise::fuzz {

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
    http::RequestReader reader(8'192);
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
