// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/coap/message.hpp"
#include "adapters/lwm2m/data_format/node.hpp"

#include <string>

namespace cellwise::lwm2m {

/// Object 19 carries application data: instance 0 what the device reports, instance 1 what it is sent.
inline data_format::Path uplink_path() { return {19, 0, 0}; }
inline data_format::Path downlink_path() { return {19, 1, 0}; }

inline coap::Message resource_request(coap::Code method, const data_format::Path& path) {
    coap::Message message{.type = coap::Type::Con, .code = method};
    for (std::size_t level = 0; level < path.depth(); ++level) {
        message.add(coap::option::kUriPath, std::to_string(path[level]));
    }
    return message;
}

}  // namespace cellwise::lwm2m
