// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/package_verifier.hpp"
#include "adapters/crypto/signature_comment.hpp"
#include "memory_file.hpp"
#include "signed_package.hpp"
#include "tests/fakes/source_tree.hpp"
#include "tests/fakes/temporary_directory.hpp"

#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <array>
#include <memory>

/// Signatures that are wrong in themselves, as an attacker would make them who knows the mathematics: each is put
/// into a package that is right in all else.
namespace cellwise::crypto {
namespace {

using Number = std::unique_ptr<BIGNUM, decltype(&BN_free)>;
using NumberContext = std::unique_ptr<BN_CTX, decltype(&BN_CTX_free)>;
using Pkey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)>;

Pkey openssl_key(const PrivateKey& key) {
    const auto pem = key.pem(std::nullopt).value();
    const std::unique_ptr<BIO, decltype(&BIO_free)> in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                       &BIO_free);
    return {PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free};
}

Bytes joined(std::initializer_list<ByteView> parts) {
    Bytes all;
    for (const auto part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

Bytes hex(std::string_view text) {
    Bytes bytes;
    EXPECT_TRUE(from_hex(text, bytes)) << text;
    return bytes;
}

/// The package of all tests here, and what a signature over it signs.
const std::string kPackage = a_package("what the vendor packed");
Digest the_digest() { return sha256(as_bytes(kPackage).first(kPackage.size() - 2)); }

Status verify_with(const PrivateKey& key, const Bytes& signature) {
    const auto public_key = PublicKey::parse_pem(public_pem(key)).value();
    const auto comment = format_signature_comment(
        {.algorithm = key.algorithm(), .fingerprint = public_key.fingerprint(), .signature = signature});
    MemoryFile file(a_package("what the vendor packed", comment));
    return verify_package(file.stream(), public_key);
}

void expect_valid(const PrivateKey& key, const Bytes& signature) {
    const auto status = verify_with(key, signature);
    EXPECT_TRUE(status) << "the forge itself is wrong: " << status.error().message;
}

void expect_invalid(const PrivateKey& key, const Bytes& signature, std::string_view what) {
    const auto status = verify_with(key, signature);
    ASSERT_FALSE(status) << what << " was accepted";
    EXPECT_EQ(status.error().code, "signature.invalid") << what;
}

// ECDSA ---------------------------------------------------------------------------------------------------------

Bytes der(std::uint8_t tag, const Bytes& content) {
    const std::array head{tag, static_cast<std::uint8_t>(content.size())};
    return joined({head, content});
}
Bytes der_pair(const Bytes& r, const Bytes& s) { return der(0x30, joined({der(0x02, r), der(0x02, s)})); }

/// Two's complement, as short as DER wants it.
Bytes der_number(const BIGNUM* number) {
    Bytes bytes(static_cast<std::size_t>(BN_num_bytes(number)));
    BN_bn2bin(number, bytes.data());
    if (bytes.empty() || bytes.front() >= 0x80) bytes.insert(bytes.begin(), 0);
    return bytes;
}

class EcdsaForgery : public testing::TestWithParam<Algorithm> {
 protected:
    EcdsaForgery() {
        signature_ = key_.sign(the_digest()).value();
        const auto* at = signature_.data();
        ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(signature_.size()));
        r_ = der_number(ECDSA_SIG_get0_r(pair));
        s_ = der_number(ECDSA_SIG_get0_s(pair));
        const auto key = openssl_key(key_);
        BIGNUM* order = nullptr;
        EXPECT_EQ(EVP_PKEY_get_bn_param(key.get(), "order", &order), 1);
        order_ = der_number(order);
        BN_add(order, order, ECDSA_SIG_get0_r(pair));
        r_beyond_order_ = der_number(order);
        BN_free(order);
        ECDSA_SIG_free(pair);
    }

    const PrivateKey& key_ = a_key(GetParam());
    Bytes signature_;
    Bytes r_;
    Bytes s_;
    Bytes order_;
    Bytes r_beyond_order_;
    const Bytes zero_{0};
    const Bytes one_{1};
};

TEST_P(EcdsaForgery, WithAZeroOrANumberOutOfRangeIsRefused) {
    expect_valid(key_, der_pair(r_, s_));
    expect_invalid(key_, der_pair(zero_, s_), "r = 0");
    expect_invalid(key_, der_pair(r_, zero_), "s = 0");
    expect_invalid(key_, der_pair(zero_, zero_), "r = s = 0");
    expect_invalid(key_, der_pair(zero_, one_), "r = 0, s = 1");
    expect_invalid(key_, der_pair(one_, zero_), "r = 1, s = 0");
    expect_invalid(key_, der_pair(one_, one_), "r = s = 1");
    expect_invalid(key_, der_pair(order_, s_), "r = n");
    expect_invalid(key_, der_pair(r_, order_), "s = n");
    expect_invalid(key_, der_pair(order_, order_), "r = s = n");
    expect_invalid(key_, der_pair(r_beyond_order_, s_), "r + n");
    auto negative = r_;
    negative.insert(negative.begin(), 0xFF);
    expect_invalid(key_, der_pair(negative, s_), "r < 0");
    expect_invalid(key_, der_pair(s_, r_), "r and s exchanged");
}

TEST_P(EcdsaForgery, InAnotherEncodingThanDerIsRefused) {
    const auto padded = joined({zero_, r_});
    expect_invalid(key_, der_pair(padded, s_), "a needless zero before r");
    const auto numbers = joined({der(0x02, r_), der(0x02, s_)});
    const std::array long_form{std::uint8_t{0x30}, std::uint8_t{0x81}, static_cast<std::uint8_t>(numbers.size())};
    expect_invalid(key_, joined({long_form, numbers}), "a length in long form");
    expect_invalid(key_, joined({hex("3080"), numbers, hex("0000")}), "an indefinite length");
    expect_invalid(key_, der(0x30, joined({numbers, der(0x02, one_)})), "a third number");
    expect_invalid(key_, joined({signature_, zero_}), "a byte behind");
    expect_invalid(key_, der(0x31, numbers), "a set");
    expect_invalid(key_, der(0x30, der(0x02, r_)), "r alone");
    expect_invalid(key_, der(0x30, {}), "an empty sequence");
    expect_invalid(key_, joined({r_, s_}), "r and s side by side");
}

TEST_P(EcdsaForgery, OverAnotherHashIsRefused) {
    const auto signs = [this](const EVP_MD* hash) {
        const auto key = openssl_key(key_);
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
        const auto covered = as_bytes(kPackage).first(kPackage.size() - 2);
        Bytes signature(128);
        auto size = signature.size();
        EXPECT_EQ(EVP_DigestSignInit(context.get(), nullptr, hash, nullptr, key.get()), 1);
        EXPECT_EQ(EVP_DigestSign(context.get(), signature.data(), &size, covered.data(), covered.size()), 1);
        signature.resize(size);
        return signature;
    };
    expect_valid(key_, signs(EVP_sha256()));
    expect_invalid(key_, signs(EVP_sha1()), "SHA-1");
    expect_invalid(key_, signs(EVP_md5()), "MD5");
    expect_invalid(key_, signs(EVP_sha512()), "SHA-512");
}

INSTANTIATE_TEST_SUITE_P(Curves, EcdsaForgery, testing::Values(Algorithm::EcdsaSecp256k1, Algorithm::EcdsaP256),
                         test_name);

// RSA, PKCS#1 v1.5 ----------------------------------------------------------------------------------------------

const auto kSha256Info = "3031300d060960864801650304020105000420";

class Pkcs1Forgery : public testing::Test {
 protected:
    /// What a right signature decrypts to: 00 01 FF … FF 00 and the DigestInfo.
    Bytes right_block() const { return block(0x01, kLength - 3 - info_.size(), info_, {}); }
    static Bytes block(std::uint8_t type, std::size_t padding, const Bytes& info, const Bytes& rest) {
        const std::array head{std::uint8_t{0}, type};
        return joined({head, Bytes(padding, 0xFF), Bytes{0}, info, rest});
    }
    /// The owner of the key signs that very block: only the padding is wrong.
    Bytes raw_signature(const Bytes& block) const {
        EXPECT_EQ(block.size(), kLength);
        const auto key = openssl_key(key_);
        const PkeyContext context(EVP_PKEY_CTX_new(key.get(), nullptr), &EVP_PKEY_CTX_free);
        Bytes signature(kLength);
        auto size = signature.size();
        EXPECT_EQ(EVP_PKEY_sign_init(context.get()), 1);
        EXPECT_EQ(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_NO_PADDING), 1);
        EXPECT_EQ(EVP_PKEY_sign(context.get(), signature.data(), &size, block.data(), block.size()), 1);
        return signature;
    }
    void expect_block_refused(const Bytes& block, std::string_view what) const {
        expect_invalid(key_, raw_signature(block), what);
    }
    Bytes info_of(std::string_view algorithm, const Bytes& hash) const { return joined({hex(algorithm), hash}); }

    static constexpr std::size_t kLength = 256;
    const PrivateKey& key_ = a_key(Algorithm::Rsa2048Pkcs1);
    const Bytes hash_ = [] {
        const auto digest = the_digest();
        return Bytes(digest.begin(), digest.end());
    }();
    const Bytes info_ = info_of(kSha256Info, hash_);
};

