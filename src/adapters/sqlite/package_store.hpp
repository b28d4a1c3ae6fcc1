// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/connection.hpp"

#include "cellwise/ports/stores.hpp"

namespace cellwise::sqlite {

class Query;

class PackageStore final : public ports::PackageStore {
 public:
    explicit PackageStore(Connection& connection) : connection_(connection) {}

    Status insert(const domain::Package& package) override;
    Result<bool> erase(const PackageId& id) override;
    Result<std::optional<domain::Package>> find(const PackageId& id) override;
    Result<std::optional<domain::Package>> find_version(std::string_view manufacturer_name,
                                                        std::string_view device_type, std::string_view model,
                                                        const domain::Version& version) override;
    Result<bool> uses_archive(std::string_view archive_sha256) override;
    Result<bool> uses_payload(std::string_view payload_sha256) override;
    Result<ports::Page<domain::Package>> list(const ports::PackageFilter& filter,
                                              const ports::PageRequest& page) override;
    Result<std::int64_t> count(const ports::PackageFilter& filter) override;

 private:
    domain::Package read_package(Query& row);

    Connection& connection_;
};

}  // namespace cellwise::sqlite
