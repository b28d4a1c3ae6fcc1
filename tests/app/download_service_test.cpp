// SPDX-License-Identifier: Apache-2.0
#include "app/download_service.hpp"

#include "adapters/crypto/hashing.hpp"
#include "tests/contract/results.hpp"
#include "tests/contract/sample_rows.hpp"
#include "tests/fakes/committed_store.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/memory_package_files.hpp"
#include "tests/fakes/seeded_random.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace cellwise::app {
namespace {

using contract::at_second;
using contract::is_error;
using contract::nth;
using ports::Transaction;
using namespace std::chrono_literals;

/// Two devices, each with a job for the same package; the first has its ticket.
class DownloadServiceTest : public testing::Test {
 protected:
    void SetUp() override {
        clock_.set(at_second(0));
        files_.put(package_.payload_sha256, Bytes{1, 2, 3});
        store_.put([this](Transaction& tx) -> Status {
            if (auto put = tx.products().insert(contract::product(1)); !put) return put;
            if (auto put = tx.packages().insert(package_); !put) return put;
            for (const unsigned n : {1U, 2U}) {
                if (auto put = tx.devices().insert(contract::device(n)); !put) return put;
            }
            return tx.tasks().insert(contract::task(1));
        });
        for (auto* job : {&job_, &other_}) {
            job->package = package_.id;
            store_.put([job](Transaction& tx) { return tx.jobs().insert(*job); });
        }
        ticket_ = issue(job_);
    }

    DownloadTicket issue(const domain::Job& job) {
        const auto ticket = service_.issue(job, clock_.now());
        store_.put([&](Transaction& tx) { return DownloadService::keep(tx, ticket, job); });
        return ticket;
    }
    void save(const domain::Job& job) {
        store_.put([&](Transaction& tx) { return tx.jobs().save(job); });
    }
    Result<ports::Download> open(const std::string& token) {
        return service_.open({.app = app_, .device = device_, .package = file_, .token = token});
    }

