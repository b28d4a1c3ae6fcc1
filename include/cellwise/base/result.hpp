// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/system/result.hpp>

#include <stdexcept>
#include <string>
#include <utility>

namespace cellwise {

/// What sort of failure it is; every outer face maps it to its own status (HTTP, exit code, CoAP).
enum class ErrorKind {
    InvalidInput,     ///< the caller's words break a rule that the message names
    Unauthenticated,  ///< who are you?
    Forbidden,        ///< you may not
    NotFound,         ///< nothing bears that name
    Conflict,         ///< true, but not now: it clashes with what is stored
    TooLarge,         ///< more than a configured bound
    TooMany,          ///< a queue or a rate is full; the same call may pass later
    Unsupported,      ///< understood, but not offered
    Unavailable,      ///< something that we depend on is away
    StorageFull,      ///< no space left on the device
    Internal          ///< ours to mend
};

/// A failure as a value. `code` is stable and lower case with dots ("device.node_id.duplicate"): programs match on
/// it. `message` is for people and names the rule; `field` and `value` name what broke it, both empty where none did.
struct Error {
    ErrorKind kind = ErrorKind::Internal;
    std::string code;
    std::string message;
    std::string field{};
    std::string value{};

    friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
using Result = boost::system::result<T, Error>;
using Status = Result<void>;

inline Error invalid(std::string code, std::string field, std::string message, std::string value = {}) {
    return Error{ErrorKind::InvalidInput, std::move(code), std::move(message), std::move(field), std::move(value)};
}
inline Error not_found(std::string code, std::string message, std::string value = {}) {
    return Error{ErrorKind::NotFound, std::move(code), std::move(message), {}, std::move(value)};
}
inline Error conflict(std::string code, std::string message, std::string value = {}) {
    return Error{ErrorKind::Conflict, std::move(code), std::move(message), {}, std::move(value)};
}
inline Error internal_error(std::string code, std::string message) {
    return Error{ErrorKind::Internal, std::move(code), std::move(message)};
}

/// Called by `result::value()` on an error: asking for a value that is not there is a bug, not input.
[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&) {
    throw std::logic_error("value() of an error: " + error.code + ": " + error.message);
}

}  // namespace cellwise
