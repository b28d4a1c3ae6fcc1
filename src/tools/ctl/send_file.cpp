// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/send_file.hpp"

#include "tools/ctl/session.hpp"
#include "tools/ctl/value_text.hpp"
#include "tools/shell/display_text.hpp"
#include "tools/shell/progress.hpp"

#include <filesystem>

namespace cellwise::ctl {
namespace {

constexpr std::uint64_t kLeastForABar = 256 << 10;

}  // namespace

Result<std::string> send_file(const FileToSend& what, Session& session) {
    std::error_code failed;
    const bool is_file = std::filesystem::is_regular_file(what.file, failed);
    const auto size = is_file ? std::filesystem::file_size(what.file, failed) : 0;
    shell::Progress progress(session.output.progress(), what.label, size, kLeastForABar);
    shell::MeteredFile file(what.file, progress);
    if (!is_file || failed || !file.stream()) {
        return internal_error("file.unreadable", "cannot read " + shell::escaped(what.file));
    }
    auto answer = session.api.upload(what.path, what.query, what.content_type, file.stream(), size);
    if (answer || answer.error().code != "reach.broken_off") return answer;
    auto error = answer.error();
    error.message += " after " + bytes_text(progress.done()) + " of " + bytes_text(size) +
                     "; nothing was kept, and the next attempt begins anew";
    return error;
}

}  // namespace cellwise::ctl
