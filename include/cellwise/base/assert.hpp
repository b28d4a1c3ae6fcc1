// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace cellwise {
[[noreturn]] void assertion_failed(const char* what, const char* file, int line);
}

/// For bugs only, never for input: says what did not hold and aborts, in every build.
#define CELLWISE_ASSERT(condition) \
    (static_cast<bool>(condition) ? void(0) : ::cellwise::assertion_failed(#condition, __FILE__, __LINE__))
