// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/description_reader.hpp"

#include <string>
#include <utility>
#include <vector>

namespace cellwise::archive {

struct ParsedDescription {
    domain::UpgradeDescription description;
    /// Fields that no rule speaks of, as JSON, for showing.
    std::vector<std::pair<std::string, std::string>> unknown_fields;
};

/// UpgradeDesc.json as text; a byte order mark is skipped. Errors: "description.json.*" for what is no JSON object,
/// "description.<field>.<rule>" (docs/packages.md).
Result<ParsedDescription> parse_upgrade_description(std::string_view json);

class JsonDescriptionReader final : public ports::DescriptionReader {
 public:
    Result<domain::UpgradeDescription> read(std::string_view json) override;
};

}  // namespace cellwise::archive
