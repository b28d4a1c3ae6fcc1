// SPDX-License-Identifier: Apache-2.0
#include "targets.hpp"

/// CELLWISE_FUZZ_TARGET is one of the functions in targets.hpp; the build says which.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    cellwise::fuzz::CELLWISE_FUZZ_TARGET({data, size});
    return 0;
}
