// SPDX-License-Identifier: Apache-2.0
#include "cellwise/base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace cellwise {

void assertion_failed(const char* what, const char* file, int line) {
    std::fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    std::abort();
}

}  // namespace cellwise
