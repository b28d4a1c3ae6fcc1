// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/package_files.hpp"

#include <map>
#include <string>

namespace cellwise::fakes {

/// Payloads in memory, put there by the test; nothing can be uploaded.
class MemoryPackageFiles final : public ports::PackageFiles {
 public:
    void put(const std::string& sha256, Bytes bytes) { files_[sha256] = std::make_shared<View>(std::move(bytes)); }

    Result<std::filesystem::path> new_staging_file() override { return internal_error("fake", "no uploads here"); }
    Status keep(const std::filesystem::path&, std::string_view) override {
        return internal_error("fake", "no uploads");
    }
    void discard(const std::filesystem::path&) override {}
    Result<std::shared_ptr<const ports::PayloadView>> open(std::string_view sha256) override {
        const auto found = files_.find(std::string(sha256));
        if (found == files_.end()) return not_found("package.file.missing", "no such file", std::string(sha256));
        return found->second;
    }
    Status erase(std::string_view sha256) override {
        files_.erase(std::string(sha256));
        return Status{};
    }

 private:
    struct View final : ports::PayloadView {
        explicit View(Bytes content) : content_(std::move(content)) {}
        ByteView bytes() const override { return content_; }
        Bytes content_;
    };
    std::map<std::string, std::shared_ptr<const ports::PayloadView>> files_;
};

}  // namespace cellwise::fakes
