// SPDX-License-Identifier: Apache-2.0
#include "app/package_file_keeper.hpp"

#include "package_bench.hpp"

#include <gmock/gmock.h>

namespace cellwise::app {
namespace {

class PackageFileKeeperTest : public PackageBench {
 protected:
    void add_file(const std::string& hash) {
        const auto file = directory_->open_staging_file(0).value();
        file->write(as_bytes("content")).value();
        directory_->keep(file->path(), hash).value();
    }
    const std::string hash_ = std::string(64, 'a');
};

TEST_F(PackageFileKeeperTest, RemovesWhatNobodyNeedsInTheBackground) {
    add_file(hash_);
    keeper_.remove_unused({hash_});
    EXPECT_EQ(stored_files().size(), 1U);
    background_.run();
    EXPECT_TRUE(stored_files().empty());
}

TEST_F(PackageFileKeeperTest, ClearsAtStartWhatACrashLeftBehind) {
    add_key("Acme", pem()).value();
    const auto package = must_upload(signed_package());
    add_file(hash_);
    const auto findings = keeper_.check(directory_->list());
    ASSERT_TRUE(findings);
    EXPECT_EQ(findings->unused, 1U);
    EXPECT_TRUE(findings->incomplete.empty());
    background_.run();
    EXPECT_EQ(stored_files().size(), 2U);
    EXPECT_EQ(stored(package.payload_sha256), "the vendor's file");
}

TEST_F(PackageFileKeeperTest, TellsAtStartWhichPackagesLostTheirFiles) {
    add_key("Acme", pem()).value();
    const auto whole = must_upload(signed_package({{"version", "\"1\""}}, "one"));
    const auto lost = must_upload(signed_package({{"version", "\"2\""}}, "two"));
    const auto cut_bytes = signed_package({{"version", "\"3\""}}, "three");
    const auto cut = must_upload(cut_bytes);
    directory_->erase(lost.archive_sha256).value();
    std::filesystem::resize_file(files_ / "packages" / cut.payload_sha256, 2);
    const auto findings = keeper_.check(directory_->list());
    ASSERT_TRUE(findings);
    EXPECT_EQ(findings->unused, 0U);
    EXPECT_THAT(findings->incomplete, testing::UnorderedElementsAre(lost.id, cut.id));
    must_upload(cut_bytes);  // the same bytes again make it whole
    EXPECT_THAT(keeper_.check(directory_->list())->incomplete, testing::ElementsAre(lost.id));
    EXPECT_EQ(stored(cut.payload_sha256), "three");
    EXPECT_EQ(stored(whole.payload_sha256), "one");
}

TEST_F(PackageFileKeeperTest, ChecksMorePackagesThanAPageHolds) {
    add_key("Acme", pem()).value();
    auto package = must_upload(signed_package());
    write([&](ports::Transaction& tx) -> Status {
        for (int i = 0; i < 501; ++i) {
            package.id = new_id<PackageId>(random_);
            package.description.version = *domain::Version::parse("2." + std::to_string(i));
            if (const auto inserted = tx.packages().insert(package); !inserted) return inserted;
        }
        return {};
    });
    directory_->erase(package.archive_sha256).value();
    EXPECT_EQ(keeper_.check(directory_->list())->incomplete.size(), 502U);
}

TEST_F(PackageFileKeeperTest, LeavesFilesWhoseRowIsInDoubt) {
    add_file(hash_);
    auto claim = keeper_.claim({hash_});
    claim->leave_files();
    claim.reset();
    background_.run();
    EXPECT_EQ(stored_files().size(), 1U);
}

TEST_F(PackageFileKeeperTest, LeavesWhatIsClaimedUntilTheLastClaimGoes) {
    add_file(hash_);
    auto first = keeper_.claim({hash_});
    auto second = keeper_.claim({hash_});
    keeper_.remove_unused({hash_});
    first.reset();
    background_.run();
    EXPECT_EQ(stored_files().size(), 1U);
    second.reset();
    background_.run();
    EXPECT_TRUE(stored_files().empty());
}

}  // namespace
}  // namespace cellwise::app
