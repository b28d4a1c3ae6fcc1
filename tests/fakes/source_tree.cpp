// SPDX-License-Identifier: Apache-2.0
#include "tests/fakes/source_tree.hpp"

namespace cellwise::fakes {

// The one file that knows the path, so that the compiler cache serves all others in any checkout.
std::string in_source_tree(std::string_view path) { return std::string(CELLWISE_SOURCE_DIR "/").append(path); }

}  // namespace cellwise::fakes
