// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/mqtt_name.hpp"

#include <algorithm>

namespace cellwise::domain::mqtt {
namespace {

constexpr std::size_t kLongestName = 128;

bool is_name_character(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || character == '_' || character == '-';
}

}  // namespace

bool is_device_name(std::string_view name) {
    return !name.empty() && name.size() <= kLongestName && std::all_of(name.begin(), name.end(), is_name_character);
}

}  // namespace cellwise::domain::mqtt
