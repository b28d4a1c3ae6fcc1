// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/public_key.hpp"
#include "adapters/crypto/signature_comment.hpp"
#include "package_bench.hpp"
#include "tests/adapters/crypto/signed_package.hpp"
#include "tests/fakes/source_tree.hpp"

/// What an attacker would upload instead of a signed package, by the whole way into the repository: each is refused
/// by a code of its own, and nothing of it is kept.
namespace cellwise::app {
namespace {

using crypto::Algorithm;
using crypto::SignatureComment;

class PackageForgery : public PackageBench {
 protected:
    PackageForgery() { key_ = add_key("Acme", pem()).value(); }

    /// The package under another archive comment.
    static std::string with_comment(const std::string& comment) {
        auto bytes = package();
        bytes[bytes.size() - 2] = static_cast<char>(comment.size() & 0xFF);
        bytes[bytes.size() - 1] = static_cast<char>(comment.size() >> 8);
        return bytes + comment;
    }
    static std::string right_comment() { return signed_package().substr(package().size()); }
    static std::string replaced(std::string text, std::string_view from, std::string_view to) {
        return text.replace(text.find(from), from.size(), to);
    }
    /// The fields of the right comment, some of them changed.
    template <class Change>
    static std::string with_fields(const Change& change) {
        auto comment = crypto::parse_signature_comment(right_comment()).value();
        change(comment);
        return with_comment(crypto::format_signature_comment(comment));
    }

    domain::PublicKey key_;
};

TEST_F(PackageForgery, BeginsWithARightPackage) {
    expect_refused(with_comment(right_comment()) + "x", "archive.trailing_bytes");
    must_upload(with_comment(right_comment()));
}

TEST_F(PackageForgery, WithoutASignatureIsRefused) {
    expect_refused(package(), "signature.missing");
    expect_refused(with_comment(""), "signature.missing");
    expect_refused(with_fields([](SignatureComment& comment) { comment.signature.clear(); }), "signature.malformed");
    expect_refused(signed_package().substr(0, package().size()), "archive.truncated");
}

TEST_F(PackageForgery, WithTwoSignaturesIsRefused) {
    const auto comment = right_comment();
    expect_refused(with_comment(comment + comment), "signature.malformed");
    const auto signature_line = comment.substr(comment.find("signature: "));
    expect_refused(with_comment(comment + signature_line), "signature.malformed");
    expect_refused(with_comment(right_comment()) + comment, "archive.trailing_bytes");
}

TEST_F(PackageForgery, WithACommentInAnotherFormIsRefused) {
    const auto comment = right_comment();
    for (const auto& other :
         {replaced(comment, "/1\n", "/2\n"), replaced(comment, "/1\n", "/1\r\n"), "\n" + comment, comment + "\n",
          comment.substr(0, comment.size() - 1), replaced(comment, ": ", ":"), replaced(comment, "key: ", "Key: "),
          replaced(comment, "key: ", "key: 0x"), std::string("zipped by a friend"), std::string(60'000, 'c')}) {
        expect_refused(with_comment(other), "signature.malformed");
    }
}

TEST_F(PackageForgery, OfAnotherKeyIsRefused) {
    expect_refused(signed_by(1, package()), "signature.key_unknown");
    add_product("Evil", "X", domain::Protocol::CoAP);
    ASSERT_TRUE(add_key("Evil", pem(1)));
    expect_refused(signed_by(1, package()), "signature.manufacturer_mismatch");
    // Signed by one and saying that it was the other.
    const auto by_evil = crypto::parse_signature_comment(signed_by(1, package()).substr(package().size())).value();
    expect_refused(with_fields([&](SignatureComment& comment) { comment.signature = by_evil.signature; }),
                   "signature.invalid");
}

TEST_F(PackageForgery, OfARevokedKeyIsRefused) {
    ASSERT_TRUE(result_of<RevokedKey>([&](auto done) { service_.revoke_key(key_.id, std::move(done)); }));
    expect_refused(signed_package(), "signature.key_revoked");
}

TEST_F(PackageForgery, OfAnotherPackageIsRefused) {
    const auto other = signed_package({{"version", "\"V9\""}}).substr(package({{"version", "\"V9\""}}).size());
    expect_refused(with_comment(other), "signature.invalid");
}

TEST_F(PackageForgery, ByAWeakerKeyOrHashIsRefused) {
    const auto weak =
        fakes::TemporaryDirectory::read(fakes::in_source_tree("tests/adapters/crypto/keys/refused/rsa1024.pem"));
    EXPECT_EQ(add_key("Acme", weak).error().code, "public_key.unsupported");
    for (const auto* name : {"rsa1024-pkcs1-sha256", "rsa2048-pkcs1-sha1", "ecdsa-p256-sha1", "none", ""}) {
        expect_refused(with_comment(replaced(right_comment(), "ed25519", name)), "signature.malformed");
    }
}

TEST_F(PackageForgery, ByAnAlgorithmThatIsNotTheKeysIsRefused) {
    for (const auto algorithm : crypto::kAlgorithms) {
        if (algorithm == Algorithm::Ed25519) continue;
        expect_refused(with_fields([&](SignatureComment& comment) { comment.algorithm = algorithm; }),
                       "signature.malformed");
    }
}

TEST_F(PackageForgery, WithASecondEndRecordIsRefused) {
    const std::string record = std::string("PK\x05\x06", 4) + std::string(18, '\0');
    expect_refused(signed_package() + record, "signature.missing");  // the last one counts, and says nothing
    // An outer record whose comment is the signed package: a reader that looks from the front sees another archive.
    auto outer = record;
    const auto inner = signed_package();
    outer[20] = static_cast<char>(inner.size() & 0xFF);
    outer[21] = static_cast<char>(inner.size() >> 8);
    expect_refused(outer + inner, "archive.second_end_record");
}

TEST_F(PackageForgery, WithBytesBeforeOrBehindIsRefused) {
    for (const auto& tail :
         {std::string("\0", 1), std::string("\n"), std::string(100, 'x'), std::string(70'000, 'x')}) {
        const auto accepted = upload(signed_package() + tail);
        ASSERT_FALSE(accepted);
        EXPECT_EQ(accepted.error().code, tail.size() < 60'000 ? "archive.trailing_bytes" : "archive.not_zip");
    }
    expect_refused("x" + signed_package(), "signature.invalid");
}

class PackageForgeryByAlgorithm : public PackageForgery, public testing::WithParamInterface<Algorithm> {};

TEST_P(PackageForgeryByAlgorithm, OfNumbersThatFitEverywhereIsRefused) {
    const auto& own = crypto::a_key(GetParam());
    ASSERT_TRUE(add_key("Acme", crypto::public_pem(own)));
    const auto right = crypto::signed_by(own, package());
    const auto comment = crypto::parse_signature_comment(right.substr(package().size())).value();
    const Bytes zero_pair{0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00};
    for (const auto& signature : {zero_pair, Bytes(comment.signature.size(), 0),
                                  Bytes(comment.signature.size(), 0xFF), Bytes{0}, Bytes(700, 0x5A)}) {
        auto forged = comment;
        forged.signature = signature;
        expect_refused(with_comment(crypto::format_signature_comment(forged)),
                       signature.size() < 700 ? "signature.invalid" : "signature.malformed");
    }
    must_upload(right);
}

INSTANTIATE_TEST_SUITE_P(Algorithms, PackageForgeryByAlgorithm, testing::ValuesIn(crypto::kAlgorithms),
                         crypto::test_name);

}  // namespace
}  // namespace cellwise::app
