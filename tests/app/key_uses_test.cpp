// SPDX-License-Identifier: Apache-2.0
#include "app/key_uses.hpp"

#include "app/transact.hpp"
#include "package_bench.hpp"

#include <gmock/gmock.h>

namespace cellwise::app {
namespace {

class KeyUsesTest : public PackageBench {
 protected:
    KeyUsesTest() {
        key_ = add_key("Acme", pem(0)).value();
        other_ = add_key("Acme", pem(1)).value();
    }
    TaskId add_task(const PackageId& package, domain::TaskState state) {
        const domain::Task task{.id = new_id<TaskId>(random_),
                                .name = "spring",
                                .package = package,
                                .state = state,
                                .created_at = clock_.now()};
        write([task](ports::Transaction& tx) { return tx.tasks().insert(task); });
        return task.id;
    }
    KeyUses uses_of(const domain::PublicKey& key) {
        return read<KeyUses>(*database_, [&](ports::Transaction& tx) { return find_key_uses(tx, key); }).value();
    }
    template <class Item>
    static auto ids(const std::vector<Item>& items) {
        std::vector<decltype(Item::id)> all;
        for (const auto& item : items) all.push_back(item.id);
        return all;
    }

    domain::PublicKey key_;
    domain::PublicKey other_;
};

TEST_F(KeyUsesTest, AreThePackagesThatTheKeyVerifiedAndTheirUnfinishedTasks) {
    const auto one = must_upload(signed_by(0, package({{"version", "\"1\""}})));
    const auto two = must_upload(signed_by(0, package({{"version", "\"2\""}})));
    const auto others = must_upload(signed_by(1, package({{"version", "\"3\""}})));
    const auto waiting = add_task(one.id, domain::TaskState::Wait);
    const auto running = add_task(two.id, domain::TaskState::Processing);
    add_task(one.id, domain::TaskState::Success);
    add_task(others.id, domain::TaskState::Processing);
    const auto uses = uses_of(key_);
    EXPECT_THAT(ids(uses.packages), testing::UnorderedElementsAre(one.id, two.id));
    EXPECT_THAT(ids(uses.tasks), testing::ElementsAre(waiting, running));
    EXPECT_FALSE(uses.more);
    EXPECT_THAT(ids(uses_of(other_).packages), testing::ElementsAre(others.id));
}

TEST_F(KeyUsesTest, AreNoneOfAKeyThatVerifiedNothing) {
    EXPECT_TRUE(uses_of(key_).packages.empty());
    EXPECT_TRUE(uses_of(key_).tasks.empty());
}

TEST_F(KeyUsesTest, AreBounded) {
    auto package = must_upload(signed_package());
    write([&](ports::Transaction& tx) -> Status {
        for (std::size_t i = 1; i < KeyUses::kMostUses; ++i) {
            package.id = new_id<PackageId>(random_);
            package.description.version = *domain::Version::parse("2." + std::to_string(i));
            if (const auto inserted = tx.packages().insert(package); !inserted) return inserted;
        }
        return {};
    });
    EXPECT_EQ(uses_of(key_).packages.size(), KeyUses::kMostUses);
    EXPECT_FALSE(uses_of(key_).more);
    must_upload(signed_package({{"version", "\"one more\""}}));
    EXPECT_EQ(uses_of(key_).packages.size(), KeyUses::kMostUses);
    EXPECT_TRUE(uses_of(key_).more);
}

}  // namespace
}  // namespace cellwise::app
