// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/package_signer.hpp"
#include "adapters/crypto/private_key.hpp"
#include "adapters/crypto/sha256.hpp"
#include "app/new_id.hpp"
#include "repository.hpp"
#include "system_calls.hpp"
#include "tests/adapters/archive/zip_builder.hpp"
#include "tests/fakes/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <sstream>
#include <unistd.h>

/// An upload is cut short at each of its system calls, SQLite's among them: by SIGKILL before and behind the call, by
/// an error, and by a disk that is full from there on. Then the repository and its table must agree, and what was
/// acknowledged must be there.
namespace cellwise::crash {
namespace {

namespace fs = std::filesystem;
using Files = fakes::TemporaryDirectory;

constexpr int kAcknowledged = 7;
constexpr int kRefused = 8;

const crypto::PrivateKey& the_key() {
    static const auto key = crypto::PrivateKey::generate(crypto::Algorithm::Ed25519).value();
    return key;
}

std::string signed_package(const std::string& version, const std::string& payload) {
    auto zip = test::a_package(payload);
    auto& json = zip.entries[0].data;
    json.replace(json.find("V1.0"), 4, version);
    std::istringstream in(test::build(zip));
    std::ostringstream out;
    crypto::sign_package(in, out, the_key()).value();
    return out.str();
}
const std::string kOld = signed_package("V1.0", "the payload that was there before");
const std::string kNew = signed_package("V2.0", "the payload of the upload that is cut short");

const std::string kTwin = signed_package("V3.0", "the payload that was there before");

enum class Upload { NewBytes, KnownPayload };

class CutShortUpload : public testing::TestWithParam<Upload> {
 protected:
    CutShortUpload() {
        fs::create_directory(template_);
        Repository repository(template_);
        const domain::Product product{.id = app::new_id<ProductId>(repository.random),
                                      .manufacturer_id = "acme",
                                      .manufacturer_name = "Acme",
                                      .device_type = "WaterMeter",
                                      .model = "WM-1",
                                      .protocol = domain::Protocol::CoAP};
        EXPECT_TRUE(repository.result_of<void>([&](auto done) {
            repository.database->write([&](ports::Transaction& tx) { return tx.products().insert(product); }, done);
        }));
        EXPECT_TRUE(repository.result_of<domain::PublicKey>([&](auto done) {
            repository.service.add_key({.manufacturer_name = "Acme", .pem = the_key().public_pem().value()}, done);
        }));
        EXPECT_TRUE(repository.upload(kOld));
    }

    static const std::string& upload_bytes() { return GetParam() == Upload::NewBytes ? kNew : kTwin; }

    /// A repository that holds the old package, in a folder of its own.
    fs::path fresh_state(std::size_t number) const {
        const auto state = files_ / ("state" + std::to_string(number));
        fs::copy(template_, state, fs::copy_options::recursive);
        return state;
    }

    /// How many calls an upload makes that nothing cuts short.
    std::size_t count_calls() const {
        Repository repository(fresh_state(0), 2);
        arm();
        EXPECT_TRUE(repository.upload(upload_bytes()));
        return disarm().size();
    }

    /// What the next process finds.
    void expect_agreement(const fs::path& state, bool acknowledged) {
        Repository repository(state, 3);
        const auto findings = repository.keeper.check(repository.files->list());
        ASSERT_TRUE(findings) << findings.error().message;
        EXPECT_THAT(findings->incomplete, testing::IsEmpty());
        const auto page = repository.service.list({}, {});
        ASSERT_TRUE(page) << page.error().message;
        std::vector<std::string> needed;
        for (const auto& [package, revoked] : page->items) {
            for (const auto& hash : {package.archive_sha256, package.payload_sha256}) {
                needed.push_back(hash);
                const auto bytes = repository.files->open(hash);
                ASSERT_TRUE(bytes) << bytes.error().message;
                EXPECT_EQ(crypto::sha256_hex((*bytes)->bytes()), hash);
            }
        }
        std::sort(needed.begin(), needed.end());
        needed.erase(std::unique(needed.begin(), needed.end()), needed.end());
        EXPECT_EQ(kept_files(state), needed) << "files and rows";
        const auto has = [&](const std::string& bytes) {
            return std::ranges::any_of(page->items, [&](const app::PackageView& view) {
                return view.package.archive_sha256 == crypto::sha256_hex(as_bytes(bytes));
            });
        };
        EXPECT_TRUE(has(kOld)) << "what was there before";
        EXPECT_TRUE(!acknowledged || has(upload_bytes())) << "what was acknowledged";
        const auto again = repository.upload(upload_bytes());
        EXPECT_TRUE(again) << again.error().message;
    }
    static std::vector<std::string> kept_files(const fs::path& state) {
        std::vector<std::string> names;
        for (const auto& entry : fs::recursive_directory_iterator(state / "packages")) {
            if (entry.is_regular_file()) names.push_back(fs::relative(entry.path(), state / "packages").string());
        }
        std::sort(names.begin(), names.end());
        return names;
    }

