// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/data_format/node.hpp"

#include "cellwise/domain/coverage.hpp"

#include <optional>
#include <string_view>

namespace cellwise::lwm2m {

/// A level in dBm or dB, however the device wrote it: as an integer, a float or text, and in TLV as the bytes of any
/// of them. Nothing when it is none.
std::optional<double> decibels_of(const data_format::Value& value);
std::optional<double> parse_decibels(std::string_view text);

/// A cell id, in decimal whenever it is a number.
std::optional<domain::CellId> cell_of(const data_format::Value& value);
std::optional<domain::CellId> parse_cell(std::string_view text);

}  // namespace cellwise::lwm2m
