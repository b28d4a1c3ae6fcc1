// SPDX-License-Identifier: Apache-2.0
#include "daemon/secret_key.hpp"

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/log.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <system_error>
#include <unistd.h>

namespace cellwise::daemon {
namespace {

using Key = std::array<std::uint8_t, 32>;
constexpr std::size_t kDigits = 2 * std::tuple_size_v<Key>;

Error fault(const std::filesystem::path& file, const std::string& what) {
    return invalid("state.secret_key", "state.dir", file.string() + ": " + what);
}

Error fault(const std::filesystem::path& file) { return fault(file, std::generic_category().message(errno)); }

/// Under its own name only when it is whole and on the disk: a key that is half there would lose secrets.
Status write(const std::filesystem::path& file, const Key& key) {
    const auto fresh = file.string() + ".new";
    const int descriptor = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) return fault(file);
    const auto line = to_hex(key) + "\n";
    const bool written = ::write(descriptor, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
                         ::fsync(descriptor) == 0;
    ::close(descriptor);
    if (!written || ::rename(fresh.c_str(), file.c_str()) != 0) return fault(file);
    const int directory = ::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = directory >= 0 && ::fsync(directory) == 0;
    if (directory >= 0) ::close(directory);
    return synced ? Status{} : Status{fault(file)};
}

Result<Key> read(const std::filesystem::path& file, int descriptor) {
    std::string text(kDigits + 2, '\0');
    const auto count = ::read(descriptor, text.data(), text.size());
    if (count < 0) return fault(file);
    text.resize(static_cast<std::size_t>(count));
    if (text.ends_with('\n')) text.pop_back();
    Bytes bytes;
    if (text.size() != kDigits || !from_hex(text, bytes)) return fault(file, "must hold 64 hex digits");
    Key key{};
    std::copy(bytes.begin(), bytes.end(), key.begin());
    return key;
}

}  // namespace

Result<Key> provide_secret_key(const std::filesystem::path& file, ports::Random& random) {
    if (const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC); descriptor >= 0) {
        auto key = read(file, descriptor);
        ::close(descriptor);
        return key;
    }
    if (errno != ENOENT) return fault(file);
    Key key{};
    random.fill(key);
    if (auto written = write(file, key); !written) return written.error();
    log::info("key for the devices' secrets made", {{"file", file.string()}});
    return key;
}

}  // namespace cellwise::daemon