TEST_F(Pkcs1Forgery, WithGarbageBehindTheHashIsRefused) {
    expect_valid(key_, raw_signature(right_block()));
    for (const std::size_t padding : {std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{8}, kLength / 2}) {
        const auto garbage = Bytes(kLength - 3 - padding - info_.size(), 0xA5);
        expect_block_refused(block(0x01, padding, info_, garbage), "Bleichenbacher 2006");
    }
    auto one_less = right_block();
    one_less.erase(one_less.begin() + 2);
    one_less.push_back(0);
    expect_block_refused(one_less, "one byte behind the hash");
}

TEST_F(Pkcs1Forgery, WithAnotherPaddingIsRefused) {
    for (const std::size_t at : {0U, 1U, 2U, 9U, 100U, 201U, 204U}) {
        auto bent = right_block();
        bent[at] = static_cast<std::uint8_t>(bent[at] ^ 0x01);
        expect_block_refused(bent, "a wrong byte in the padding");
    }
    expect_block_refused(block(0x02, kLength - 3 - info_.size(), info_, {}), "the block type of encryption");
    expect_block_refused(joined({block(0x01, 8, {}, {}), Bytes(kLength - 11 - info_.size(), 0), info_}),
                         "zeros where ones belong");
}

TEST_F(Pkcs1Forgery, WithAnotherDigestInfoIsRefused) {
    const auto aligned = [](const Bytes& info) { return block(0x01, kLength - 3 - info.size(), info, {}); };
    expect_block_refused(aligned(hash_), "the bare hash");
    expect_block_refused(aligned(info_of("302f300b0609608648016503040201"
                                         "0420",
                                         hash_)),
                         "no parameters");
    expect_block_refused(aligned(info_of("3033300f06096086480165030402010502a5a50420", hash_)),
                         "garbage in the parameters");
    expect_block_refused(aligned(info_of("3021300906052b0e03021a05000414", Bytes(hash_.begin(), hash_.begin() + 20))),
                         "SHA-1");
    expect_block_refused(aligned(info_of("302d300906052b0e03021a05000420", hash_)), "SHA-1's name, 32 bytes");
    expect_block_refused(aligned(info_of("3051300d060960864801650304020305000440", joined({hash_, hash_}))),
                         "SHA-512");
}

