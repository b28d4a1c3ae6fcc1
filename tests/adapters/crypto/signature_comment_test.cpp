// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/signature_comment.hpp"

#include <gtest/gtest.h>

namespace cellwise::crypto {
namespace {

const std::string kFingerprint(64, 'a');

std::string text_of(std::string_view algorithm, std::string_view key, std::string_view signature) {
    std::string text = "cellwise-signature/1\nalgorithm: ";
    text.append(algorithm).append("\nkey: ").append(key).append("\nsignature: ").append(signature).append("\n");
    return text;
}

TEST(SignatureComment, IsFourLinesOfText) {
    const SignatureComment comment{
        .algorithm = Algorithm::EcdsaSecp256k1, .fingerprint = kFingerprint, .signature = {'f', 'o', 'o', 'b'}};
    EXPECT_EQ(format_signature_comment(comment), text_of("ecdsa-secp256k1-sha256", kFingerprint, "Zm9vYg=="));
}

TEST(SignatureComment, IsReadAsItWasWritten) {
    for (const auto algorithm : kAlgorithms) {
        const SignatureComment comment{
            .algorithm = algorithm, .fingerprint = kFingerprint, .signature = Bytes(384, std::uint8_t{0x5A})};
        const auto read = parse_signature_comment(format_signature_comment(comment));
        ASSERT_TRUE(read) << read.error().message;
        EXPECT_EQ(*read, comment);
    }
}

struct Malformed {
    std::string what;
    std::string text;
    std::string field;
};

TEST(SignatureComment, RefusesEveryOtherForm) {
    const auto good = text_of("ed25519", kFingerprint, "Zm9v");
    const auto replaced = [&](std::string_view from, std::string_view to) {
        auto text = good;
        return text.replace(text.find(from), from.size(), to);
    };
    const Malformed cases[] = {
        {"empty", "", ""},
        {"another text", "made by zip", ""},
        {"another version", replaced("signature/1", "signature/2"), ""},
        {"carriage returns", replaced("/1\n", "/1\r\n"), ""},
        {"carriage return behind the algorithm", replaced("ed25519\n", "ed25519\r\n"), "algorithm"},
        {"white space before", " " + good, ""},
        {"unknown algorithm", text_of("rsa1024-pkcs1-sha256", kFingerprint, "Zm9v"), "algorithm"},
        {"weak hash", text_of("ecdsa-p256-sha1", kFingerprint, "Zm9v"), "algorithm"},
        {"upper-case algorithm", text_of("ED25519", kFingerprint, "Zm9v"), "algorithm"},
        {"no algorithm", text_of("", kFingerprint, "Zm9v"), "algorithm"},
        {"line missing", replaced("algorithm: ed25519\n", ""), "algorithm"},
        {"upper-case hex", text_of("ed25519", std::string(64, 'A'), "Zm9v"), "key"},
        {"short hex", text_of("ed25519", std::string(63, 'a'), "Zm9v"), "key"},
        {"long hex", text_of("ed25519", std::string(65, 'a'), "Zm9v"), "key"},
        {"two spaces", replaced("key: ", "key:  "), "key"},
        {"no space", replaced("key: ", "key:"), "key"},
        {"base64 with spare bits", text_of("ed25519", kFingerprint, "Zh=="), "signature"},
        {"base64 without padding", text_of("ed25519", kFingerprint, "Zg"), "signature"},
        {"base64 with a space", text_of("ed25519", kFingerprint, "Zm9v "), "signature"},
        {"base64 of nothing", text_of("ed25519", kFingerprint, ""), "signature"},
        {"no LF at the end", good.substr(0, good.size() - 1), "signature"},
        {"an empty line behind", good + "\n", ""},
        {"a fifth line", good + "note: hello\n", ""},
        {"a NUL behind", good + '\0', ""},
        {"lines in another order",
         "cellwise-signature/1\nkey: " + kFingerprint + "\nalgorithm: ed25519\nsignature: Zm9v\n", "algorithm"},
        {"longer than any signature", text_of("ed25519", kFingerprint, std::string(kMaxCommentSize, 'A')), ""},
    };
    for (const auto& [what, text, field] : cases) {
        const auto read = parse_signature_comment(text);
        ASSERT_FALSE(read) << what;
        EXPECT_EQ(read.error().code, "signature.malformed") << what;
        EXPECT_EQ(read.error().field, field) << what;
    }
}

TEST(SignatureComment, MakesHostileTextPrintable) {
    const auto read = parse_signature_comment("\x1B[2Jhello");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().value, "\\x1b[2Jhello");
}

TEST(SignatureComment, FitsTheBoundForEveryAlgorithm) {
    // The longest signature is RSA's with 3072 bits.
    const SignatureComment comment{
        .algorithm = Algorithm::Rsa3072Pss, .fingerprint = kFingerprint, .signature = Bytes(384)};
    EXPECT_LE(format_signature_comment(comment).size(), kMaxCommentSize);
}

}  // namespace
}  // namespace cellwise::crypto
