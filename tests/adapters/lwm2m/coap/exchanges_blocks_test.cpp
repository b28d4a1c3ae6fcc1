// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/coap/exchanges.hpp"
#include "tests/adapters/lwm2m/coap/conversation.hpp"

namespace cellwise::lwm2m::coap {
namespace {

/// Requests whose body, or whose answer's, is larger than a block.
class CoapExchangesInBlocks : public Conversation {};

TEST_F(CoapExchangesInBlocks, FetchALargeAnswerBlockByBlock) {
    const Bytes body = body_of(5'000);
    Message observe{.code = code::kGet, .token = token("0102030405060708")};
    ask(observe.add_uint(option::kObserve, 0).add(option::kUriPath, "big"));
    Token before{};
    for (std::uint32_t number = 0; number < 20; ++number) {
        const Message request = next();
        EXPECT_NE(request.token, before);
        before = request.token;
        EXPECT_EQ(request.find(option::kObserve) != nullptr, number == 0);
        EXPECT_EQ(request.texts(option::kUriPath).at(0), "big");
        const Block block{.number = number, .more = number < 19, .exponent = 4};  // 256 bytes, the device's choice
        if (number > 0) {
            EXPECT_EQ(request.number_of(option::kBlock2), (Block{.number = number, .exponent = 4}.value()));
        }
        const auto begin = body.begin() + static_cast<long>(block.offset());
        Message response = piggyback(request, code::kContent, Bytes(begin, std::min(body.end(), begin + 256)));
        response.add_uint(option::kBlock2, block.value());
        if (number == 0) response.add_uint(option::kObserve, 3);
        receive(response);
    }
    EXPECT_EQ(only_end(), RequestEnd::Answered);
    EXPECT_EQ(ended[0].response->payload, body);
    EXPECT_EQ(ended[0].response->token, token("0102030405060708"));
    EXPECT_EQ(ended[0].response->number_of(option::kObserve), 3U);
    EXPECT_EQ(ended[0].response->find(option::kBlock2), nullptr);
}

TEST_F(CoapExchangesInBlocks, RetransmitEveryBlockOnItsOwn) {
    get("big");
    Message response = piggyback(next(), code::kContent, Bytes(1'024));
    receive(response.add_uint(option::kBlock2, Block{.more = true}.value()));
    const Bytes second = next_bytes();
    for (int i = 0; i < 4; ++i) {
        advance();
        EXPECT_EQ(next_bytes(), second);
    }
    advance();
    EXPECT_EQ(only_end(), RequestEnd::TimedOut);
}

TEST_F(CoapExchangesInBlocks, SendALargeBodyBlockByBlock) {
    const Bytes body = body_of(3'000);
    Message request{.code = code::kPut, .payload = body};
    ask(request.add(option::kUriPath, "19").add_uint(option::kContentFormat, format::kOctetStream));
    Bytes got;
    for (std::uint32_t number = 0; number < 3; ++number) {
        const Message piece = next();
        const BlockOption block = block_of(piece, option::kBlock1);
        EXPECT_EQ(block.block, (Block{.number = number, .more = number < 2}));
        EXPECT_EQ(piece.number_of(option::kContentFormat), format::kOctetStream);
        got.insert(got.end(), piece.payload.begin(), piece.payload.end());
        Message response = piggyback(piece, number < 2 ? code::kContinue : code::kChanged);
        receive(response.add_uint(option::kBlock1, block.block.value()));
    }
    EXPECT_EQ(got, body);
    EXPECT_EQ(only_end(), RequestEnd::Answered);
    EXPECT_EQ(ended[0].response->code, code::kChanged);
}

TEST_F(CoapExchangesInBlocks, EndAsCancelledWhenBlocksDoNotFitTogether) {
    get("big");
    Message response = piggyback(next(), code::kContent, Bytes(1'024));
    receive(response.add_uint(option::kBlock2, Block{.more = true}.value()));
    Message wrong = piggyback(next(), code::kContent, Bytes(1'024));
    receive(wrong.add_uint(option::kBlock2, Block{.number = 2, .more = true}.value()));
    EXPECT_EQ(only_end(), RequestEnd::Cancelled);
}

}  // namespace
}  // namespace cellwise::lwm2m::coap
