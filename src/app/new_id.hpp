// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/id.hpp"
#include "cellwise/base/time.hpp"
#include "cellwise/ports/random.hpp"

#include <string>

namespace cellwise::app {

std::string random_hex24(ports::Random& random);
std::string random_uuid(ports::Random& random);
/// 8 hex digits of seconds and 16 random ones: ids made later sort later, so pages and indexes stay in order.
std::string timed_hex24(ports::Random& random, Timestamp now);
/// 64 random hex digits, for secrets and tokens.
std::string random_secret(ports::Random& random);

template <class Id>
Id new_id(ports::Random& random) {
    if constexpr (Id::kLength == 36) {
        return *Id::parse(random_uuid(random));
    } else {
        return *Id::parse(random_hex24(random));
    }
}
template <class Id>
Id new_timed_id(ports::Random& random, Timestamp now) {
    return *Id::parse(timed_hex24(random, now));
}

}  // namespace cellwise::app
