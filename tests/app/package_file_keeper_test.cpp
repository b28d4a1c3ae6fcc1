// SPDX-License-Identifier: Apache-2.0
#include "app/package_file_keeper.hpp"

#include "package_bench.hpp"

namespace cellwise::app {
namespace {

class PackageFileKeeperTest : public PackageBench {
 protected:
    void add_file(const std::string& hash) {
        const auto file = directory_->open_staging_file().value();
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
    keeper_.remove_unused(directory_->list());
    background_.run();
    EXPECT_EQ(stored_files().size(), 2U);
    EXPECT_EQ(stored(package.payload_sha256), "the vendor's file");
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