TEST_F(Pkcs1Forgery, ByNumbersThatNeedNoKeyIsRefused) {
    for (const auto last : {std::uint8_t{0}, std::uint8_t{1}, std::uint8_t{2}}) {
        Bytes small(kLength, 0);
        small.back() = last;
        expect_invalid(key_, small, "0, 1 or 2");
    }
    expect_invalid(key_, Bytes(kLength, 0xFF), "more than the modulus");
    const auto good = key_.sign(the_digest()).value();
    expect_valid(key_, good);
    expect_invalid(key_, joined({Bytes{0}, good}), "a zero before");
    expect_invalid(key_, joined({good, Bytes{0}}), "a zero behind");
    expect_invalid(key_, Bytes(good.begin() + 1, good.end()), "a byte less");
}

/// With the exponent 3 no private key is needed: the cube root of a block whose tail is free to choose.
TEST(CubeRootForgery, IsPossibleAndSoSuchAKeyIsNotFiled) {
    const auto pem = fakes::TemporaryDirectory::read(
        fakes::in_source_tree("tests/adapters/crypto/keys/refused/rsa2048-exponent-3.pem"));
    const auto digest = the_digest();
    const auto wanted = joined({hex("0001ffffffffffffffff00"), hex(kSha256Info), digest});
    auto target = wanted;
    target.resize(256, 0xFF);
    const NumberContext context(BN_CTX_new(), &BN_CTX_free);
    const Number most(BN_bin2bn(target.data(), 256, nullptr), &BN_free);
    const Number root(BN_new(), &BN_free);
    const Number cube(BN_new(), &BN_free);
    for (int bit = 256 * 8 / 3; bit >= 0; --bit) {  // the largest number whose cube is not above the target
        BN_set_bit(root.get(), bit);
        BN_sqr(cube.get(), root.get(), context.get());
        BN_mul(cube.get(), cube.get(), root.get(), context.get());
        if (BN_cmp(cube.get(), most.get()) > 0) BN_clear_bit(root.get(), bit);
    }
    BN_sqr(cube.get(), root.get(), context.get());
    BN_mul(cube.get(), cube.get(), root.get(), context.get());
    Bytes block(256);
    ASSERT_EQ(BN_bn2binpad(cube.get(), block.data(), 256), 256);
    ASSERT_EQ(Bytes(block.begin(), block.begin() + static_cast<std::ptrdiff_t>(wanted.size())), wanted)
        << "a verifier that ignores what is behind the hash would take this";
    const auto key = PublicKey::parse_pem(pem);
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().code, "public_key.unsupported");
}

