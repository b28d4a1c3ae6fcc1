// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>
#include <string>
#include <vector>

/// Archives that nobody with good intentions would make, in families: each of one wrong idea, in any number of
/// variants.
namespace cellwise::test {

/// What leads out of a folder: a name that shows up where it should not is easily found.
inline constexpr const char* kEscapee = "cellwise-escaped";

struct HostileFamily {
    std::string name;                ///< as a test's name
    std::vector<std::string> codes;  ///< one of these is the refusal
    /// The whole archive, unsigned.
    std::string (*make)(std::mt19937& random);
    /// False: no signer takes it for an archive, or the fault comes into it after signing.
    bool can_be_signed = true;
};

const std::vector<HostileFamily>& hostile_families();

/// A deflate stream of `size` zeros, about 159 times smaller: made without ever holding them.
std::string deflated_zeros(std::size_t size);

}  // namespace cellwise::test
