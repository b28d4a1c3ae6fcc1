// SPDX-License-Identifier: Apache-2.0
#include "adapters/mqtt/send_window.hpp"

#include <algorithm>

namespace cellwise::mqtt {

using ports::DeliveryOutcome;

bool SendWindow::push(std::string topic, std::string payload, Outcome& outcome, Timestamp now) {
    if (waiting_.size() >= limits_.waiting) return false;
    waiting_.push_back({.message = {++last_, std::move(topic), std::move(payload)},
                        .outcome = std::move(outcome),
                        .due = now + limits_.deadline});
    return true;
}

std::vector<SendWindow::Message> SendWindow::take() {
    std::vector<Message> messages;
    while (!waiting_.empty() && in_flight_.size() < limits_.in_flight) {
        auto& next = waiting_.front();
        in_flight_.emplace(next.message.number, InFlight{std::move(next.outcome), next.due});
        messages.push_back(std::move(next.message));
        waiting_.pop_front();
    }
    return messages;
}

SendWindow::Settled SendWindow::settle(std::uint64_t number, DeliveryOutcome outcome) {
    Settled settled;
    if (const auto found = in_flight_.find(number); found != in_flight_.end()) {
        settled.emplace_back(std::move(found->second.outcome), outcome);
        in_flight_.erase(found);
    }
    return settled;
}

SendWindow::Expired SendWindow::expire(Timestamp now) {
    Expired expired;
    expired.in_flight = std::any_of(in_flight_.begin(), in_flight_.end(),
                                    [now](const auto& entry) { return entry.second.due <= now; });
    std::vector<std::uint64_t> late;
    for (const auto& [number, message] : in_flight_) {
        if (message.due <= now) late.push_back(number);
    }
    std::sort(late.begin(), late.end());
    for (const auto number : late) {
        for (auto& told : settle(number, DeliveryOutcome::GaveUp)) expired.settled.push_back(std::move(told));
    }
    // All have the same patience, so those that are late stand in front.
    while (!waiting_.empty() && waiting_.front().due <= now) {
        expired.settled.emplace_back(std::move(waiting_.front().outcome), DeliveryOutcome::Asleep);
        waiting_.pop_front();
    }
    return expired;
}

SendWindow::Settled SendWindow::drain() {
    std::vector<std::uint64_t> numbers;
    for (const auto& [number, message] : in_flight_) numbers.push_back(number);
    std::sort(numbers.begin(), numbers.end());
    Settled settled;
    for (const auto number : numbers) {
        for (auto& told : settle(number, DeliveryOutcome::GaveUp)) settled.push_back(std::move(told));
    }
    for (auto& message : waiting_) settled.emplace_back(std::move(message.outcome), DeliveryOutcome::Asleep);
    waiting_.clear();
    return settled;
}

}  // namespace cellwise::mqtt
