// SPDX-License-Identifier: Apache-2.0
#include "app/package_intake.hpp"

#include "adapters/crypto/sha256.hpp"
#include "package_bench.hpp"

#include <string>

namespace cellwise::app {
namespace {

class PackageIntakeTest : public PackageBench {
 protected:
    PackageIntakeTest() { key_ = add_key("Acme", pem()).value(); }
    domain::PublicKey key_;
};

TEST_F(PackageIntakeTest, MakesARowAndKeepsArchiveAndPayload) {
    const auto bytes =
        signed_package({{"deviceShard", "32"}, {"description", "\"Fixes the valve\""}}, std::string(100, 'x'));
    const auto accepted = upload(bytes, {.app = *AppId::parse("0123456789abcdef01234567"), .name = "spring.zip"});
    ASSERT_TRUE(accepted) << accepted.error().message;
    EXPECT_TRUE(accepted->created);
    const auto& package = accepted->package;
    EXPECT_EQ(package.app.view(), "0123456789abcdef01234567");
    EXPECT_EQ(package.name, "spring.zip");
    EXPECT_EQ(package.description.version.raw(), "V1.0");
    EXPECT_EQ(package.description.description, "Fixes the valve");
    EXPECT_EQ(package.archive_sha256, crypto::sha256_hex(as_bytes(bytes)));
    EXPECT_EQ(package.archive_size, bytes.size());
    EXPECT_EQ(package.payload_sha256, crypto::sha256_hex(as_bytes(std::string(100, 'x'))));
    EXPECT_EQ(package.payload_size, 100U);
    EXPECT_EQ(package.chunk_count, 4U);
    EXPECT_EQ(package.key_fingerprint, key_.fingerprint);
    EXPECT_EQ(package.uploaded_at, clock_.now());
    EXPECT_EQ(service_.get(package.id).value().package, package);
    EXPECT_EQ(stored(package.archive_sha256), bytes);
    EXPECT_EQ(stored(package.payload_sha256), std::string(100, 'x'));
    EXPECT_EQ(stored_files().size(), 2U);
}

TEST_F(PackageIntakeTest, CallsAPackageAsTheVendorsFileWhenItHasNoName) {
    EXPECT_EQ(must_upload(signed_package()).name, "firmware.bin");
}

TEST_F(PackageIntakeTest, AnswersOnlyWhenTheRowIsDurable) {
    const auto bytes = signed_package();
    const auto sink = intake_.open({}).value();
    sink->write(as_bytes(bytes)).value();
    bool answered = false;
    sink->finish([&](const Result<AcceptedPackage>&) { answered = true; });
    EXPECT_FALSE(answered);
    database_->commit().value();
    EXPECT_TRUE(answered);
}

TEST_F(PackageIntakeTest, TakesCoapAndLwm2mAsOne) {
    must_upload(signed_package({{"protocolType", "\"CoAP\""}, {"version", "\"1\""}}));
    must_upload(signed_package({{"protocolType", "\"LWM2M\""}, {"version", "\"2\""}}));
}

TEST_F(PackageIntakeTest, CountsNoChunksForMqtt) {
    add_product("Acme", "Gateway", domain::Protocol::Mqtt);
    const auto package =
        must_upload(signed_package({{"model", "\"Gateway\""}, {"protocolType", "\"MQTT\""}, {"deviceShard", "32"}}));
    EXPECT_EQ(package.chunk_count, 0U);
}

TEST_F(PackageIntakeTest, TakesTheLargestNumberOfChunksAndNotOneMore) {
    // 65,535 chunks of 32 bytes are more than the bench takes: another intake, with more room.
    PackageIntake roomy({.database = *database_,
                         .clock = clock_,
                         .random = random_,
                         .hashing = hashing_,
                         .signatures = verifier_,
                         .archives = archives_,
                         .descriptions = descriptions_,
                         .files = *directory_,
                         .staging = *directory_,
                         .keeper = keeper_},
                        10'000'000);
    const auto upload_to = [&](const std::string& bytes) {
        const auto sink = roomy.open({}).value();
        sink->write(as_bytes(bytes)).value();
        return result_of<AcceptedPackage>([&](auto done) { sink->finish(std::move(done)); });
    };
    const auto most = upload_to(signed_package({{"deviceShard", "32"}}, std::string(65'535 * 32, 'x')));
    ASSERT_TRUE(most) << most.error().message;
    EXPECT_EQ(most->package.chunk_count, 65'535U);
    const auto more =
        upload_to(signed_package({{"deviceShard", "32"}, {"version", "\"V2\""}}, std::string(65'535 * 32 + 1, 'x')));
    ASSERT_FALSE(more);
    EXPECT_EQ(more.error().code, "package.too_many_chunks");
    EXPECT_EQ(more.error().field, "deviceShard");
}

TEST_F(PackageIntakeTest, AnswersTheSameBytesWithThePackageThatIsThere) {
    const auto bytes = signed_package();
    const auto first = must_upload(bytes);
    const auto again = upload(bytes, {.name = "another name"});
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_FALSE(again->created);
    EXPECT_EQ(again->package, first);
    EXPECT_EQ(service_.count({}).value(), 1);
    EXPECT_EQ(stored_files().size(), 2U);
}

TEST_F(PackageIntakeTest, BringsBackALostFileWhenTheSameBytesCome) {
    const auto bytes = signed_package();
    const auto package = must_upload(bytes);
    directory_->erase(package.payload_sha256).value();
    ASSERT_TRUE(upload(bytes));
    EXPECT_EQ(stored(package.payload_sha256), "the vendor's file");
}

TEST_F(PackageIntakeTest, RefusesOtherBytesForTheSameVersion) {
    must_upload(signed_package({}, "one"));
    expect_refused(signed_package({}, "another"), "package.duplicate");
    EXPECT_EQ(upload(signed_package({}, "another")).error().kind, ErrorKind::Conflict);
    must_upload(signed_package({{"version", "\"V1.0.0\""}}, "another"));  // V1.0 is not V1.0.0
}

TEST_F(PackageIntakeTest, LetsTheFirstOfTwoAtOnceWin) {
    const auto bytes_one = signed_package({}, "one");
    const auto bytes_two = signed_package({}, "two");
    std::vector<std::string> answers;
    const auto begin = [&](const std::string& bytes) {
        const auto sink = intake_.open({}).value();
        sink->write(as_bytes(bytes)).value();
        sink->finish([&](const Result<AcceptedPackage>& result) {
            answers.push_back(result ? "accepted" : result.error().code);
        });
    };
    begin(bytes_one);
    begin(bytes_two);
    begin(bytes_one);
    database_->commit().value();
    background_.run();
    EXPECT_EQ(answers, (std::vector<std::string>{"accepted", "package.duplicate", "accepted"}));
    EXPECT_EQ(stored_files().size(), 2U) << "what the loser kept has to go";
    EXPECT_EQ(stored(crypto::sha256_hex(as_bytes("one"))), "one");
}

TEST_F(PackageIntakeTest, DropsItsFilesWhenTheKeyIsRevokedMeanwhile) {
    const auto sink = intake_.open({}).value();
    sink->write(as_bytes(signed_package())).value();
    service_.revoke_key(key_.id, [](const Result<RevokedKey>&) {});
    std::string answer;
    sink->finish([&](const Result<AcceptedPackage>& result) { answer = result ? "accepted" : result.error().code; });
    database_->commit().value();
    background_.run();
    EXPECT_EQ(answer, "signature.key_revoked");
    EXPECT_TRUE(stored_files().empty());
}

TEST_F(PackageIntakeTest, KeepsAFileThatIsErasedWhileItIsUploadedAnew) {
    const auto bytes = signed_package();
    const auto old = must_upload(bytes);
    const auto sink = intake_.open({}).value();
    sink->write(as_bytes(bytes)).value();
    service_.erase(old.id, [](const Status&) {});
    database_->commit().value();  // the row is gone; its files wait for the background
    std::string answer;
    sink->finish([&](const Result<AcceptedPackage>& result) {
        answer = !result ? result.error().code : result->created ? "created" : "there";
    });
    background_.run();  // between finding the files there and the row that needs them
    database_->commit().value();
    background_.run();
    EXPECT_EQ(answer, "created");
    EXPECT_EQ(stored(old.archive_sha256), bytes);
    EXPECT_EQ(stored(old.payload_sha256), "the vendor's file");
}

TEST_F(PackageIntakeTest, LeavesNothingOfAnUploadThatBreaksOff) {
    {
        const auto sink = intake_.open({}).value();
        sink->write(as_bytes("PK\x03\x04 half of it")).value();
        EXPECT_EQ(stored_files().size(), 1U);
    }
    EXPECT_TRUE(stored_files().empty());
}

TEST_F(PackageIntakeTest, RefusesWhatIsTooLarge) {
    EXPECT_EQ(intake_.open({.declared_size = kMaxSize + 1}).error().code, "package.too_large");
    EXPECT_TRUE(intake_.open({.declared_size = kMaxSize}));
    expect_refused(std::string(kMaxSize + 1, 'x'), "package.too_large");
    EXPECT_EQ(upload(std::string(kMaxSize + 1, 'x')).error().kind, ErrorKind::TooLarge);
}

TEST_F(PackageIntakeTest, HoldsTheQuotaAndKeepsNothingOfWhatExceedsIt) {
    const auto first = signed_package({}, std::string(1'000, 'x'));
    const auto second = signed_package({{"version", "\"V2\""}}, std::string(1'000, 'y'));
    // Room for the first and its payload, and for the second's archive, but not for what it unpacks to.
    const auto files =
        system::PackageDirectory::make(files_ / "packages", first.size() + second.size() + 1'500).value();
    PackageFileKeeper keeper(*database_, *files, background_);
    PackageIntake narrow({.database = *database_,
                          .clock = clock_,
                          .random = random_,
                          .hashing = hashing_,
                          .signatures = verifier_,
                          .archives = archives_,
                          .descriptions = descriptions_,
                          .files = *files,
                          .staging = *files,
                          .keeper = keeper},
                         kMaxSize);
    const auto upload_to = [&](const std::string& bytes) {
        const auto sink = narrow.open({.declared_size = bytes.size()}).value();
        sink->write(as_bytes(bytes)).value();
        return result_of<AcceptedPackage>([&](auto done) { sink->finish(std::move(done)); });
    };
    ASSERT_TRUE(upload_to(first));
    EXPECT_EQ(narrow.open({.declared_size = second.size() + 501}).error().code, "storage.quota");
    const auto refused = upload_to(second);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "storage.quota");
    EXPECT_EQ(refused.error().kind, ErrorKind::StorageFull);
    background_.run();
    EXPECT_EQ(stored_files().size(), 2U);
    EXPECT_EQ(files->used(), first.size() + 1'000);
    EXPECT_EQ(service_.count({}).value(), 1);
    // An archive of the payload that is there needs room for itself only.
    EXPECT_TRUE(upload_to(signed_package({{"version", "\"V3\""}}, std::string(1'000, 'x'))));
}

TEST_F(PackageIntakeTest, RefusesANameThatNobodyCouldRead) {
    expect_refused(signed_package(), "text.invalid", {.name = "a\nb"});
    expect_refused(signed_package(), "text.invalid", {.name = std::string(257, 'x')});
}

TEST_F(PackageIntakeTest, RefusesWhatHasNoGoodSignature) {
    expect_refused("", "archive.not_zip");
    expect_refused("#!/bin/sh", "archive.not_zip");
    expect_refused(package(), "signature.missing");
    expect_refused(signed_by(1, package()), "signature.key_unknown");
    expect_refused(signed_package() + "x", "archive.trailing_bytes");
    auto changed = signed_package();
    changed[60] = static_cast<char>(changed[60] ^ 1);
    expect_refused(changed, "signature.invalid");
    auto commented = test::a_package();
    commented.comment = "zipped by a friend";
    expect_refused(test::build(commented), "signature.malformed");
}

TEST_F(PackageIntakeTest, RefusesWhatARevokedKeySigned) {
    const auto bytes = signed_package();
    ASSERT_TRUE(result_of<RevokedKey>([&](auto done) { service_.revoke_key(key_.id, std::move(done)); }));
    expect_refused(bytes, "signature.key_revoked");
}

TEST_F(PackageIntakeTest, RefusesAKeyOfAnotherManufacturer) {
    add_product("Evil", "X", domain::Protocol::CoAP);
    ASSERT_TRUE(add_key("Evil", pem(1)));
    expect_refused(signed_by(1, package()), "signature.manufacturer_mismatch");
}

TEST_F(PackageIntakeTest, RefusesABrokenArchiveThoughItIsSigned) {
    auto zip = test::a_package();
    zip.entries[1].name = "linux/../firmware.bin";
    expect_refused(signed_by(0, test::build(zip)), "archive.name.parent");
    zip = test::a_package();
    zip.entries[1].crc = 0x12345678;
    expect_refused(signed_by(0, test::build(zip)), "archive.corrupt");
}

TEST_F(PackageIntakeTest, RefusesABrokenDescription) {
    expect_refused(signed_package({{"version", "\"12345678901234567\""}}), "description.version.length");
    expect_refused(signed_package({{"deviceShard", "5000"}}), "description.device_shard.range");
    expect_refused(signed_package({{"fileName", "\"other.bin\""}}), "description.file_name.absent");
}

TEST_F(PackageIntakeTest, RefusesAPackageOfNoProductModel) {
    expect_refused(signed_package({{"model", "\"WM-2\""}}), "package.product_unknown");
    expect_refused(signed_package({{"deviceType", "\"watermeter\""}}), "package.product_unknown");
    expect_refused(signed_package({{"protocolType", "\"MQTT\""}}), "package.protocol_mismatch");
}

}  // namespace
}  // namespace cellwise::app
