// SPDX-License-Identifier: Apache-2.0
#include "app/task_writer.hpp"

#include "app/new_id.hpp"
#include "app/task_service.hpp"
#include "tests/app/service_fixture.hpp"

#include <map>

namespace cellwise::app {
namespace {

/// A database whose store thread has not come to what waits, until the test says so.
class LateDatabase final : public ports::Database {
 public:
    explicit LateDatabase(ports::Database& database) : database_(database) {}

    void write(Work work, Done done) override { waiting_.emplace_back(std::move(work), std::move(done)); }
    Status read(const Work& work) override { return database_.read(work); }

    std::size_t waiting() const { return waiting_.size(); }
    void run() {
        for (auto& [work, done] : std::exchange(waiting_, {})) database_.write(std::move(work), std::move(done));
    }
    void refuse() {
        for (auto& [work, done] : std::exchange(waiting_, {})) {
            done(Error{.kind = ErrorKind::TooMany, .code = "database.queue_full", .message = "too many writes"});
        }
    }

 private:
    ports::Database& database_;
    std::vector<std::pair<Work, Done>> waiting_{};
};

class TaskWriterTest : public ServiceFixture {
 protected:
    void SetUp() override {
        product_ = create_product();
        device_ = answer_of<domain::Device>([&](auto done) {
                      devices_.create({.node_id = "a", .product = product_.id}, std::move(done));
                  }).value();
        package_ = {.id = new_id<PackageId>(random_), .description = {.version = *domain::Version::parse("V2")}};
        package_.description.manufacturer_name = product_.manufacturer_name;
        package_.description.device_type = product_.device_type;
        package_.description.model = product_.model;
        store_.put([&](ports::Transaction& tx) { return tx.packages().insert(package_); });
    }

    TaskId write(const DeviceId& device) {
        const domain::Task task{
            .id = new_id<TaskId>(random_), .package = package_.id, .targets = {.devices = {device}}};
        const domain::Job job{
            .id = new_id<JobId>(random_), .task = task.id, .device = device, .package = package_.id};
        writer_.write({.package = package_.id, .targets = task.targets}, task, {job},
                      [this, id = task.id](Status status) {
                          EXPECT_FALSE(outcomes_.contains(id)) << "told twice";
                          outcomes_[id] = status ? "made" : status.error().code;
                      });
        return task.id;
    }
    bool is_stored(const TaskId& id) {
        return store_.get([&](ports::Transaction& tx) { return tx.tasks().find(id); }).has_value();
    }

    LateDatabase database_{store_};
    TaskWriter writer_{database_};
    domain::Product product_{};
    domain::Device device_{};
    domain::Package package_{};
    std::map<TaskId, std::string> outcomes_{};
};

TEST_F(TaskWriterTest, WritesTasksThatComeTogetherAtOnceEachWithItsOutcome) {
    const auto first = write(device_.id);
    const auto refused = write(new_id<DeviceId>(random_));
    const auto last = write(device_.id);
    EXPECT_EQ(database_.waiting(), 1U);
    EXPECT_TRUE(outcomes_.empty());
    database_.run();
    EXPECT_EQ(outcomes_,
              (std::map<TaskId, std::string>{{first, "made"}, {refused, "task.device.not_found"}, {last, "made"}}));
    EXPECT_TRUE(is_stored(first));
    EXPECT_FALSE(is_stored(refused));
    EXPECT_TRUE(is_stored(last));
    const auto next = write(device_.id);
    database_.run();
    EXPECT_TRUE(is_stored(next));
    EXPECT_EQ(outcomes_.at(next), "made");
}

TEST_F(TaskWriterTest, TellsAllThatWaitWhenTheirWriteIsNotLetIn) {
    const auto first = write(device_.id);
    const auto second = write(device_.id);
    database_.refuse();
    EXPECT_EQ(outcomes_.at(first), "database.queue_full");
    EXPECT_EQ(outcomes_.at(second), "database.queue_full");
    const auto next = write(device_.id);
    database_.run();
    EXPECT_EQ(outcomes_.at(next), "made");
    EXPECT_FALSE(is_stored(first));
}

}  // namespace
}  // namespace cellwise::app