    fakes::CommittedStore store_{};
    fakes::ManualClock clock_{};
    fakes::SeededRandom random_{};
    crypto::OpenSslHashing hashing_{};
    fakes::MemoryPackageFiles files_{};
    domain::Package package_ = contract::package(1);
    domain::Job job_ = contract::job_in(domain::JobState::Notifying, 1);
    domain::Job other_ = contract::job_in(domain::JobState::Notifying, 2);
    DownloadService service_{{store_, clock_, random_, hashing_, files_},
                             {.public_url = "https://fota.example.com:8943", .token_lifetime = 24h}};
    DownloadTicket ticket_{};
    std::string app_ = job_.app.str();
    std::string device_ = job_.device.str();
    std::string file_ = package_.id.str();
};

TEST_F(DownloadServiceTest, IssuesATicketWithTheVendorsUrl) {
    EXPECT_EQ(ticket_.url, "https://fota.example.com:8943/iodm/dev/v2.0/upgradefile/applications/" + app_ +
                               "/devices/" + device_ + "/packages/" + file_);
    EXPECT_EQ(ticket_.expires, 24h);
    EXPECT_EQ(ticket_.expires_at, at_second(0) + 24h);
    EXPECT_EQ(ticket_.token.size(), 64U);
    EXPECT_EQ(ticket_.token.find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST_F(DownloadServiceTest, IssuesNoTokenTwice) {
    std::set<std::string> tokens;
    for (int n = 0; n < 100; ++n) tokens.insert(service_.issue(job_, clock_.now()).token);
    EXPECT_EQ(tokens.size(), 100U);
}

TEST_F(DownloadServiceTest, StoresTheHashOfATokenAndNeverTheToken) {
    const auto kept = store_.get([&](Transaction& tx) { return tx.download_tokens().find(ticket_.token_hash); });
    ASSERT_TRUE(kept);
    EXPECT_NE(kept->hash, ticket_.token);
    EXPECT_FALSE(store_.get([&](Transaction& tx) { return tx.download_tokens().find(ticket_.token); }));
}

TEST_F(DownloadServiceTest, OpensTheFileForTheDeviceThatHoldsTheToken) {
    const auto download = open(ticket_.token);
    ASSERT_TRUE(download) << download.error().code;
    EXPECT_EQ(download->job, job_.id);
    EXPECT_EQ(download->device, job_.device);
    EXPECT_EQ(download->payload->bytes().size(), 3U);
    EXPECT_EQ(download->file_name, package_.description.file_name);
    EXPECT_EQ(download->sha256, package_.payload_sha256);
    EXPECT_EQ(download->ranges_from_one, contract::product(1).mqtt.ranges_from_one);
}

TEST_F(DownloadServiceTest, SharesOneMappingAmongTheTransfersOfAFile) {
    const auto first = open(ticket_.token);
    files_.erase(package_.payload_sha256).value();
    const auto second = open(ticket_.token);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->payload, second->payload);
}

TEST_F(DownloadServiceTest, KnowsAWrongTokenFromARightOne) {
    auto wrong = ticket_.token;
    wrong.back() = wrong.back() == '0' ? '1' : '0';
    auto upper = ticket_.token;
    upper[0] = 'A';
    for (const auto& token : {std::string{}, wrong, upper, ticket_.token + "0", ticket_.token_hash,
                              std::string(64, '\0'), std::string(10'000, 'a')}) {
        EXPECT_TRUE(is_error(open(token), ErrorKind::Unauthenticated, "download.token"));
    }
}

TEST_F(DownloadServiceTest, RefusesATokenThatWasNeverCommitted) {
    EXPECT_TRUE(
        is_error(open(service_.issue(job_, clock_.now()).token), ErrorKind::Unauthenticated, "download.token"));
}

TEST_F(DownloadServiceTest, RefusesATokenFromItsExpiryOn) {
    clock_.advance(24h - 1ms);
    EXPECT_TRUE(open(ticket_.token));
    clock_.advance(1ms);
    EXPECT_TRUE(is_error(open(ticket_.token), ErrorKind::Unauthenticated, "download.token"));
}

TEST_F(DownloadServiceTest, RefusesTheTokenOfAnotherDevicePackageOrApplication) {
    const auto of_other = issue(other_);
    EXPECT_TRUE(is_error(open(of_other.token), ErrorKind::Forbidden, "download.other"));
    file_ = nth<PackageId>(2).str();
    EXPECT_TRUE(is_error(open(ticket_.token), ErrorKind::Forbidden, "download.other"));
    file_ = package_.id.str();
    app_ = nth<AppId>(9).str();
    EXPECT_TRUE(is_error(open(ticket_.token), ErrorKind::Forbidden, "download.other"));
}

TEST_F(DownloadServiceTest, TellsAStrangerNothingOfAJobThatIsOver) {
    auto stopped = other_;
    stopped.state = domain::JobState::Stopped;
    const auto of_other = issue(other_);
    save(stopped);
    EXPECT_TRUE(is_error(open(of_other.token), ErrorKind::Forbidden, "download.other"));
}

TEST_F(DownloadServiceTest, EndsWithItsJob) {
    for (const auto state : {domain::JobState::Stopped, domain::JobState::Failed, domain::JobState::Succeeded}) {
        auto ended = job_;
        ended.state = state;
        save(ended);
        EXPECT_TRUE(is_error(open(ticket_.token), ErrorKind::Conflict, "download.stopped")) << state;
    }
}

TEST_F(DownloadServiceTest, GoesOnWhileTheJobDoes) {
    for (const auto state :
         {domain::JobState::Downloading, domain::JobState::Updating, domain::JobState::Verifying}) {
        auto running = job_;
        running.state = state;
        save(running);
        EXPECT_TRUE(open(ticket_.token)) << state;
    }
}

TEST_F(DownloadServiceTest, LetsSeveralTokensOfOneJobLive) {
    const auto again = issue(job_);
    EXPECT_NE(again.token, ticket_.token);
    EXPECT_TRUE(open(again.token));
    EXPECT_TRUE(open(ticket_.token));
}

TEST_F(DownloadServiceTest, SaysThatTheFileIsGone) {
    files_.erase(package_.payload_sha256).value();
    EXPECT_TRUE(is_error(open(ticket_.token), ErrorKind::NotFound, "download.file"));
}

TEST_F(DownloadServiceTest, RefusesADeviceThatWasDeleted) {
    store_.put([&](Transaction& tx) -> Status {
        const auto erased = tx.devices().erase(job_.device);
        return erased ? Status{} : Status{erased.error()};
    });
    EXPECT_TRUE(is_error(open(ticket_.token), ErrorKind::Conflict, "download.stopped"));
}

TEST_F(DownloadServiceTest, WritesAPlaceholderForTheApplicationOfAnOperatorsJob) {
    other_.app = AppId{};
    other_.id = nth<JobId>(3);
    other_.device = nth<DeviceId>(3);
    store_.put([&](Transaction& tx) -> Status {
        if (auto put = tx.devices().insert(contract::device(3)); !put) return put;
        return tx.jobs().insert(other_);
    });
    const auto ticket = issue(other_);
    EXPECT_NE(ticket.url.find("/applications/operator/devices/"), std::string::npos) << ticket.url;
    app_ = "operator";
    device_ = other_.device.str();
    EXPECT_TRUE(open(ticket.token));
}

TEST_F(DownloadServiceTest, PassesOnWhatTheDatabaseSays) {
    store_.read_error = internal_error("storage.failed", "the disk is gone");
    EXPECT_TRUE(is_error(open(ticket_.token), ErrorKind::Internal, "storage.failed"));
}

}  // namespace
}  // namespace cellwise::app
