// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/time.hpp"
#include "cellwise/ports/operator_stores.hpp"
#include "cellwise/ports/stores.hpp"

#include <cstdint>
#include <string>
#include <string_view>

/// Rows with every field filled in, told apart by a number; greater numbers have greater ids.
namespace cellwise::contract {

/// The n-th identifier of its kind.
template <class Id>
Id nth(unsigned n) {
    const auto digits = std::to_string(n);
    std::string text = Id::kLength == 36 ? "00000000-0000-4000-8000-000000000000" : std::string(24, '0');
    text.replace(text.size() - digits.size(), digits.size(), digits);
    return *Id::parse(text);
}

/// A moment some time into the day of the tests.
inline Timestamp at(Duration since) { return from_unix_ms(1'700'000'000'000) + since; }
inline Timestamp at_second(std::int64_t s) { return at(std::chrono::seconds{s}); }

domain::Version version(std::string_view text);
/// Quotes, a NUL, bytes that are no UTF-8, and what would end a statement.
std::string hostile_text();
/// 16 bytes, none of which is text.
domain::Version hostile_version();

domain::Product product(unsigned n);
domain::PublicKey public_key(unsigned n);
domain::Package package(unsigned n);
domain::Device device(unsigned n, unsigned product = 1);
domain::Group group(unsigned n);
domain::Registration registration(unsigned n);
/// Unfinished, for `all`; of package 1.
domain::Task task(unsigned n);
/// Waiting; the job of device n.
domain::Job job(unsigned n, unsigned task = 1);
domain::Job job_in(domain::JobState state, unsigned n, unsigned task = 1);
domain::Application application(unsigned n);
domain::AppSession session(unsigned app);
domain::OperatorToken token(unsigned n);
domain::Operator person(unsigned n);
domain::OperatorSession person_session(unsigned n, unsigned person);
domain::AuditEntry audit_entry(unsigned n);
ports::KeptAnswer kept_answer(unsigned n);
domain::Subscription subscription(unsigned n, unsigned app = 1);
/// Due at second 0.
domain::Push push(unsigned device);
ports::Uplink uplink(unsigned device, std::int64_t second);
/// Pending, created at second n; of application 1.
domain::Command command(unsigned n, unsigned device = 1);

}  // namespace cellwise::contract
