// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/crypto/certificate_reader.hpp"
#include "adapters/crypto/hashing.hpp"
#include "app/access_service.hpp"
#include "app/catalog_service.hpp"
#include "app/device_service.hpp"
#include "app/group_service.hpp"
#include "app/subscription_service.hpp"
#include "tests/fakes/committed_store.hpp"
#include "tests/fakes/glass_box.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/plain_notices.hpp"
#include "tests/fakes/seeded_random.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cellwise::app {

/// The services over a real database, and what most tests begin with.
class ServiceFixture : public testing::Test {
 protected:
    fakes::CommittedStore store_{};
    fakes::ManualClock clock_{};
    fakes::SeededRandom random_{};
    crypto::OpenSslHashing hashing_{};
    std::vector<DeviceId> erased_{};  ///< what the device service told

    CatalogService catalog_{store_, clock_, random_};
    fakes::PlainNotices notices_{};
    fakes::GlassBox secrets_{};
    int pokes_ = 0;
    DeviceService devices_{store_,
                           clock_,
                           random_,
                           {notices_, secrets_},
                           {.forget = [this](const DeviceId& id) { erased_.push_back(id); },
                            .shut_out = [this](const domain::Device& former) { shut_out_.push_back(former.node_id); },
                            .pushes_committed = [this] { ++pokes_; }}};
    std::vector<std::string> shut_out_{};
    GroupService groups_{store_, clock_, random_};
    crypto::PemCertificateReader certificates_{};
    AccessService access_{store_, clock_, random_, hashing_, certificates_};
    SubscriptionService subscriptions_{store_, clock_, random_};

    /// The one answer of a call: `ask` is given the callback.
    template <class T, class Ask>
    Result<T> answer_of(const Ask& ask) {
        std::optional<Result<T>> answer;
        ask([&answer](Result<T> result) {
            EXPECT_FALSE(answer) << "answered twice";
            answer = std::move(result);
        });
        EXPECT_TRUE(answer) << "not answered";
        return answer ? *answer : Result<T>(internal_error("test", "no answer"));
    }

    static domain::Product a_product(std::string model = "WM-1") {
        return {.manufacturer_id = "acme",
                .manufacturer_name = "Acme",
                .device_type = "WaterMeter",
                .model = std::move(model),
                .protocol = domain::Protocol::Lwm2m,
                .supports_software_upgrade = true};
    }
    domain::Product create_product(std::string model = "WM-1") {
        const auto made = answer_of<domain::Product>(
            [&](auto done) { catalog_.create(a_product(std::move(model)), std::move(done)); });
        EXPECT_TRUE(made);
        return made.value();
    }
    domain::Device create_device(NewDevice device) {
        const auto made =
            answer_of<domain::Device>([&](auto done) { devices_.create(std::move(device), std::move(done)); });
        EXPECT_TRUE(made) << made.error().message;
        return made.value();
    }
    NewApplication create_application(const std::string& name = "billing") {
        const auto made =
            answer_of<NewApplication>([&](auto done) { access_.create_application(name, std::move(done)); });
        EXPECT_TRUE(made);
        return made.value();
    }
};

}  // namespace cellwise::app
