// SPDX-License-Identifier: Apache-2.0
#include "app/device_portrait.hpp"

#include "tests/app/service_fixture.hpp"

namespace cellwise::app {
namespace {

class DevicePortraitsTest : public ServiceFixture {
 protected:
    domain::Device create_device() {
        const auto product = create_product();
        return answer_of<domain::Device>(
                   [&](auto done) { devices_.create({.node_id = "a", .product = product.id}, std::move(done)); })
            .value();
    }
    DevicePortraits::Found find(const DeviceId& id) { return devices_.portraits().find(id).value(); }
};

TEST_F(DevicePortraitsTest, ShowWhatIsStoredElsewhereToo) {
    const auto device = create_device();
    auto found = find(device.id);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->device, device);
    ASSERT_TRUE(found->product);
    EXPECT_EQ(found->product->id, device.product);
    EXPECT_FALSE(found->registration);
    EXPECT_FALSE(found->running_job);

    const domain::Registration registration{.id = *RegistrationId::parse("cccccccccccccccccccccccc"),
                                            .device = device.id};
    const auto task = *TaskId::parse("aaaaaaaaaaaaaaaaaaaaaaaa");
    const domain::Job job{.id = *JobId::parse("bbbbbbbbbbbbbbbbbbbbbbbb"),
                          .task = task,
                          .device = device.id,
                          .state = domain::JobState::Downloading};
    store_.put([&](ports::Transaction& tx) -> Status {
        if (auto saved = tx.registrations().save(registration); !saved) return saved;
        if (auto inserted = tx.tasks().insert({.id = task}); !inserted) return inserted;
        return tx.jobs().insert(job);
    });
    found = find(device.id);
    ASSERT_TRUE(found->registration);
    EXPECT_EQ(found->registration->id, registration.id);
    ASSERT_TRUE(found->running_job);
    EXPECT_EQ(found->running_job->id, job.id);
}

TEST_F(DevicePortraitsTest, AreNeverOlderThanTheLastCommit) {
    const auto device = create_device();
    EXPECT_EQ(find(device.id)->device.name, "");
    auto renamed = device;
    renamed.name = "new";
    store_.put([&](ports::Transaction& tx) { return tx.devices().save(renamed); });
    EXPECT_EQ(find(device.id)->device.name, "new");
    store_.put([&](ports::Transaction& tx) -> Status {
        const auto erased = tx.devices().erase(device.id);
        return erased ? Status{} : Status{erased.error()};
    });
    EXPECT_FALSE(find(device.id));
}

}  // namespace
}  // namespace cellwise::app
