// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace cellwise::http {

/// What ends a line of a request's head. A lone LF is what some devices write. Where others read our requests too, it
/// would let one of them see a head end where another does not: so it is for listeners that nothing stands before.
enum class LineEnds { Strict, AlsoLone };

}  // namespace cellwise::http
