// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/domain/product.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/random.hpp"

#include <functional>
#include <optional>
#include <string>

namespace cellwise::app {

/// Of a product of MQTT devices: what is not set stays as it is.
struct MqttProfileChange {
    std::optional<std::string> radio_service{};
    std::optional<std::string> rsrp_property{};
    std::optional<std::string> sinr_property{};
    std::optional<std::string> cell_property{};
    std::optional<bool> sends_sign{};
    std::optional<bool> sends_file_name{};
    std::optional<bool> ranges_from_one{};
};
void lay_over(domain::MqttProfile& profile, const MqttProfileChange& change);

/// What may change about a product model. Manufacturer name, device type, model and protocol are what packages and
/// devices refer to: they stay.
struct ProductChange {
    std::optional<std::string> manufacturer_id{};
    std::optional<bool> supports_software_upgrade{};
    std::optional<bool> check_code_always_zero{};
    MqttProfileChange mqtt{};
};

/// Product models. Loop thread only; the callbacks come on the loop when the change is durable.
class CatalogService {
 public:
    using Done = std::function<void(Status)>;
    using Changed = std::function<void(Result<domain::Product>)>;

    CatalogService(ports::Database& database, ports::Clock& clock, ports::Random& random);

    /// Gives id and creation time. Errors: InvalidInput "text.invalid" with the field; Conflict "product.duplicate".
    void create(domain::Product product, Changed done);
    /// Errors: those of create; NotFound "product.not_found"; InvalidInput "product.mqtt.unused" for a profile where
    /// the product's protocol is another.
    void change(const ProductId& id, ProductChange change, Changed done);
    /// Errors: NotFound "product.not_found"; Conflict "product.in_use" while devices are of it.
    void erase(const ProductId& id, Done done);

 private:
    ports::Database& database_;
    ports::Clock& clock_;
    ports::Random& random_;
};

}  // namespace cellwise::app
