// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/ctl/api_client.hpp"

#include <string>

namespace cellwise::ctl {

struct Session;

struct FileToSend {
    std::string path;  ///< of the API
    Query query{};
    std::string content_type;
    std::string file;
    std::string label;  ///< what the bar says
};

/// POSTs a file of any size, with a bar on a terminal. Whoever loses the connection is told how far it came, and that
/// the next attempt begins anew. Errors: "file.unreadable", and the client's.
Result<std::string> send_file(const FileToSend& what, Session& session);

}  // namespace cellwise::ctl
