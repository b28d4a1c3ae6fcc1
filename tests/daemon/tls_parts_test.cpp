// SPDX-License-Identifier: Apache-2.0
#include "daemon/tls_parts.hpp"

#include "adapters/crypto/certificate_reader.hpp"
#include "adapters/crypto/self_signed_certificate.hpp"
#include "tests/fakes/null_metrics.hpp"
#include "tests/fakes/temporary_directory.hpp"

#include "cellwise/base/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

namespace cellwise::daemon {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const Timestamp kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 26);
const MachineNames kNames{.host = "gateway.example"};

class TlsPartsTest : public ::testing::Test {
 protected:
    TlsPartsTest() { config_.state_dir = directory_.path(); }

    Status open() { return parts_.open(config_, kNames, kNow); }
    std::string file(std::string_view name, std::string_view text) { return directory_.write(name, text).string(); }
    /// Configures a certificate of this name and its key.
    crypto::ServerIdentity configure(const std::string& name) {
        auto made = crypto::make_self_signed({.common_name = name, .dns = {"localhost"}}, kNow).value();
        config_.https_certificate = file("server.pem", made.certificate_pem);
        config_.https_key = file("server.key", made.key_pem);
        return made;
    }
    std::string refusal() {
        const auto checked = TlsParts::check(config_);
        return checked ? "" : checked.error().message;
    }

    fakes::TemporaryDirectory directory_{};
    crypto::PemCertificateReader reader_{};
    fakes::NullMetrics metrics_{};
    Config config_{};
    TlsParts parts_{reader_, metrics_};
    fs::path certificate_ = directory_ / "https.crt";
    fs::path key_ = directory_ / "https.key";
};

TEST_F(TlsPartsTest, MakesACertificateAtTheFirstStartAndKeepsIt) {
    ASSERT_TRUE(open());
    ASSERT_TRUE(parts_.identity());
    const auto made = fakes::TemporaryDirectory::read(certificate_);
    EXPECT_EQ(reader_.read(made)->front().subject, "CN=gateway.example");
    EXPECT_EQ(fs::status(key_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    TlsParts again(reader_, metrics_);
    ASSERT_TRUE(again.open(config_, kNames, kNow));
    EXPECT_EQ(fakes::TemporaryDirectory::read(certificate_), made);
}

TEST_F(TlsPartsTest, MakesBothAnewWhereverAStartWasKilledBetween) {
    ASSERT_TRUE(open());
    for (const auto& lost : {certificate_, key_}) {
        fs::remove(lost);
        TlsParts again(reader_, metrics_);
        EXPECT_TRUE(again.open(config_, kNames, kNow)) << lost;
        EXPECT_TRUE(fs::exists(lost));
    }
}

TEST_F(TlsPartsTest, MakesNoneWhereOneIsConfiguredOrNobodyListens) {
    config_.https_listen = {};
    config_.download_tls = false;
    ASSERT_TRUE(open());
    EXPECT_FALSE(parts_.identity());
    EXPECT_FALSE(parts_.download_identity());
    config_.https_listen = {"127.0.0.1", 0};
    configure("mine");
    ASSERT_TRUE(open());
    EXPECT_TRUE(parts_.identity());
    EXPECT_FALSE(fs::exists(certificate_));
    EXPECT_FALSE(fs::exists(key_));
}

TEST_F(TlsPartsTest, MakesOneForDownloadsAlone) {
    config_.https_listen = {};
    ASSERT_TRUE(open());
    EXPECT_TRUE(parts_.download_identity());
}

TEST_F(TlsPartsTest, NamesTheKeyTheFileAndTheRuleOfWhatIsWrong) {
    const auto made = configure("mine");
    EXPECT_EQ(refusal(), "");
    const auto server = config_.https_certificate;
    config_.https_certificate = "/nowhere/server.pem";
    EXPECT_EQ(refusal(), "https.certificate: /nowhere/server.pem: cannot be read: No such file or directory");
    config_.https_certificate = file("text", "text");
    EXPECT_THAT(refusal(),
                StartsWith("https.certificate: " + config_.https_certificate + ": must hold certificates"));
    config_.https_certificate = server;
    config_.https_key =
        file("other.key", crypto::make_self_signed({.common_name = "x", .dns = {"x"}}, kNow)->key_pem);
    EXPECT_EQ(refusal(), "https.key: " + config_.https_key + ": the private key is not that of the certificate");
    EXPECT_EQ(open().error().message, refusal()) << "at a start as in a check";
    config_.https_key = file("server.key", made.key_pem);
    config_.https_client_certificate = http::ClientCertificates::Optional;
    config_.https_client_ca = file("text", "text");
    EXPECT_THAT(refusal(), StartsWith("https.client_ca: " + config_.https_client_ca + ": must hold"));
    config_.https_client_ca = server;
    EXPECT_EQ(refusal(), "");
    config_.webhook_ca = file("text", "text");
    EXPECT_THAT(refusal(), StartsWith("webhook.ca: " + config_.webhook_ca + ": must hold"));
    config_.webhook_ca = server;
    EXPECT_EQ(refusal(), "");
}

TEST_F(TlsPartsTest, TakesACertificateWithItsKeyInOneFile) {
    const auto made = configure("mine");
    config_.https_certificate = file("both.pem", made.key_pem + made.certificate_pem);
    config_.https_key = config_.https_certificate;
    EXPECT_TRUE(open());
}

/// The lines that are logged while it lives.
struct LogLines {
    LogLines() {
        lines.clear();
        log::set_sink(&keep);
    }
    ~LogLines() {
        log::set_sink([](log::Level, std::string_view, log::Fields) {});
    }
    static void keep(log::Level, std::string_view message, log::Fields fields) {
        std::string line(message);
        for (const auto& field : fields) line.append(" ").append(field.key).append("=").append(field.value);
        lines.push_back(std::move(line));
    }
    static inline std::vector<std::string> lines{};
};

TEST_F(TlsPartsTest, ReloadsWhatIsRightAndKeepsTheOldOtherwise) {
    configure("first");
    ASSERT_TRUE(open());
    const auto first = parts_.identity()->context();
    const auto second = configure("second");
    {
        const LogLines log;
        parts_.reload(config_, kNow);
        EXPECT_THAT(log.lines,
                    ::testing::Contains(HasSubstr(reader_.read(second.certificate_pem)->front().fingerprint)));
    }
    const auto in_force = parts_.identity()->context();
    EXPECT_NE(in_force, first);
    config_.https_key = file("text", "text");
    const LogLines log;
    parts_.reload(config_, kNow);
    EXPECT_EQ(parts_.identity()->context(), in_force);
    EXPECT_THAT(log.lines, ::testing::Contains(HasSubstr("the old ones stay in force")));
    EXPECT_THAT(log.lines, ::testing::Contains(HasSubstr("https.key: " + config_.https_key)));
}

TEST_F(TlsPartsTest, WarnsOfACertificateThatExpires) {
    configure("mine");
    const LogLines log;
    ASSERT_TRUE(parts_.open(config_, kNames, kNow + std::chrono::days{3600}));
    EXPECT_THAT(log.lines, ::testing::Not(::testing::Contains(HasSubstr("expire"))));
    ASSERT_TRUE(parts_.open(config_, kNames, kNow + std::chrono::days{3640}));
    EXPECT_THAT(log.lines, ::testing::Contains(HasSubstr("expires soon days=10")));
    ASSERT_TRUE(parts_.open(config_, kNames, kNow + std::chrono::days{3660}));
    EXPECT_THAT(log.lines, ::testing::Contains(HasSubstr("has expired")));
}

}  // namespace
}  // namespace cellwise::daemon
