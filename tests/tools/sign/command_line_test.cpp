// SPDX-License-Identifier: Apache-2.0
#include "tools/sign/command_line.hpp"

#include <gtest/gtest.h>

namespace cellwise::sign {
namespace {

Command parse(std::vector<const char*> words) {
    words.insert(words.begin(), "cellwise-sign");
    return parse_command_line(static_cast<int>(words.size()), words.data());
}

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

TEST(SignCommandLine, ShowsHelpWhenAsked) {
    EXPECT_NE(std::get<ShowText>(parse({"--help"})).text.find("keygen"), std::string::npos);
    EXPECT_NE(std::get<ShowText>(parse({"sign", "--help"})).text.find("--key"), std::string::npos);
}

}  // namespace
}  // namespace cellwise::sign
