// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/connection.hpp"

#include "cellwise/ports/stores.hpp"

namespace cellwise::sqlite {

class ProductStore final : public ports::ProductStore {
 public:
    explicit ProductStore(Connection& connection) : connection_(connection) {}

    Status insert(const domain::Product& product) override;
    Status save(const domain::Product& product) override;
    Result<bool> erase(const ProductId& id) override;
    Result<std::optional<domain::Product>> find(const ProductId& id) override;
    Result<std::optional<domain::Product>> find_model(std::string_view manufacturer_name,
                                                      std::string_view device_type, std::string_view model) override;
    Result<bool> names_manufacturer(std::string_view manufacturer_name) override;
    Result<ports::Page<domain::Product>> list(const ports::PageRequest& page) override;

 private:
    Connection& connection_;
};

}  // namespace cellwise::sqlite
