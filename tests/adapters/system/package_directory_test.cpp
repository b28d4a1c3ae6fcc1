// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/package_directory.hpp"

#include "tests/fakes/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace cellwise::system {
namespace {

using Files = fakes::TemporaryDirectory;

const std::string kHash(64, 'a');
const std::string kOtherHash(64, 'b');

class PackageDirectoryTest : public testing::Test {
 protected:
    std::filesystem::path staged(std::string_view content) {
        auto file = directory_->open_staging_file(0).value();
        file->write(as_bytes(content)).value();
        return file->path();
    }
    std::string content_of(std::string_view hash) {
        return std::string(as_text(directory_->open(hash).value()->bytes()));
    }

    Files files_;
    std::filesystem::path root_ = files_ / "state/packages";
    std::unique_ptr<PackageDirectory> directory_ = PackageDirectory::make(root_).value();
};

TEST_F(PackageDirectoryTest, KeepsAStagingFileUnderItsHash) {
    ASSERT_TRUE(directory_->keep(staged("content"), kHash));
    EXPECT_EQ(files_.files(), std::vector<std::string>{"state/packages/" + kHash});
    EXPECT_EQ(content_of(kHash), "content");
    EXPECT_EQ(directory_->list(), (std::vector<ports::KeptFile>{{.sha256 = kHash, .size = 7}}));
}

TEST_F(PackageDirectoryTest, GivesEachUploadAFileOfItsOwn) {
    const auto first = directory_->open_staging_file(0).value();
    const auto second = directory_->open_staging_file(0).value();
    EXPECT_NE(first->path(), second->path());
    EXPECT_NE(directory_->new_staging_file().value(), directory_->new_staging_file().value());
    ASSERT_TRUE(first->write(as_bytes("a")));
    ASSERT_TRUE(second->write(as_bytes("b")));
    ASSERT_TRUE(first->write(as_bytes("c")));
    EXPECT_EQ(Files::read(first->path()), "ac");
}

TEST_F(PackageDirectoryTest, KeepsWhatIsThereAlready) {
    ASSERT_TRUE(directory_->keep(staged("content"), kHash));
    const auto view = directory_->open(kHash).value();
    ASSERT_TRUE(directory_->keep(staged("content"), kHash));
    EXPECT_EQ(files_.files(), std::vector<std::string>{"state/packages/" + kHash});
    EXPECT_EQ(as_text(view->bytes()), "content");
}

TEST_F(PackageDirectoryTest, ReplacesAFileThatWasCutShort) {
    files_.write("state/packages/" + kHash, "cont");
    ASSERT_TRUE(directory_->keep(staged("content"), kHash));
    EXPECT_EQ(content_of(kHash), "content");
}

TEST_F(PackageDirectoryTest, DiscardsAStagingFile) {
    const auto path = staged("content");
    directory_->discard(path);
    EXPECT_TRUE(files_.files().empty());
    directory_->discard(path);  // once more does no harm
}

TEST_F(PackageDirectoryTest, ErasesAFileButNotUnderItsReaders) {
    ASSERT_TRUE(directory_->keep(staged("content"), kHash));
    const auto view = directory_->open(kHash).value();
    ASSERT_TRUE(directory_->erase(kHash));
    EXPECT_TRUE(files_.files().empty());
    EXPECT_EQ(as_text(view->bytes()), "content");
    EXPECT_TRUE(directory_->erase(kHash));
}

TEST_F(PackageDirectoryTest, SaysWhenAFileIsNotThere) {
    const auto view = directory_->open(kHash);
    ASSERT_FALSE(view);
    EXPECT_EQ(view.error().kind, ErrorKind::NotFound);
    EXPECT_EQ(view.error().code, "package.file.missing");
}

TEST_F(PackageDirectoryTest, MapsAnEmptyFile) {
    ASSERT_TRUE(directory_->keep(staged(""), kHash));
    EXPECT_TRUE(directory_->open(kHash).value()->bytes().empty());
}

TEST_F(PackageDirectoryTest, DropsAtStartWhatWasCutShortAndNothingElse) {
    ASSERT_TRUE(directory_->keep(staged("content"), kHash));
    ASSERT_TRUE(directory_->keep(staged("other content"), kOtherHash));
    staged("half an upl");
    directory_ = PackageDirectory::make(root_).value();
    EXPECT_EQ(files_.files(), (std::vector<std::string>{"state/packages/" + kHash, "state/packages/" + kOtherHash}));
}

TEST_F(PackageDirectoryTest, IsReadableByItsOwnerAlone) {
    using std::filesystem::perms;
    ASSERT_TRUE(directory_->keep(staged("content"), kHash));
    EXPECT_EQ(std::filesystem::status(root_).permissions(), perms::owner_all);
    EXPECT_EQ(std::filesystem::status(root_ / kHash).permissions(), perms::owner_read | perms::owner_write);
}

TEST_F(PackageDirectoryTest, ListsOnlyPackageFiles) {
    files_.write("state/packages/notes.txt", "an operator's");
    std::filesystem::create_directory(root_ / kHash);
    EXPECT_TRUE(directory_->list().empty());
}

TEST_F(PackageDirectoryTest, CannotBeMadeInAFile) {
    const auto directory = PackageDirectory::make(files_.write("file", "") / "packages");
    ASSERT_FALSE(directory);
    EXPECT_EQ(directory.error().code, "file.unwritable");
}

TEST_F(PackageDirectoryTest, CannotKeepAFileThatIsGone) {
    EXPECT_EQ(directory_->keep(root_ / "staging/gone", kHash).error().code, "file.unwritable");
}

TEST_F(PackageDirectoryTest, KeepsItsQuota) {
    directory_ = PackageDirectory::make(root_, 20).value();
    EXPECT_EQ(directory_->open_staging_file(21).error().code, "storage.quota");
    ASSERT_TRUE(directory_->keep(staged("0123456789"), kHash));
    const auto file = directory_->open_staging_file(10).value();
    ASSERT_TRUE(file->write(as_bytes("01234567")));
    const auto more = file->write(as_bytes("890"));
    ASSERT_FALSE(more);
    EXPECT_EQ(more.error().code, "storage.quota");
    EXPECT_EQ(more.error().kind, ErrorKind::StorageFull);
    directory_->discard(file->path());
    EXPECT_EQ(directory_->used(), 10U);
    // What was unpacked into a staging file by others counts when it is to be kept.
    const auto unpacked = directory_->new_staging_file().value();
    std::ofstream(unpacked) << "01234567890";
    EXPECT_EQ(directory_->keep(unpacked, kOtherHash).error().code, "storage.quota");
    directory_->discard(unpacked);
    ASSERT_TRUE(directory_->erase(kHash));
    EXPECT_EQ(directory_->used(), 0U);
}

TEST_F(PackageDirectoryTest, CountsEqualFilesOnceAndKnowsItsUseAfterARestart) {
    directory_ = PackageDirectory::make(root_, 20).value();
    ASSERT_TRUE(directory_->keep(staged("0123456789"), kHash));
    ASSERT_TRUE(directory_->keep(staged("0123456789"), kHash));
    EXPECT_EQ(directory_->used(), 10U);
    staged("cut short");
    directory_ = PackageDirectory::make(root_, 20).value();
    EXPECT_EQ(directory_->used(), 10U);
}

using PackageDirectoryDeathTest = PackageDirectoryTest;
TEST_F(PackageDirectoryDeathTest, TakesNoNameThatIsNoHash) {
    EXPECT_DEATH((void)directory_->open("../../etc/passwd"), "does not hold");
    EXPECT_DEATH((void)directory_->erase(std::string(64, 'A')), "does not hold");
}

}  // namespace
}  // namespace cellwise::system
