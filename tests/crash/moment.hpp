// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace cellwise::scenarios {

/// When the process dies, of one commit.
enum class Moment { BeforeDurable, AfterDurable };

}  // namespace cellwise::scenarios
