// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/domain/package.hpp"

#include <string_view>

namespace cellwise::ports {

/// Reads UpgradeDesc.json by the rules of docs/packages.md. Callable from any thread.
class DescriptionReader {
 public:
    virtual ~DescriptionReader() = default;
    /// Errors: InvalidInput "description.<field>.<rule>", with the field's name as the JSON has it.
    virtual Result<domain::UpgradeDescription> read(std::string_view json) = 0;
};

}  // namespace cellwise::ports
