// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/package_directory.hpp"

#include "adapters/system/file_descriptor.hpp"

#include "cellwise/base/assert.hpp"

#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace cellwise::system {
namespace {

namespace fs = std::filesystem;

Error failure(std::string_view what, int number) {
    if (number == ENOSPC || number == EDQUOT) {
        return Error{ErrorKind::StorageFull, "storage.full", "no space is left for packages"};
    }
    return internal_error("file.unwritable", std::string(what) + ": " + std::strerror(number));
}

bool is_hash(std::string_view name) {
    return name.size() == 64 &&
           std::ranges::all_of(name, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// Makes a file's bytes, or a directory's names, survive the loss of power.
Status sync(const fs::path& path, int flags) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | flags));
    if (!file.is_open() || ::fsync(file.get()) != 0) return failure("cannot sync " + path.string(), errno);
    return {};
}

struct NewFile {
    FileDescriptor descriptor;
    fs::path path;
};

Result<NewFile> make_unique(const fs::path& folder) {
    auto name = (folder / "upload-XXXXXX").string();
    FileDescriptor descriptor(::mkostemp(name.data(), O_CLOEXEC));  // 0600
    if (!descriptor.is_open()) return failure("cannot make a file in " + folder.string(), errno);
    return NewFile{.descriptor = std::move(descriptor), .path = name};
}

Error over_quota() {
    return Error{ErrorKind::StorageFull, "storage.quota",
                 "the packages would take more than their quota (packages.quota): delete some that are not used"};
}

class Staging final : public ports::StagingFile {
 public:
    Staging(NewFile file, StorageLedger& ledger) : file_(std::move(file)), ledger_(ledger) {}

    Status write(ByteView bytes) override {
        if (!ledger_.charge(file_.path.string(), bytes.size())) return over_quota();
        while (!bytes.empty()) {
            const auto written = ::write(file_.descriptor.get(), bytes.data(), bytes.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) return failure("cannot write the upload", errno);
            bytes = bytes.subspan(static_cast<std::size_t>(written));
        }
        return {};
    }
    const fs::path& path() const override { return file_.path; }

 private:
    NewFile file_;
    StorageLedger& ledger_;
};

class Mapping final : public ports::PayloadView {
 public:
    Mapping(void* at, std::size_t size) : at_(at), size_(size) {}
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    ~Mapping() override {
        if (at_ != nullptr) ::munmap(at_, size_);
    }

    ByteView bytes() const override { return {static_cast<const std::uint8_t*>(at_), size_}; }

 private:
    void* at_;
    std::size_t size_;
};

Status prepare(const fs::path& root, const fs::path& staging) {
    std::error_code error;
    fs::create_directories(root, error);
    if (error) return failure("cannot make " + root.string(), error.value());
    fs::permissions(root, fs::perms::owner_all, error);
    if (error) return failure("cannot protect " + root.string(), error.value());
    fs::remove_all(staging, error);
    if (error) return failure("cannot empty " + staging.string(), error.value());
    fs::create_directory(staging, error);
    if (error) return failure("cannot make " + staging.string(), error.value());
    return sync(root, O_DIRECTORY);
}

}  // namespace

PackageDirectory::PackageDirectory(fs::path root) : root_(std::move(root)), staging_(root_ / "staging") {}

Result<std::unique_ptr<PackageDirectory>> PackageDirectory::make(const fs::path& root, std::uint64_t quota) {
    std::unique_ptr<PackageDirectory> directory(new PackageDirectory(root));
    if (const auto ready = prepare(directory->root_, directory->staging_); !ready) return ready.error();
    std::uint64_t kept = 0;
    for (const auto& file : directory->list()) kept += file.size;
    directory->ledger_ = std::make_unique<StorageLedger>(quota, kept);
    return directory;
}

fs::path PackageDirectory::path_of(std::string_view sha256) const {
    CELLWISE_ASSERT(is_hash(sha256));  // else it could be a path to anywhere
    return root_ / sha256;
}

Result<std::unique_ptr<ports::StagingFile>> PackageDirectory::open_staging_file(std::uint64_t expected) {
    if (!ledger_->has_room(expected)) return over_quota();
    auto file = make_unique(staging_);
    if (!file) return file.error();
    return std::unique_ptr<ports::StagingFile>(std::make_unique<Staging>(std::move(*file), *ledger_));
}

Result<fs::path> PackageDirectory::new_staging_file() {
    auto file = make_unique(staging_);
    if (!file) return file.error();
    return std::move(file->path);
}

Status PackageDirectory::keep(const fs::path& staging, std::string_view sha256) {
    const auto target = path_of(sha256);
    struct stat kept {};
    struct stat fresh {};
    if (::stat(staging.c_str(), &fresh) != 0) return failure("cannot find " + staging.string(), errno);
    // A kept file was synced before it got its name: equal name and size is equal content. But whoever gave it the
    // name may not have synced the directory yet.
    if (::stat(target.c_str(), &kept) == 0 && kept.st_size == fresh.st_size) {
        discard(staging);
        return sync(root_, O_DIRECTORY);
    }
    if (!ledger_->charge_up_to(staging.string(), static_cast<std::uint64_t>(fresh.st_size))) return over_quota();
    if (const auto synced = sync(staging, 0); !synced) return synced;
    if (::rename(staging.c_str(), target.c_str()) != 0) return failure("cannot rename " + staging.string(), errno);
    ledger_->keep(staging.string(), static_cast<std::uint64_t>(kept.st_size));  // 0 where nothing was
    return sync(root_, O_DIRECTORY);
}

void PackageDirectory::discard(const fs::path& staging) {
    CELLWISE_ASSERT(staging.parent_path() == staging_);
    std::error_code ignored;  // what cannot be removed now goes at the next start
    fs::remove(staging, ignored);
    ledger_->drop(staging.string());
}

Result<std::shared_ptr<const ports::PayloadView>> PackageDirectory::open(std::string_view sha256) {
    const auto path = path_of(sha256);
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status {};
    if (!file.is_open() && errno == ENOENT) {
        return not_found("package.file.missing", "the file of a package is not in the repository",
                         std::string(sha256));
    }
    if (!file.is_open() || ::fstat(file.get(), &status) != 0) {
        return internal_error("file.unreadable", "cannot open " + path.string() + ": " + std::strerror(errno));
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size == 0) return std::shared_ptr<const ports::PayloadView>(std::make_shared<Mapping>(nullptr, 0));
    void* at = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0);
    if (at == MAP_FAILED) {
        return internal_error("file.unreadable", "cannot map " + path.string() + ": " + std::strerror(errno));
    }
    return std::shared_ptr<const ports::PayloadView>(std::make_shared<Mapping>(at, size));
}

Status PackageDirectory::erase(std::string_view sha256) {
    const auto path = path_of(sha256);
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 && errno == ENOENT) return {};
    if (::unlink(path.c_str()) != 0) {
        return errno == ENOENT ? Status{} : failure("cannot remove " + path.string(), errno);
    }
    ledger_->erase(static_cast<std::uint64_t>(status.st_size));
    return {};
}

std::vector<ports::KeptFile> PackageDirectory::list() const {
    std::vector<ports::KeptFile> kept;
    std::error_code error;
    for (fs::directory_iterator at(root_, error), end; !error && at != end; at.increment(error)) {
        auto name = at->path().filename().string();
        if (!is_hash(name) || !at->is_regular_file(error)) continue;
        const auto size = at->file_size(error);
        if (!error) kept.push_back({.sha256 = std::move(name), .size = size});
        error.clear();  // gone meanwhile
    }
    return kept;
}

}  // namespace cellwise::system
