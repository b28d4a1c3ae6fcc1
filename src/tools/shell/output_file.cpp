// SPDX-License-Identifier: Apache-2.0
#include "tools/shell/output_file.hpp"

#include "cellwise/base/bytes.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <unistd.h>
#include <utility>

namespace cellwise::shell {
namespace {

Error unwritable(const std::filesystem::path& path, int number) {
    return internal_error("file.unwritable",
                          "cannot write " + printable(path.string()) + ": " + std::strerror(number));
}

Status write_all(int descriptor, const std::filesystem::path& path, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(descriptor, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return unwritable(path, errno);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(descriptor) != 0) return unwritable(path, errno);
    return {};
}

}  // namespace

Result<std::string> read_text(const std::filesystem::path& path, std::size_t max_size) {
    std::ifstream file(path, std::ios::binary);
    std::string text(max_size + 1, '\0');
    // A directory opens, but cannot be read.
    if (!file || (!file.read(text.data(), static_cast<std::streamsize>(text.size())) && file.bad())) {
        return internal_error("file.unreadable", "cannot read " + printable(path.string()));
    }
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > max_size) {
        return internal_error("file.unreadable", printable(path.string()) + " has more than the " +
                                                     std::to_string(max_size) + " bytes that such a file may have");
    }
    return text;
}

Status write_new_file(const std::filesystem::path& path, std::string_view text, Access access) {
    const ::mode_t mode = access == Access::OwnerOnly ? 0600 : 0644;
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (descriptor < 0 && errno == EEXIST) {
        return conflict("file.exists", printable(path.string()) + " is there already and is not overwritten");
    }
    if (descriptor < 0) return unwritable(path, errno);
    auto written = write_all(descriptor, path, text);
    ::close(descriptor);
    return written;
}

OutputFile::OutputFile(std::filesystem::path target)
    : target_(std::move(target)), path_(target_.string() + ".part" + std::to_string(::getpid())) {}

OutputFile::~OutputFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
}

Status OutputFile::commit() {
    const int descriptor = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
    const int number = errno;
    if (descriptor >= 0) ::close(descriptor);
    if (!synced) return unwritable(target_, number);
    if (::rename(path_.c_str(), target_.c_str()) != 0) return unwritable(target_, errno);
    return {};
}

}  // namespace cellwise::shell
