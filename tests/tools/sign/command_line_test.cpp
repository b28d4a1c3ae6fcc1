// SPDX-License-Identifier: Apache-2.0
#include "tools/sign/command_line.hpp"

#include "tests/fakes/source_tree.hpp"
#include "tests/fakes/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <utility>

namespace cellwise::sign {
namespace {

CommandLine parse_line(std::vector<const char*> words) {
    words.insert(words.begin(), "cellwise-sign");
    return parse_command_line(static_cast<int>(words.size()), words.data());
}
Command parse(std::vector<const char*> words) { return parse_line(std::move(words)).command; }

TEST(SignCommandLine, ReadsEachCommand) {
    const auto keygen = std::get<KeygenOptions>(
        parse({"keygen", "--algorithm", "rsa3072-pss-sha256", "--out", "keys", "--passphrase-fd", "3"}));
    EXPECT_EQ(keygen.algorithm, crypto::Algorithm::Rsa3072Pss);
    EXPECT_EQ(keygen.out, "keys");
    EXPECT_EQ(keygen.passphrase.descriptor, 3);
    EXPECT_FALSE(keygen.passphrase.file);
    EXPECT_FALSE(keygen.passphrase.none);

    const auto pack = std::get<PackOptions>(parse({"pack", "--desc", "d.json", "--file", "f", "--out", "o.zip"}));
    EXPECT_EQ(pack.description, "d.json");
    EXPECT_EQ(pack.file, "f");
    EXPECT_EQ(pack.out, "o.zip");

    const auto sign = std::get<SignOptions>(parse({"sign", "--key", "k.pem", "--passphrase-file", "p", "x.zip"}));
    EXPECT_EQ(sign.key, "k.pem");
    EXPECT_EQ(sign.package, "x.zip");
    EXPECT_EQ(sign.passphrase.file, "p");
    EXPECT_FALSE(sign.out);

    const auto verify = std::get<VerifyOptions>(parse({"verify", "--key", "k.pem", "x.zip"}));
    EXPECT_EQ(verify.key, "k.pem");
    EXPECT_EQ(verify.package, "x.zip");

    EXPECT_EQ(std::get<InspectOptions>(parse({"inspect", "x.zip"})).package, "x.zip");
}

TEST(SignCommandLine, TakesOnePassphraseSourceAndNoneAsAnArgument) {
    for (const auto& words : std::vector<std::vector<const char*>>{
             {"keygen", "--algorithm", "ed25519", "--out", "k", "--passphrase-fd", "3", "--passphrase-file", "p"},
             {"keygen", "--algorithm", "ed25519", "--out", "k", "--passphrase-fd", "3", "--no-passphrase"},
             {"keygen", "--algorithm", "ed25519", "--out", "k", "--passphrase-file", "p", "--no-passphrase"},
             {"keygen", "--algorithm", "ed25519", "--out", "k", "--passphrase", "abc123"},
             {"sign", "--key", "k", "x.zip", "--no-passphrase"}}) {
        EXPECT_TRUE(std::holds_alternative<WrongUsage>(parse(words))) << words.back();
    }
}

TEST(SignCommandLine, KnowsTheFiveAlgorithmsOnly) {
    for (const auto algorithm : crypto::kAlgorithms) {
        const std::string name(to_string(algorithm));
        const auto command = parse({"keygen", "--algorithm", name.c_str(), "--out", "k"});
        EXPECT_EQ(std::get<KeygenOptions>(command).algorithm, algorithm);
    }
    EXPECT_TRUE(std::holds_alternative<WrongUsage>(parse({"keygen", "--algorithm", "rsa1024", "--out", "k"})));
    EXPECT_TRUE(std::holds_alternative<WrongUsage>(parse({"keygen", "--out", "k"})));
}

TEST(SignCommandLine, TakesJsonBeforeAndBehindTheCommand) {
    EXPECT_EQ(parse_line({"inspect", "x.zip"}).format, Format::Words);
    EXPECT_EQ(parse_line({"--json", "inspect", "x.zip"}).format, Format::Json);
    EXPECT_EQ(parse_line({"inspect", "x.zip", "--json"}).format, Format::Json);
}

/// docs/man/cellwise-sign.1 names every command and every option, and no others.
TEST(SignCommandLine, IsWhatTheManualPageSays) {
    auto page = fakes::TemporaryDirectory::read(fakes::in_source_tree("docs/man/cellwise-sign.1"));
    for (auto at = page.find("\\-"); at != std::string::npos; at = page.find("\\-", at)) page.erase(at, 1);
    const std::regex option("--[a-z]+(-[a-z]+)*");
    const auto options_in = [&option](const std::string& text) {
        return std::set<std::string>(std::sregex_token_iterator(text.begin(), text.end(), option), {});
    };
    std::string help = std::get<ShowText>(parse({"--help"})).text;
    for (const auto* command : {"keygen", "pack", "sign", "verify", "inspect"}) {
        EXPECT_NE(page.find(std::string("\n.SS ") + command), std::string::npos) << command;
        help += std::get<ShowText>(parse({command, "--help"})).text;
    }
    EXPECT_EQ(options_in(page), options_in(help));
}

TEST(SignCommandLine, ShowsHelpWhenAsked) {
    EXPECT_NE(std::get<ShowText>(parse({"--help"})).text.find("keygen"), std::string::npos);
    EXPECT_NE(std::get<ShowText>(parse({"sign", "--help"})).text.find("--key"), std::string::npos);
}

}  // namespace
}  // namespace cellwise::sign
