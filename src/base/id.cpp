// SPDX-License-Identifier: Apache-2.0
#include "cellwise/base/id.hpp"

#include <algorithm>

namespace cellwise {
namespace {

bool is_lower_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

}  // namespace

bool is_well_formed(std::string_view text, IdForm form) {
    if (form == IdForm::Hex24) return text.size() == 24 && std::all_of(text.begin(), text.end(), is_lower_hex);
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : !is_lower_hex(text[i])) return false;
    }
    return true;
}

}  // namespace cellwise
