// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sign/commands.hpp"

#include "cellwise/base/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cellwise::sign {

/// At least 6 characters of at least two classes: lower-case letters, capitals, digits, all else. Errors:
/// "passphrase.short", "passphrase.simple".
Status check_passphrase(std::string_view passphrase);

/// The passphrase for a key that is made: by its rules, and typed twice at a terminal. Nothing for --no-passphrase.
/// Errors: those of check_passphrase, "passphrase.differs", "passphrase.malformed", "file.unreadable", "usage.*".
Result<std::optional<std::string>> new_passphrase(const PassphraseSource& source);

/// The passphrase of a key that is there. Errors: as above, without the rules.
Result<std::string> existing_passphrase(const PassphraseSource& source);

}  // namespace cellwise::sign
