// SPDX-License-Identifier: Apache-2.0
#include "app/package_service.hpp"

#include "app/new_id.hpp"
#include "package_bench.hpp"

#include <gmock/gmock.h>

namespace cellwise::app {
namespace {

class PackageServiceTest : public PackageBench {
 protected:
    Result<domain::PublicKey> revoke(const KeyId& id) {
        const auto revoked = result_of<RevokedKey>([&](auto done) { service_.revoke_key(id, std::move(done)); });
        if (!revoked) return revoked.error();
        return revoked->key;
    }
    Status erase(const PackageId& id) {
        return result_of<void>([&](auto done) { service_.erase(id, std::move(done)); });
    }
    /// A task of that package, in that state.
    void add_task(const PackageId& package, domain::TaskState state) {
        const domain::Task task{.id = new_id<TaskId>(random_), .name = "spring", .package = package, .state = state};
        write([task](ports::Transaction& tx) { return tx.tasks().insert(task); });
    }
};

TEST_F(PackageServiceTest, FilesAKeyUnderItsManufacturer) {
    const auto key = add_key("Acme", pem());
    ASSERT_TRUE(key) << key.error().message;
    EXPECT_EQ(key->manufacturer_name, "Acme");
    EXPECT_EQ(key->algorithm, "ed25519");
    EXPECT_EQ(key->fingerprint.size(), 64U);
    EXPECT_EQ(key->pem, pem());
    EXPECT_EQ(key->created_at, clock_.now());
    EXPECT_FALSE(key->revoked_at);
    EXPECT_EQ(service_.get_key(key->id).value(), *key);
}

TEST_F(PackageServiceTest, TakesSeveralKeysOfOneManufacturer) {
    ASSERT_TRUE(add_key("Acme", pem(0)));
    clock_.advance(Duration{60'000});
    ASSERT_TRUE(add_key("Acme", pem(1)));
    const auto keys = service_.list_keys({});
    ASSERT_TRUE(keys);
    ASSERT_EQ(keys->items.size(), 2U);
    EXPECT_EQ(keys->items[0].pem, pem(0));
}

TEST_F(PackageServiceTest, RefusesAKeyThatItCannotFile) {
    EXPECT_EQ(add_key("Nobody", pem()).error().code, "public_key.manufacturer_unknown");
    EXPECT_EQ(add_key("acme", pem()).error().code, "public_key.manufacturer_unknown");
    EXPECT_EQ(add_key("Acme", "not a key").error().code, "public_key.malformed");
    ASSERT_TRUE(add_key("Acme", pem()));
    EXPECT_EQ(add_key("Acme", pem()).error().code, "public_key.duplicate");
    EXPECT_EQ(service_.list_keys({})->items.size(), 1U);
}

TEST_F(PackageServiceTest, RevokesAKeyForGood) {
    const auto key = add_key("Acme", pem()).value();
    clock_.advance(Duration{1'000});
    const auto at = clock_.now();
    EXPECT_EQ(revoke(key.id)->revoked_at, at);
    clock_.advance(Duration{1'000});
    EXPECT_EQ(revoke(key.id)->revoked_at, at);  // again changes nothing
    EXPECT_EQ(service_.get_key(key.id)->revoked_at, at);
    EXPECT_EQ(add_key("Acme", pem()).error().code, "public_key.duplicate");
}

TEST_F(PackageServiceTest, KnowsNoKeyByAForeignId) {
    const auto id = *KeyId::parse("0123456789abcdef01234567");
    EXPECT_EQ(revoke(id).error().code, "public_key.not_found");
    EXPECT_EQ(service_.get_key(id).error().kind, ErrorKind::NotFound);
}

TEST_F(PackageServiceTest, FlagsWhatARevokedKeyVerified) {
    const auto key = add_key("Acme", pem()).value();
    const auto package = must_upload(signed_package());
    EXPECT_FALSE(service_.get(package.id)->key_revoked);
    revoke(key.id).value();
    EXPECT_TRUE(service_.get(package.id)->key_revoked);
    EXPECT_TRUE(service_.list({}, {})->items.at(0).key_revoked);
}

TEST_F(PackageServiceTest, ListsPackagesByTheirFields) {
    add_key("Acme", pem()).value();
    add_product("Acme", "WM-2", domain::Protocol::CoAP);
    must_upload(signed_package({{"version", "\"1\""}}));
    clock_.advance(Duration{60'000});
    must_upload(signed_package({{"version", "\"2\""}}));
    clock_.advance(Duration{60'000});
    must_upload(signed_package({{"version", "\"2\""}, {"model", "\"WM-2\""}}));
    EXPECT_EQ(service_.count({}).value(), 3);
    EXPECT_EQ(service_.count({.version = "2"}).value(), 2);
    const auto page = service_.list({.model = "WM-1"}, {.limit = 1});
    ASSERT_TRUE(page);
    ASSERT_EQ(page->items.size(), 1U);
    EXPECT_EQ(page->items[0].package.description.version.raw(), "1");
    const auto next = service_.list({.model = "WM-1"}, {.limit = 1, .after = page->next});
    EXPECT_EQ(next->items.at(0).package.description.version.raw(), "2");
}

TEST_F(PackageServiceTest, ErasesAPackageWithItsFiles) {
    add_key("Acme", pem()).value();
    const auto package = must_upload(signed_package());
    ASSERT_TRUE(erase(package.id));
    EXPECT_EQ(service_.get(package.id).error().code, "package.not_found");
    EXPECT_TRUE(stored_files().empty());
    EXPECT_EQ(erase(package.id).error().code, "package.not_found");
}

TEST_F(PackageServiceTest, LeavesAFileThatAnotherPackageNeeds) {
    add_key("Acme", pem()).value();
    add_product("Acme", "WM-2", domain::Protocol::CoAP);
    const auto one = must_upload(signed_package());
    const auto two = must_upload(signed_package({{"model", "\"WM-2\""}}));
    ASSERT_EQ(one.payload_sha256, two.payload_sha256);
    ASSERT_TRUE(erase(one.id));
    EXPECT_EQ(stored(two.payload_sha256), "the vendor's file");
    EXPECT_EQ(stored_files().size(), 2U);
    ASSERT_TRUE(erase(two.id));
    EXPECT_TRUE(stored_files().empty());
}

TEST_F(PackageServiceTest, ErasesNoPackageThatAnUnfinishedTaskUses) {
    add_key("Acme", pem()).value();
    const auto used = must_upload(signed_package());
    add_task(used.id, domain::TaskState::Processing);
    const auto status = erase(used.id);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, "package.in_use");
    EXPECT_EQ(status.error().kind, ErrorKind::Conflict);
    EXPECT_EQ(stored_files().size(), 2U);
}

TEST_F(PackageServiceTest, ErasesAPackageWhoseTasksHaveEnded) {
    add_key("Acme", pem()).value();
    const auto package = must_upload(signed_package());
    add_task(package.id, domain::TaskState::Success);
    EXPECT_TRUE(erase(package.id));
}

}  // namespace
}  // namespace cellwise::app
