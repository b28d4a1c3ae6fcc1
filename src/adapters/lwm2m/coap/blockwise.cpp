// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/coap/blockwise.hpp"

#include <algorithm>

namespace cellwise::lwm2m::coap {
namespace {

constexpr std::uint16_t kSize1 = 60;

void append(ByteView more, Bytes& body) { body.insert(body.end(), more.begin(), more.end()); }

Message answer_with(Code code) { return Message{.code = code}; }

/// A body must fill every block but the last, else its offsets mean nothing (RFC 7959, 2.2).
bool fills(const Block& block, const Bytes& payload) {
    return block.more ? payload.size() == block.size() : payload.size() <= block.size();
}

Message too_large() {
    Message answer = answer_with(code::kTooLarge);
    answer.add_uint(kSize1, kMaxBody);
    return answer;
}

Bytes target_of(const Message& request) {
    Bytes target{request.code};
    for (const Option& option : request.options) {
        if (option.number != option::kUriPath && option.number != option::kUriQuery) continue;
        target.push_back(static_cast<std::uint8_t>(option.number));
        target.push_back(static_cast<std::uint8_t>(option.value.size()));
        append(option.value, target);
    }
    return target;
}

/// "Too large" with a Block1 option says which size would do (RFC 7959, 2.9.3).
bool asks_for_smaller(const Message& response, std::size_t than) {
    const BlockOption hint = block_of(response, option::kBlock1);
    return response.code == code::kTooLarge && hint.state == BlockState::Valid && hint.block.size() < than;
}

}  // namespace

BlockOption block_of(const Message& message, std::uint16_t number) {
    const std::optional<std::uint32_t> value = message.number_of(number);
    if (!value) return {};
    const Block block{
        .number = *value >> 4U, .more = (*value & 8U) != 0, .exponent = static_cast<std::uint8_t>(*value & 7U)};
    const bool valid = block.exponent <= kLargestExponent && *value < (1U << 24U);
    return {.state = valid ? BlockState::Valid : BlockState::Invalid, .block = block};
}

bool BlockTransfer::is_needed_for(const Message& request, const Message& response) {
    // Whoever wrote a block option into the request wants to do the counting himself.
    if (request.find(option::kBlock1) != nullptr || request.find(option::kBlock2) != nullptr) return false;
    const BlockOption block2 = block_of(response, option::kBlock2);
    if (block2.state == BlockState::Invalid) return true;
    if (block2.state == BlockState::Valid && (block2.block.more || block2.block.number > 0)) return true;
    return asks_for_smaller(response, request.payload.size());
}

Message BlockTransfer::first() const {
    return request_.payload.size() > Block{.exponent = exponent_}.size() ? piece() : request_;
}

Message BlockTransfer::piece() const {
    Block block{.exponent = exponent_};
    block.number = static_cast<std::uint32_t>(sent_ / block.size());
    const std::size_t length = std::min(block.size(), request_.payload.size() - sent_);
    block.more = sent_ + length < request_.payload.size();
    Message message{.code = request_.code, .token = request_.token, .options = request_.options};
    const auto begin = request_.payload.begin() + static_cast<std::ptrdiff_t>(sent_);
    message.payload.assign(begin, begin + static_cast<std::ptrdiff_t>(length));
    message.set_uint(option::kBlock1, block.value());
    return message;
}

/// The request for a further block bears no body, and no Observe: that would make an observation of its own (RFC
/// 7959, 2.6).
Message BlockTransfer::fetch(std::uint32_t number, std::uint8_t exponent) const {
    Message message{.code = request_.code, .token = request_.token, .options = request_.options};
    message.remove(option::kObserve);
    message.set_uint(option::kBlock2, Block{.number = number, .exponent = exponent}.value());
    return message;
}

BlockTransfer::Step BlockTransfer::on_response(Message response) {
    const BlockOption block1 = block_of(response, option::kBlock1);
    const BlockOption block2 = block_of(response, option::kBlock2);
    if (block1.state == BlockState::Invalid || block2.state == BlockState::Invalid) return {};
    if (answer_)
        return block2.state == BlockState::Valid ? collect(std::move(response), block2.block)
                                                 : Step{.whole = std::move(response)};

    const Block sent{.exponent = exponent_};
    if (asks_for_smaller(response, std::min(sent.size(), request_.payload.size()))) {
        sent_ = 0;
        exponent_ = block1.block.exponent;
        return {.send = piece()};
    }
    const bool taken = block1.state == BlockState::Valid && is_success(response.code);
    if (taken && sent_ + sent.size() < request_.payload.size()) {
        sent_ += sent.size();
        exponent_ = std::min(exponent_, block1.block.exponent);
        return {.send = piece()};
    }
    if (response.code == code::kContinue) return {};
    if (block2.state == BlockState::Valid && is_success(response.code)) {
        return collect(std::move(response), block2.block);
    }
    return {.whole = std::move(response)};
}

BlockTransfer::Step BlockTransfer::collect(Message response, const Block& block) {
    if (!is_success(response.code)) return {.whole = std::move(response)};
    const std::size_t have = answer_ ? answer_->payload.size() : 0;
    if (block.offset() != have || !fills(block, response.payload)) return {};
    if (have + response.payload.size() > kMaxBody) return {};
    if (answer_) {
        append(response.payload, answer_->payload);
    } else {
        answer_ = std::move(response);
        answer_->remove(option::kBlock1);
        answer_->remove(option::kBlock2);
    }
    if (block.more) return {.send = fetch(block.number + 1, block.exponent)};
    return {.whole = std::move(answer_)};
}

BodyAssembler::Outcome BodyAssembler::add(const domain::PeerAddress& from, Message request, Timestamp now) {
    forget_old(now);
    const BlockOption option = block_of(request, option::kBlock1);
    const Block& block = option.block;
    if (option.state != BlockState::Valid || !fills(block, request.payload)) {
        return {.answer = answer_with(code::kBadRequest)};
    }
    Part part{.from = from, .target = target_of(request), .body = {}, .expires_at = now + kPatience};
    if (const auto found = find(from, part.target); found != parts_.end()) {
        if (block.number != 0) part.body = std::move(found->body);
        parts_.erase(found);
    }
    if (block.offset() != part.body.size()) return {.answer = answer_with(code::kIncomplete)};
    const std::size_t announced = request.number_of(kSize1).value_or(0);
    if (part.body.size() + request.payload.size() > kMaxBody || announced > kMaxBody) return {.answer = too_large()};
    append(request.payload, part.body);
    if (!block.more) {
        request.payload = std::move(part.body);
        request.remove(option::kBlock1);
        return {.request = std::move(request)};
    }
    if (parts_.size() == most_) parts_.pop_front();
    parts_.push_back(std::move(part));
    Message answer = answer_with(code::kContinue);
    answer.add_uint(option::kBlock1, block.value());
    return {.answer = std::move(answer)};
}

std::deque<BodyAssembler::Part>::iterator BodyAssembler::find(const domain::PeerAddress& from, const Bytes& target) {
    return std::find_if(parts_.begin(), parts_.end(),
                        [&](const Part& part) { return part.from == from && part.target == target; });
}

void BodyAssembler::forget_old(Timestamp now) {
    while (!parts_.empty() && parts_.front().expires_at <= now) parts_.pop_front();
}

void cut_response(const Message& request, Message& response) {
    if (request.code != code::kGet || !is_success(response.code)) return;
    const BlockOption asked = block_of(request, option::kBlock2);
    Block block = asked.block;
    block.more = false;
    if (asked.state != BlockState::Valid && response.payload.size() <= kLargestBlock) return;
    const std::size_t begin = block.offset(), size = response.payload.size();
    if (begin > 0 && begin >= size) {
        response = answer_with(code::kBadRequest);  // RFC 7959, 2.2: no such block
        return;
    }
    const std::size_t end = std::min(size, begin + block.size());
    block.more = end < size;
    response.payload = Bytes(response.payload.begin() + static_cast<std::ptrdiff_t>(begin),
                             response.payload.begin() + static_cast<std::ptrdiff_t>(end));
    response.set_uint(option::kBlock2, block.value());
}

}  // namespace cellwise::lwm2m::coap
