// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/archive/upgrade_description_json.hpp"
#include "adapters/archive/zip_package_archive.hpp"
#include "adapters/crypto/hashing.hpp"
#include "adapters/crypto/package_signer.hpp"
#include "adapters/crypto/package_verifier.hpp"
#include "adapters/crypto/private_key.hpp"
#include "adapters/sqlite/inline_database.hpp"
#include "adapters/system/package_directory.hpp"
#include "app/new_id.hpp"
#include "app/package_intake.hpp"
#include "app/package_service.hpp"
#include "tests/adapters/archive/zip_builder.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/manual_executor.hpp"
#include "tests/fakes/seeded_random.hpp"
#include "tests/fakes/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace cellwise::app {

/// Intake and service over the real adapters, a database that commits when it is told, and one vendor, Acme, whose
/// water meters speak CoAP.
class PackageBench : public testing::Test {
 protected:
    static constexpr std::uint64_t kMaxSize = 1'000'000;

    PackageBench() { add_product("Acme", "WM-1", domain::Protocol::CoAP); }

    // Rows. -----------------------------------------------------------------------------------------------------
    void write(const ports::Database::Work& work) {
        Status result{};
        database_->write(work, [&result](Status status) { result = std::move(status); });
        database_->commit().value();
        ASSERT_TRUE(result) << result.error().message;
    }
    domain::Product add_product(const std::string& manufacturer, const std::string& model,
                                domain::Protocol protocol) {
        const domain::Product product{.id = new_id<ProductId>(random_),
                                      .manufacturer_id = manufacturer,
                                      .manufacturer_name = manufacturer,
                                      .device_type = "WaterMeter",
                                      .model = model,
                                      .protocol = protocol,
                                      .created_at = clock_.now()};
        write([product](ports::Transaction& tx) { return tx.products().insert(product); });
        return product;
    }
    Result<domain::PublicKey> add_key(const std::string& manufacturer, const std::string& pem) {
        return result_of<domain::PublicKey>(
            [&](auto done) { service_.add_key({.manufacturer_name = manufacturer, .pem = pem}, std::move(done)); });
    }
    /// What a call with a callback gives, after a commit and the background's work.
    template <class T, class Call>
    Result<T> result_of(const Call& call) {
        std::optional<Result<T>> result;
        call([&result](Result<T> given) { result.emplace(std::move(given)); });
        database_->commit().value();
        background_.run();
        EXPECT_TRUE(result) << "the callback did not run";
        return result ? std::move(*result) : Result<T>(internal_error("test", "no answer"));
    }

    // Packages. -------------------------------------------------------------------------------------------------
    static const crypto::PrivateKey& key(int number = 0) {
        static std::map<int, crypto::PrivateKey> keys;
        const auto found = keys.find(number);
        if (found != keys.end()) return found->second;
        return keys.emplace(number, crypto::PrivateKey::generate(crypto::Algorithm::Ed25519).value()).first->second;
    }
    static std::string pem(int number = 0) { return key(number).public_pem().value(); }

    /// A description with some fields changed: {"version", "\"V2\""}.
    using Changes = std::map<std::string, std::string>;
    static std::string description(const Changes& changes = {}) {
        Changes fields = {
            {"specVersion", "\"1.0\""}, {"fileName", "\"firmware.bin\""}, {"packageType", "\"softwarePackage\""},
            {"version", "\"V1.0\""},    {"deviceType", "\"WaterMeter\""}, {"manufacturerName", "\"Acme\""},
            {"model", "\"WM-1\""},      {"protocolType", "\"LWM2M\""}};
        for (const auto& [name, value] : changes) fields[name] = value;
        std::string json = "{";
        for (const auto& [name, value] : fields) json += (json.size() > 1 ? ",\"" : "\"") + name + "\":" + value;
        return json + "}";
    }
    static std::string package(const Changes& changes = {}, const std::string& payload = "the vendor's file") {
        auto zip = test::a_package(payload);
        zip.entries[0].data = description(changes);
        return test::build(zip);
    }
    static std::string signed_by(int number, const std::string& bytes) {
        std::istringstream in(bytes);
        std::ostringstream out;
        crypto::sign_package(in, out, key(number)).value();
        return out.str();
    }
    static std::string signed_package(const Changes& changes = {}, const std::string& payload = "the vendor's file") {
        return signed_by(0, package(changes, payload));
    }

    // Uploads. --------------------------------------------------------------------------------------------------
    Result<AcceptedPackage> upload(const std::string& bytes, NewUpload what = {}) {
        const auto opened = intake_.open(std::move(what));
        if (!opened) return opened.error();
        const auto& sink = *opened;
        for (std::size_t at = 0; at < bytes.size(); at += 100) {  // as a network would bring it
            if (const auto taken =
                    sink->write(as_bytes(bytes).subspan(at, std::min<std::size_t>(100, bytes.size() - at)));
                !taken) {
                return taken.error();
            }
        }
        return result_of<AcceptedPackage>([&](auto done) { sink->finish(std::move(done)); });
    }
    domain::Package must_upload(const std::string& bytes) {
        auto accepted = upload(bytes);
        EXPECT_TRUE(accepted) << accepted.error().code << ": " << accepted.error().message;
        return accepted ? accepted->package : domain::Package{};
    }
    /// Refused with that code, and nothing is left of it: no file, no row.
    void expect_refused(const std::string& bytes, std::string_view code, NewUpload what = {}) {
        const auto files = stored_files();
        const auto rows = service_.count({}).value();
        const auto accepted = upload(bytes, std::move(what));
        ASSERT_FALSE(accepted) << "not refused with " << code;
        EXPECT_EQ(accepted.error().code, code) << accepted.error().message;
        background_.run();
        EXPECT_EQ(stored_files(), files) << code;
        EXPECT_EQ(service_.count({}).value(), rows);
    }
    std::vector<std::string> stored_files() const {
        std::vector<std::string> names;
        for (const auto& name : files_.files()) {
            if (name.starts_with("packages/")) names.push_back(name.substr(9));
        }
        return names;
    }
    std::string stored(const std::string& sha256) {
        const auto view = directory_->open(sha256);
        return view ? std::string(as_text((*view)->bytes())) : "(" + view.error().message + ")";
    }

    fakes::TemporaryDirectory files_;
    fakes::ManualClock clock_;
    fakes::SeededRandom random_;
    fakes::ManualExecutor background_;
    std::unique_ptr<sqlite::InlineDatabase> database_ =
        sqlite::InlineDatabase::open({.path = files_ / "cellwise.db", .sync = sqlite::Sync::Off}).value();
    std::unique_ptr<system::PackageDirectory> directory_ =
        system::PackageDirectory::make(files_ / "packages").value();
    crypto::OpenSslHashing hashing_;
    crypto::PackageVerifier verifier_;
    archive::ZipPackageArchive archives_{hashing_};
    archive::JsonDescriptionReader descriptions_;
    PackageFileKeeper keeper_{*database_, *directory_, background_};
    PackageService service_{*database_, clock_, random_, verifier_, keeper_};
    PackageIntake intake_{{.database = *database_,
                           .clock = clock_,
                           .random = random_,
                           .hashing = hashing_,
                           .signatures = verifier_,
                           .archives = archives_,
                           .descriptions = descriptions_,
                           .files = *directory_,
                           .staging = *directory_,
                           .keeper = keeper_},
                          kMaxSize};
};

}  // namespace cellwise::app
