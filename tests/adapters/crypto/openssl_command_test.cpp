// SPDX-License-Identifier: Apache-2.0
#include "signed_package.hpp"
#include "tests/fakes/source_tree.hpp"
#include "tests/fakes/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <utility>

/// Runs the commands of docs/packages.md as they stand there, on packages that we signed.
namespace cellwise::crypto {
namespace {

using Files = fakes::TemporaryDirectory;

/// The fenced block that follows the line "<!-- verify: <name> -->".
std::string documented_commands(std::string_view name) {
    static const auto page = Files::read(fakes::in_source_tree("docs/packages.md"));
    const auto mark = page.find("<!-- verify: " + std::string(name) + " -->");
    if (mark == std::string::npos) return {};
    const auto begin = page.find('\n', page.find("```sh", mark)) + 1;
    return page.substr(begin, page.find("```", begin) - begin);
}

struct Outcome {
    int status;
    std::string output;
};

Outcome run_in(const std::filesystem::path& folder, const std::string& commands) {
    const auto script = folder / "commands.sh";
    std::ofstream(script) << "set -e\n" << commands;
    std::string output;
    FILE* pipe = ::popen(("cd " + folder.string() + " && sh commands.sh 2>&1").c_str(), "r");
    std::array<char, 4096> piece{};
    while (const auto size = std::fread(piece.data(), 1, piece.size(), pipe)) output.append(piece.data(), size);
    return {.status = ::pclose(pipe), .output = output};
}

class DocumentedVerification : public testing::TestWithParam<Algorithm> {
 protected:
    Outcome verify(const std::string& package, const PrivateKey& key) {
        directory_.write("xx_package_signed.zip", package);
        directory_.write("public.pem", public_pem(key));
        const auto cut = documented_commands("cut");
        const auto check = documented_commands(to_string(GetParam()));
        EXPECT_NE(cut, "");
        EXPECT_NE(check, "");
        return run_in(directory_.path(), cut + check);
    }

    fakes::TemporaryDirectory directory_;
    /// Bytes of every value, so that no tool may take it for text.
    const std::string package_ = [] {
        std::string content;
        for (int i = 0; i < 5'000; ++i) content += static_cast<char>(i * 7 + i / 256);
        return a_package(content + "cellwise-signature/1\n" + content);
    }();
};

TEST_P(DocumentedVerification, FindsASignatureValid) {
    const auto [status, output] = verify(signed_by(a_key(GetParam()), package_), a_key(GetParam()));
    EXPECT_EQ(status, 0) << output;
    EXPECT_TRUE(output.find("Verified OK") != std::string::npos ||
                output.find("Signature Verified Successfully") != std::string::npos)
        << output;
}

TEST_P(DocumentedVerification, FindsAChangedPackageInvalid) {
    auto bytes = signed_by(a_key(GetParam()), package_);
    bytes[100] = static_cast<char>(bytes[100] ^ 1);
    EXPECT_NE(verify(bytes, a_key(GetParam())).status, 0);
}

TEST_P(DocumentedVerification, FindsAnotherKeyInvalid) {
    const auto other = PrivateKey::generate(GetParam()).value();
    EXPECT_NE(verify(signed_by(a_key(GetParam()), package_), other).status, 0);
}

INSTANTIATE_TEST_SUITE_P(OpensslCommand, DocumentedVerification, testing::ValuesIn(kAlgorithms), test_name);

}  // namespace
}  // namespace cellwise::crypto
