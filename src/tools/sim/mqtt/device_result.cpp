// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/device_result.hpp"

namespace cellwise::sim::mqtt {

std::vector<std::string> find_deviations(const Script& script, End end, const Record& record,
                                         const std::string& expect_sha256) {
    std::vector<std::string> found;
    if (end != script.expected_end) {
        const auto expected = " instead of " + std::string(to_string(script.expected_end));
        const auto why = record.download_error.empty() ? "" : " (" + record.download_error + ')';
        found.push_back((end == End::None ? "has not ended," : "ended " + std::string(to_string(end))) + expected +
                        why);
    }
    if (record.most_installs() > 1) {
        found.push_back("installed the same version " + std::to_string(record.most_installs()) + " times");
    }
    if (!expect_sha256.empty() && !record.sha256.empty() && record.sha256 != expect_sha256) {
        found.push_back("downloaded a file with SHA-256 " + record.sha256);
    }
    if (record.strays > 0) found.push_back(std::to_string(record.strays) + " messages that are none of its own");
    found.insert(found.end(), record.faults.begin(), record.faults.end());
    const bool runs_target =
        end == End::Succeeded || end == End::VerifiedByQuery || script.fault.kind == FaultKind::SaysLatest;
    const auto& target = script.target_version.empty() ? record.target : script.target_version;
    const auto& rightful = runs_target ? target : script.from_version;
    if (end == script.expected_end && end != End::Registered && record.version != rightful) {
        found.push_back("runs version \"" + record.version + "\" instead of \"" + rightful + '"');
    }
    return found;
}

}  // namespace cellwise::sim::mqtt
