// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"

#include <string>
#include <vector>

namespace cellwise::domain::pcp {

/// One line of tests/vectors/pcp.txt, which says how it is written.
struct PcpVector {
    enum class Kind { Device, Platform, Malformed, Business };

    Kind kind = Kind::Business;
    std::string says{};  ///< "chunk_request version=V1.0 index=0"
    Bytes bytes{};
    std::string meaning{};
    int line = 0;

    bool is_frame() const { return kind != Kind::Business; }
    bool is_message() const { return kind == Kind::Device || kind == Kind::Platform; }
};

/// Every vector of the file; throws when the file cannot be read or a line is not in its form.
std::vector<PcpVector> load_pcp_vectors();

}  // namespace cellwise::domain::pcp