// RSA, PSS ------------------------------------------------------------------------------------------------------

TEST(PssForgery, WithAnotherSaltHashOrPaddingIsRefused) {
    const auto& key = a_key(Algorithm::Rsa3072Pss);
    const auto signs = [&](int padding, int salt, const EVP_MD* mask, const EVP_MD* hash) {
        const auto raw = openssl_key(key);
        const PkeyContext context(EVP_PKEY_CTX_new(raw.get(), nullptr), &EVP_PKEY_CTX_free);
        const auto digest = the_digest();
        Bytes signature(384);
        auto size = signature.size();
        EXPECT_EQ(EVP_PKEY_sign_init(context.get()), 1);
        EXPECT_EQ(EVP_PKEY_CTX_set_rsa_padding(context.get(), padding), 1);
        EXPECT_EQ(EVP_PKEY_CTX_set_signature_md(context.get(), hash), 1);
        if (padding == RSA_PKCS1_PSS_PADDING) {
            EXPECT_EQ(EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), mask), 1);
            EXPECT_EQ(EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), salt), 1);
        }
        const auto length = static_cast<std::size_t>(EVP_MD_get_size(hash));
        EXPECT_EQ(EVP_PKEY_sign(context.get(), signature.data(), &size, digest.data(), length), 1);
        return signature;
    };
    expect_valid(key, signs(RSA_PKCS1_PSS_PADDING, 32, EVP_sha256(), EVP_sha256()));
    for (const int salt : {0, 1, 20, 31, 33, 64}) {
        expect_invalid(key, signs(RSA_PKCS1_PSS_PADDING, salt, EVP_sha256(), EVP_sha256()),
                       "a salt of " + std::to_string(salt));
    }
    expect_invalid(key, signs(RSA_PKCS1_PSS_PADDING, 32, EVP_sha1(), EVP_sha256()), "MGF1 with SHA-1");
    expect_invalid(key, signs(RSA_PKCS1_PSS_PADDING, 32, EVP_sha256(), EVP_sha1()), "SHA-1");
    expect_invalid(key, signs(RSA_PKCS1_PADDING, 0, nullptr, EVP_sha256()), "PKCS#1 v1.5");
    expect_invalid(key, Bytes(384, 0), "zeros");
    expect_invalid(key, Bytes(384, 0xFF), "more than the modulus");
}

// Ed25519 -------------------------------------------------------------------------------------------------------

TEST(Ed25519Forgery, WithAScalarOutOfRangeIsRefused) {
    const auto& key = a_key(Algorithm::Ed25519);
    const auto good = key.sign(the_digest()).value();
    expect_valid(key, good);
    // S + L is the same scalar: without the check of RFC 8032, 5.1.7 everybody could make a second signature.
    auto order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    auto shifted = good;
    unsigned carry = 0;
    for (std::size_t i = 0; i < 32; ++i) {
        carry += unsigned{shifted[32 + i]} + order[i];
        shifted[32 + i] = static_cast<std::uint8_t>(carry);
        carry >>= 8;
    }
    expect_invalid(key, shifted, "S + L");
    auto zero_scalar = good;
    std::fill(zero_scalar.begin() + 32, zero_scalar.end(), std::uint8_t{0});
    expect_invalid(key, zero_scalar, "S = 0");
    expect_invalid(key, Bytes(64, 0), "zeros");
    expect_invalid(key, joined({hex("01"), Bytes(63, 0)}), "R = the identity, S = 0");
}

TEST(Ed25519Forgery, ByAKeyThatFitsAnyMessageIsImpossibleBecauseNoneIsFiled) {
    const auto pem_of = [](const Bytes& point) {
        const Pkey key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, point.data(), point.size()),
                       &EVP_PKEY_free);
        const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
        EXPECT_EQ(PEM_write_bio_PUBKEY(out.get(), key.get()), 1);
        char* text = nullptr;
        const auto length = BIO_get_mem_data(out.get(), &text);
        return std::string(text, static_cast<std::size_t>(length));
    };
    for (const auto* y : {"0000000000000000000000000000000000000000000000000000000000000000",
                          "0100000000000000000000000000000000000000000000000000000000000000",
                          "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                          "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                          "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                          "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                          "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                          "f6ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
        for (const auto sign : {std::uint8_t{0}, std::uint8_t{0x80}}) {
            auto point = hex(y);
            point.back() = static_cast<std::uint8_t>(point.back() | sign);
            const auto key = PublicKey::parse_pem(pem_of(point));
            ASSERT_FALSE(key) << y;
            EXPECT_EQ(key.error().code, "public_key.malformed");
        }
    }
}

}  // namespace
}  // namespace cellwise::crypto