    Files files_;
    fs::path template_ = files_ / "template";
};

/// In a process of its own, which does not come back. Its exit says how it ended.
int upload_in_child(const fs::path& state, const std::string& bytes, Mishap mishap, std::size_t at) {
    const auto child = ::fork();
    if (child == 0) {
        Repository repository(state, 2);
        arm(mishap, at);
        const auto accepted = repository.upload(bytes);
        ::_exit(accepted ? kAcknowledged : kRefused);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

TEST_P(CutShortUpload, ByAKillAtAnyCallLeavesFilesAndRowsAgreeing) {
    const auto calls = count_calls();
    ASSERT_GT(calls, 12U);
    for (const auto mishap : {Mishap::KillBefore, Mishap::KillAfter}) {
        for (std::size_t at = 1; at <= calls && !HasFailure(); ++at) {
            SCOPED_TRACE((mishap == Mishap::KillBefore ? "killed before call " : "killed behind call ") +
                         std::to_string(at));
            const auto state = fresh_state(at);
            EXPECT_EQ(upload_in_child(state, upload_bytes(), mishap, at), -SIGKILL);
            expect_agreement(state, false);
            fs::remove_all(state);
        }
    }
    // The process dies behind its answer.
    const auto state = fresh_state(calls + 1);
    EXPECT_EQ(upload_in_child(state, upload_bytes(), Mishap::KillBefore, calls + 1), kAcknowledged);
    expect_agreement(state, true);
}

TEST_P(CutShortUpload, ByAnErrorOfAnyCallLeavesFilesAndRowsAgreeing) {
    const auto calls = count_calls();
    for (std::size_t at = 1; at <= calls && !HasFailure(); ++at) {
        SCOPED_TRACE("call " + std::to_string(at) + " failed");
        const auto state = fresh_state(at);
        expect_agreement(state, upload_in_child(state, upload_bytes(), Mishap::Error, at) == kAcknowledged);
        fs::remove_all(state);
    }
}

TEST_P(CutShortUpload, ByAFullDiskIsAnsweredSoAndKeepsNothingHalf) {
    const auto calls = count_calls();
    for (std::size_t at = 1; at <= calls && !HasFailure(); ++at) {
        SCOPED_TRACE("the disk was full from call " + std::to_string(at));
        const auto state = fresh_state(at);
        bool acknowledged = false;
        {
            Repository repository(state, 2);
            arm(Mishap::DiskFull, at);
            const auto accepted = repository.upload(upload_bytes());
            disarm();
            acknowledged = accepted.has_value();
            if (!accepted) {
                EXPECT_EQ(accepted.error().kind, ErrorKind::StorageFull) << accepted.error().message;
                EXPECT_THAT(accepted.error().code, testing::AnyOf("storage.full", "database.full"));
            }
            // While the process lives: a refused upload is gone, unless nobody knows what the database will say.
            const bool unknown = !accepted && accepted.error().code == "database.full";
            if (!acknowledged && !unknown) {
                EXPECT_EQ(kept_files(state), kept_files(template_));
            }
        }
        expect_agreement(state, acknowledged);
        fs::remove_all(state);
    }
}

/// A power cut, unlike a kill, takes what was not synced.
TEST_P(CutShortUpload, FindsEverythingSyncedInOrderBeforeItIsAcknowledged) {
    const auto state = fresh_state(1);
    Repository repository(state, 2);
    arm();
    ASSERT_TRUE(repository.upload(upload_bytes()));
    const auto calls = disarm();
    const auto last = [&](const auto& fits) {
        const auto found = std::find_if(calls.rbegin(), calls.rend(), fits);
        return static_cast<std::ptrdiff_t>(calls.rend() - found);  // counted from 1; 0: never
    };
    const auto directory = (state / "packages").string();
    const auto committed =
        last([](const Call& call) { return call.path.ends_with("cellwise.db-wal") && call.name.ends_with("sync"); });
    const auto named = last([&](const Call& call) { return call.name == "fsync" && call.path == directory; });
    std::size_t renames = 0;
    for (std::size_t i = 0; i < calls.size(); ++i) {
        if (calls[i].name != "rename") continue;
        ++renames;
        const auto& staging = calls[i].path;
        const auto at = static_cast<std::ptrdiff_t>(i) + 1;
        const auto written = last([&](const Call& call) { return call.name == "write" && call.path == staging; });
        const auto synced = last([&](const Call& call) { return call.name == "fsync" && call.path == staging; });
        EXPECT_LT(written, synced) << "the bytes before their sync";
        EXPECT_LT(synced, at) << "the sync before the name";
        EXPECT_LT(at, named) << "the name before the sync of the directory";
    }
    EXPECT_EQ(renames, GetParam() == Upload::KnownPayload ? 1U : 2U);
    EXPECT_LT(named, committed) << "the files before the row";
    const auto row =
        last([](const Call& call) { return call.path.ends_with("cellwise.db-wal") && call.name == "pwrite"; });
    EXPECT_LT(named, row);
    EXPECT_LT(row, committed) << "the row before the answer";
}

INSTANTIATE_TEST_SUITE_P(Uploads, CutShortUpload, testing::Values(Upload::NewBytes, Upload::KnownPayload),
                         [](const auto& upload) {
                             return upload.param == Upload::NewBytes ? "OfNewBytes" : "OfAKnownPayload";
                         });

}  // namespace
}  // namespace cellwise::crash
