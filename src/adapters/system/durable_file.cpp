// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/durable_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace cellwise::system {
namespace {

std::string reason_of(int error) { return std::generic_category().message(error); }

/// A file descriptor, closed at the end.
class Descriptor {
 public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    explicit operator bool() const { return number_ >= 0; }
    int number() const { return number_; }

 private:
    int number_;
};

bool write_all(const Descriptor& file, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(file.number(), text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

bool write_new(const std::filesystem::path& path, std::string_view text, Readers readers) {
    ::unlink(path.c_str());  // of a process that was killed here
    const ::mode_t mode = readers == Readers::Owner ? 0600 : 0644;
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    return file && write_all(file, text) && ::fsync(file.number()) == 0;
}

bool sync_directory(const std::filesystem::path& path) {
    const Descriptor directory(::open(path.empty() ? "." : path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return directory && ::fsync(directory.number()) == 0;
}

}  // namespace

Status write_durably(const std::filesystem::path& path, std::string_view text, Readers readers) {
    auto fresh = path;
    fresh += ".new";
    if (write_new(fresh, text, readers) && ::rename(fresh.c_str(), path.c_str()) == 0 &&
        sync_directory(path.parent_path())) {
        return {};
    }
    return Error{ErrorKind::Unavailable, "file.write", "cannot be written: " + reason_of(errno), {}, path.string()};
}

Result<std::string> read_file(const std::filesystem::path& path, std::size_t most) {
    const auto wrong = [&path](std::string rule) { return invalid("file.read", {}, std::move(rule), path.string()); };
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return wrong("cannot be read: " + reason_of(errno));
    std::string text(most + 1, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const auto count = ::read(file.number(), text.data() + size, text.size() - size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return wrong("cannot be read: " + reason_of(errno));
        if (count == 0) break;
        size += static_cast<std::size_t>(count);
    }
    if (size > most) return wrong("has more than " + std::to_string(most) + " bytes");
    text.resize(size);
    return text;
}

}  // namespace cellwise::system
