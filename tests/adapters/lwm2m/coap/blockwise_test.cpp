// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/coap/blockwise.hpp"

#include "tests/adapters/lwm2m/coap/conversation.hpp"

namespace cellwise::lwm2m::coap {
namespace {

Bytes slice(const Bytes& body, std::size_t begin, std::size_t length) {
    const auto first = body.begin() + static_cast<long>(std::min(begin, body.size()));
    return Bytes(first, body.begin() + static_cast<long>(std::min(begin + length, body.size())));
}

Message with_block(Code code, std::uint16_t number, const Block& block, Bytes payload = {}) {
    Message message{.code = code, .payload = std::move(payload)};
    message.add_uint(number, block.value());
    return message;
}

TEST(CoapBlock, ReadsItsThreeParts) {
    Message message;
    message.add_uint(option::kBlock2, 0x1234 << 4 | 8 | 2);
    const BlockOption option = block_of(message, option::kBlock2);
    EXPECT_EQ(option.state, BlockState::Valid);
    EXPECT_EQ(option.block, (Block{.number = 0x1234, .more = true, .exponent = 2}));
    EXPECT_EQ(option.block.size(), 64U);
    EXPECT_EQ(option.block.offset(), 0x1234U * 64);
    EXPECT_EQ(block_of(message, option::kBlock1).state, BlockState::Absent);
    EXPECT_EQ(block_of(message.set_uint(option::kBlock2, 7), option::kBlock2).state, BlockState::Invalid);
}

class CoapBlockTransfer : public testing::Test {
 protected:
    static Message put(const Bytes& body) { return {.code = code::kPut, .payload = body}; }
    const Bytes body = body_of(3'000);
};

TEST_F(CoapBlockTransfer, SendsOnInTheSizeThatThePeerPrefers) {
    BlockTransfer transfer(put(body));
    EXPECT_EQ(block_of(transfer.first(), option::kBlock1).block, (Block{.more = true}));
    // RFC 7959, figure 9: the first block was taken whole, the next ones are counted in the smaller size.
    const auto step =
        transfer.on_response(with_block(code::kContinue, option::kBlock1, {.more = true, .exponent = 3}));
    ASSERT_TRUE(step.send);
    EXPECT_EQ(block_of(*step.send, option::kBlock1).block, (Block{.number = 8, .more = true, .exponent = 3}));
    EXPECT_EQ(step.send->payload, slice(body, 1'024, 128));
}

TEST_F(CoapBlockTransfer, StartsAgainInTheSizeThatATooLargeNames) {
    BlockTransfer transfer(put(body));
    auto step = transfer.on_response(with_block(code::kTooLarge, option::kBlock1, {.exponent = 5}));
    ASSERT_TRUE(step.send);
    EXPECT_EQ(block_of(*step.send, option::kBlock1).block, (Block{.more = true, .exponent = 5}));
    EXPECT_EQ(step.send->payload, slice(body, 0, 512));
    step = transfer.on_response(with_block(code::kTooLarge, option::kBlock1, {.exponent = 5}));
    ASSERT_TRUE(step.whole);  // no smaller size named: that is the answer
    EXPECT_EQ(step.whole->code, code::kTooLarge);
}

TEST_F(CoapBlockTransfer, IsNeededForASmallBodyWhenThePeerSaysSo) {
    const Message request = put(slice(body, 0, 600));
    EXPECT_FALSE(BlockTransfer::is_needed_for(request));
    EXPECT_FALSE(BlockTransfer::is_needed_for(request, {.code = code::kTooLarge}));
    const Message hint = with_block(code::kTooLarge, option::kBlock1, {.exponent = 4});
    ASSERT_TRUE(BlockTransfer::is_needed_for(request, hint));
    const auto step = BlockTransfer(request).on_response(hint);
    ASSERT_TRUE(step.send);
    EXPECT_EQ(step.send->payload.size(), 256U);
}

TEST_F(CoapBlockTransfer, LeavesTheCountingToACallerWhoDoesItHimself) {
    const Message request = with_block(code::kGet, option::kBlock2, {.number = 3});
    EXPECT_FALSE(BlockTransfer::is_needed_for(
        request, with_block(code::kContent, option::kBlock2, {.number = 3, .more = true}, Bytes(1'024))));
}

TEST_F(CoapBlockTransfer, HandsOverARefusalOnTheWay) {
    BlockTransfer transfer(put(body));
    auto step = transfer.on_response(with_block(code::kContinue, option::kBlock1, {.more = true}));
    ASSERT_TRUE(step.send);
    step = transfer.on_response(Message{.code = code::kIncomplete});
    ASSERT_TRUE(step.whole);
    EXPECT_EQ(step.whole->code, code::kIncomplete);
}

TEST_F(CoapBlockTransfer, GoesOnAtAPeerThatActsOnEveryBlock) {
    BlockTransfer transfer(put(body));
    const auto step = transfer.on_response(with_block(code::kChanged, option::kBlock1, {}));
    ASSERT_TRUE(step.send);
    EXPECT_EQ(block_of(*step.send, option::kBlock1).block.number, 1U);
}

TEST_F(CoapBlockTransfer, FetchesTheAnswerToABodySentInBlocks) {
    BlockTransfer transfer(put(slice(body, 0, 1'100)));
    auto step = transfer.on_response(with_block(code::kContinue, option::kBlock1, {.more = true}));
    Message first = with_block(code::kChanged, option::kBlock1, {.number = 1}, slice(body, 0, 16));
    first.add_uint(option::kBlock2, Block{.more = true, .exponent = 0}.value());
    step = transfer.on_response(first);
    ASSERT_TRUE(step.send);
    EXPECT_TRUE(step.send->payload.empty());
    EXPECT_EQ(step.send->find(option::kBlock1), nullptr);
    step = transfer.on_response(
        with_block(code::kChanged, option::kBlock2, {.number = 1, .exponent = 0}, slice(body, 16, 4)));
    ASSERT_TRUE(step.whole);
    EXPECT_EQ(step.whole->payload, slice(body, 0, 20));
}

TEST_F(CoapBlockTransfer, TakesBodiesUpToTheirBoundAndNoLarger) {
    for (const bool one_more : {false, true}) {
        BlockTransfer transfer(Message{.code = code::kGet});
        BlockTransfer::Step step;
        for (std::uint32_t number = 0; number < 64; ++number) {
            const Block block{.number = number, .more = one_more || number < 63};
            step = transfer.on_response(with_block(code::kContent, option::kBlock2, block, Bytes(1'024)));
        }
        if (one_more) {
            ASSERT_TRUE(step.send);
            step = transfer.on_response(with_block(code::kContent, option::kBlock2, {.number = 64}, Bytes(1)));
            EXPECT_FALSE(step.send || step.whole);
        } else {
            ASSERT_TRUE(step.whole);
            EXPECT_EQ(step.whole->payload.size(), kMaxBody);
        }
    }
}

TEST_F(CoapBlockTransfer, RefusesBlocksThatDoNotFit) {
    const auto fails = [](const Message& second) {
        BlockTransfer transfer(Message{.code = code::kGet});
        EXPECT_TRUE(
            transfer.on_response(with_block(code::kContent, option::kBlock2, {.more = true}, Bytes(1'024))).send);
        const auto step = transfer.on_response(second);
        return !step.send && !step.whole;
    };
    EXPECT_TRUE(fails(with_block(code::kContent, option::kBlock2, {.number = 0, .more = true}, Bytes(1'024))));
    EXPECT_TRUE(fails(with_block(code::kContent, option::kBlock2, {.number = 2}, Bytes(10))));
    EXPECT_TRUE(fails(with_block(code::kContent, option::kBlock2, {.number = 1, .more = true}, Bytes(1'023))));
    EXPECT_TRUE(fails(with_block(code::kContent, option::kBlock2, {.number = 1}, Bytes(1'025))));
    Message reserved{.code = code::kContent};
    EXPECT_TRUE(fails(reserved.add_uint(option::kBlock2, 1 << 4 | 7)));
    BlockTransfer first(Message{.code = code::kGet});
    const auto step =
        first.on_response(with_block(code::kContent, option::kBlock2, {.number = 1, .more = true}, Bytes(1'024)));
    EXPECT_FALSE(step.send || step.whole);
}

class CoapBodyAssembler : public testing::Test {
 protected:
    BodyAssembler::Outcome add(std::uint32_t number, bool more, std::size_t size = 1'024,
                               const PeerAddress& from = peer(1), std::string_view path = "rd") {
        Message request{.code = code::kPost, .payload = Bytes(size, static_cast<std::uint8_t>('a' + number))};
        request.add(option::kUriPath, path);
        request.add_uint(option::kBlock1, Block{.number = number, .more = more}.value());
        return assembler.add(from, std::move(request), now);
    }
    static Code code_of(const BodyAssembler::Outcome& outcome) {
        return outcome.answer ? outcome.answer->code : code::kEmpty;
    }

    Timestamp now = from_unix_ms(0);
    BodyAssembler assembler{3};
};

TEST_F(CoapBodyAssembler, HandsOverTheWholeBodyWithTheLastBlock) {
    EXPECT_EQ(code_of(add(0, true)), code::kContinue);
    EXPECT_EQ(code_of(add(1, true)), code::kContinue);
    const auto outcome = add(2, false, 10);
    ASSERT_TRUE(outcome.request);
    EXPECT_EQ(outcome.request->payload.size(), 2'058U);
    EXPECT_EQ(outcome.request->payload[1'024], 'b');
    EXPECT_EQ(outcome.request->find(option::kBlock1), nullptr);
    EXPECT_EQ(assembler.size(), 0U);
}

TEST_F(CoapBodyAssembler, TakesABodyOfOneBlock) { EXPECT_TRUE(add(0, false, 10).request); }

TEST_F(CoapBodyAssembler, RefusesABlockThatLeavesAGap) {
    EXPECT_EQ(code_of(add(1, true)), code::kIncomplete);
    add(0, true);
    EXPECT_EQ(code_of(add(2, true)), code::kIncomplete);
}

TEST_F(CoapBodyAssembler, BeginsAgainWithBlockZero) {
    add(0, true);
    add(1, true);
    EXPECT_EQ(code_of(add(0, true)), code::kContinue);
    const auto outcome = add(1, false, 1);
    ASSERT_TRUE(outcome.request);
    EXPECT_EQ(outcome.request->payload.size(), 1'025U);
}

TEST_F(CoapBodyAssembler, KeepsPeersAndPathsApart) {
    add(0, true, 1'024, peer(1), "rd");
    add(0, true, 1'024, peer(2), "rd");
    add(0, true, 1'024, peer(1), "other");
    EXPECT_TRUE(add(1, false, 1, peer(1), "rd").request);
    EXPECT_TRUE(add(1, false, 1, peer(2), "rd").request);
    EXPECT_TRUE(add(1, false, 1, peer(1), "other").request);
}

TEST_F(CoapBodyAssembler, RefusesABlockThatIsNotFull) {
    EXPECT_EQ(code_of(add(0, true, 1'000)), code::kBadRequest);
    EXPECT_EQ(code_of(add(0, false, 1'025)), code::kBadRequest);
}

TEST_F(CoapBodyAssembler, RefusesTooLargeABody) {
    for (std::uint32_t number = 0; number < 64; ++number) ASSERT_EQ(code_of(add(number, true)), code::kContinue);
    const auto outcome = add(64, false, 1);
    EXPECT_EQ(code_of(outcome), code::kTooLarge);
    EXPECT_EQ(outcome.answer->number_of(60), kMaxBody);
    EXPECT_EQ(assembler.size(), 0U);
}

TEST_F(CoapBodyAssembler, RefusesTooLargeABodyAsSoonAsItIsAnnounced) {
    Message request{.code = code::kPost, .payload = Bytes(1'024)};
    request.add_uint(option::kBlock1, Block{.more = true}.value()).add_uint(60, kMaxBody + 1);
    EXPECT_EQ(code_of(assembler.add(peer(1), request, now)), code::kTooLarge);
}

TEST_F(CoapBodyAssembler, GivesUpTheOldestWhenTooManyAreUnderWay) {
    for (unsigned i = 1; i <= 4; ++i) add(0, true, 1'024, peer(i));
    EXPECT_EQ(assembler.size(), 3U);
    EXPECT_EQ(code_of(add(1, false, 1, peer(1))), code::kIncomplete);
    EXPECT_TRUE(add(1, false, 1, peer(2)).request);
}

TEST_F(CoapBodyAssembler, ForgetsABodyThatDoesNotGrow) {
    add(0, true);
    now += BodyAssembler::kPatience;
    EXPECT_EQ(code_of(add(1, true)), code::kIncomplete);
}

TEST(CoapCutResponse, GivesTheBlockThatWasAskedFor) {
    const Bytes body = body_of(100);
    const auto cut = [&body](const Block& asked) {
        Message response{.code = code::kContent, .payload = body};
        cut_response(with_block(code::kGet, option::kBlock2, asked), response);
        return response;
    };
    EXPECT_EQ(cut({.number = 1, .exponent = 2}).payload, slice(body, 64, 64));
    EXPECT_FALSE(block_of(cut({.number = 1, .exponent = 2}), option::kBlock2).block.more);
    EXPECT_EQ(cut({.number = 0, .exponent = 2}).payload.size(), 64U);
    EXPECT_TRUE(block_of(cut({.number = 0, .exponent = 2}), option::kBlock2).block.more);
    EXPECT_EQ(cut({.number = 2, .exponent = 2}).code, code::kBadRequest);
}

TEST(CoapCutResponse, LeavesWhatFitsAlone) {
    Message response{.code = code::kContent, .payload = Bytes(1'024)};
    const Message before = response;
    cut_response(Message{.code = code::kGet}, response);
    EXPECT_EQ(response, before);
    response.payload.resize(2'000);
    cut_response(Message{.code = code::kPost}, response);  // would be executed again for each block
    EXPECT_EQ(response.payload.size(), 2'000U);
}

}  // namespace
}  // namespace cellwise::lwm2m::coap
