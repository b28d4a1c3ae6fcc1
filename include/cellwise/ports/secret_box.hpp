// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"

#include <string>
#include <string_view>

namespace cellwise::ports {

/// Seals what has to be stored and used again later, so that the database alone does not tell it (ADR 16). Callable
/// from any thread.
class SecretBox {
 public:
    virtual ~SecretBox() = default;
    /// Printable text. `owner` is the id of what the secret belongs to: the text opens for no other.
    virtual Result<std::string> seal(std::string_view secret, std::string_view owner) = 0;
    /// InvalidInput "secret.unreadable": sealed by another key, for another owner, or changed.
    virtual Result<std::string> open(std::string_view sealed, std::string_view owner) = 0;
};

}  // namespace cellwise::ports
