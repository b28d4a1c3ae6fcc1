// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/certificate_fingerprint.hpp"

#include <gtest/gtest.h>

namespace cellwise::ctl {
namespace {

TEST(CertificateFingerprint, IsTheHashOfWhatThePemHolds) {
    // "abc" in Base64; its SHA-256 is the first test vector of FIPS 180.
    EXPECT_EQ(certificate_fingerprint("rubbish\n-----BEGIN CERTIFICATE-----\nYW\nJj\n-----END CERTIFICATE-----\n"),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_TRUE(certificate_fingerprint("-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----")
                    .starts_with("ca978112"));  // of "a"
}

TEST(CertificateFingerprint, IsEmptyOfWhatIsNone) {
    for (const auto* text :
         {"", "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE----------BEGIN CERTIFICATE-----"}) {
        EXPECT_EQ(certificate_fingerprint(text), "") << text;
    }
}

}  // namespace
}  // namespace cellwise::ctl
