// SPDX-License-Identifier: Apache-2.0
#include "adapters/download/device_allowance.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace cellwise::download {
namespace {

/// A connection that was lost has been noticed by then.
constexpr Duration kUntilOneEnds{10'000};
constexpr Duration kTellEvery{3'600'000};

double share_of(std::uint64_t bytes, std::uint64_t file_size) {
    return file_size == 0 ? 0 : static_cast<double>(bytes) / static_cast<double>(file_size);
}

}  // namespace

double DeviceAllowance::Bucket::level_at(double limit, Duration period, Timestamp now) const {
    const auto passed = static_cast<double>((now - at).count());
    return std::max(0.0, level - passed * limit / static_cast<double>(period.count()));
}

std::optional<Duration> DeviceAllowance::Bucket::put(double amount, double limit, Duration period, Timestamp now) {
    const auto after = level_at(limit, period, now) + amount;
    if (after <= limit) {
        level = after;
        at = now;
        return std::nullopt;
    }
    const auto wait = (after - limit) * static_cast<double>(period.count()) / limit;
    return Duration{static_cast<Duration::rep>(std::ceil(wait))};
}

DeviceAllowance::Share::Share(DeviceAllowance& allowance, const DeviceId& device, std::uint64_t bytes,
                              std::uint64_t file_size)
    : accounts_(allowance.accounts_), device_(device), asked_(bytes), unsent_(bytes), file_size_(file_size) {}

DeviceAllowance::Share::~Share() {
    const std::lock_guard lock(accounts_->mutex);
    auto& account = accounts_->of_devices.at(device_);  // sweep() leaves one alone that has a transfer
    --account.under_way;
    account.copies.level = std::max(0.0, account.copies.level - share_of(unsent_, file_size_));
}

std::optional<DeviceAllowance::Refusal> DeviceAllowance::admit(const DeviceId& device) {
    if (limits_.requests_a_minute == 0) return std::nullopt;
    const std::lock_guard lock(accounts_->mutex);
    const auto now = clock_.now();
    sweep(now);
    auto& account = accounts_->of_devices[device];
    const auto wait = account.requests.put(1, limits_.requests_a_minute, kMinute, now);
    if (!wait) return std::nullopt;
    return refuse(account, "download.too_often", "the device makes too many requests", *wait);
}

std::variant<std::unique_ptr<DeviceAllowance::Share>, DeviceAllowance::Refusal> DeviceAllowance::begin(
    const DeviceId& device, std::uint64_t bytes, std::uint64_t file_size) {
    const std::lock_guard lock(accounts_->mutex);
    const auto now = clock_.now();
    sweep(now);
    auto& account = accounts_->of_devices[device];
    if (account.under_way >= limits_.at_once) {
        return refuse(account, "download.too_many", "the device has too many downloads under way", kUntilOneEnds);
    }
    if (limits_.copies_a_day > 0) {
        const auto wait = account.copies.put(share_of(bytes, file_size), limits_.copies_a_day, kDay, now);
        if (wait) {
            return refuse(account, "download.too_much", "the device has had its file too many times over", *wait);
        }
    }
    auto share = std::make_unique<Share>(*this, device, bytes, file_size);
    ++account.under_way;
    return share;
}

std::size_t DeviceAllowance::remembered() {
    const std::lock_guard lock(accounts_->mutex);
    sweep(clock_.now());
    return accounts_->of_devices.size();
}

DeviceAllowance::Refusal DeviceAllowance::refuse(Account& account, const char* code, const char* message,
                                                 Duration retry_after) {
    const auto now = clock_.now();
    const bool is_news = !account.told_at || now - *account.told_at >= kTellEvery;
    if (is_news) account.told_at = now;
    return {.error = {.kind = ErrorKind::TooMany, .code = code, .message = message},
            .retry_after = retry_after,
            .is_news = is_news};
}

/// Once a minute, whoever owes nothing is forgotten.
void DeviceAllowance::sweep(Timestamp now) {
    if (now - accounts_->swept_at < kMinute) return;
    accounts_->swept_at = now;
    std::erase_if(accounts_->of_devices, [this, now](const auto& each) {
        const auto& account = each.second;
        return account.under_way == 0 && account.requests.level_at(limits_.requests_a_minute, kMinute, now) == 0 &&
               account.copies.level_at(limits_.copies_a_day, kDay, now) == 0;
    });
}

}  // namespace cellwise::download
