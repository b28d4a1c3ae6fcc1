// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/data_format/senml_cbor.hpp"

#include "tests/adapters/lwm2m/data_format/expect_nodes.hpp"

namespace cellwise::lwm2m::data_format {
namespace {

std::string decode(std::string_view hex, const Path& base = {4, 0}) {
    return text_of(decode_senml_cbor(base, from_hex_text(hex)));
}

const std::string kBaseName = "21652F342F302F";  // -2: "/4/0/"

TEST(SenmlCbor, ReadsEveryType) {
    EXPECT_EQ(decode("86"
                     "A3" +
                     kBaseName +
                     "00613202385E"  // "2": -95
                     "A200623131"
                     "02FB4029000000000000"  // "11": 12.5
                     "A2006138"
                     "03653132333435"  // "8": "12345"
                     "A2006135"
                     "04F5"  // "5": true
                     "A2006139"
                     "084101"                        // "9": h'01'
                     "A20062313063766C6F63313A32"),  // "10": vlo
              "/4/0/2 int -95\n/4/0/11 real 12.500000\n/4/0/8 text 12345\n/4/0/5 true\n/4/0/9 bytes 01\n");
}

TEST(SenmlCbor, ReadsIndefiniteLengthsToo) {
    EXPECT_EQ(decode("9FBF" + kBaseName + "00613202385EFFBF0061380201FFFF"), "/4/0/2 int -95\n/4/0/8 int 1\n");
}

TEST(SenmlCbor, CarriesTheBaseOn) {
    EXPECT_EQ(decode("82A4"
                     "243863" +
                     kBaseName +
                     "006132"
                     "0205"
                     "A200623131"
                     "02186B"),
              "/4/0/2 real -95.000000\n/4/0/11 real 7.000000\n");
}

TEST(SenmlCbor, StandsUnderThePathThatWasReadWhenItNamesNone) {
    EXPECT_EQ(decode("81A102385E", {4, 0, 2}), "/4/0/2 int -95\n");
}

TEST(SenmlCbor, PassesOverWhatItDoesNotKnow) {
    EXPECT_EQ(decode("81A4"
                     "8201020A"
                     "0A82F6A10101"
                     "006132"
                     "0201"),
              "/4/0/2 int 1\n");
    EXPECT_EQ(decode("81A2006132"
                     "02F97E00"),
              "");  // NaN
    EXPECT_EQ(decode("81A2006132"
                     "0361FF"),
              "/4/0/2 text \\xff\n");
    EXPECT_EQ(decode("80"), "");
}

TEST(SenmlCbor, RefusesWhatIsMalformed) {
    for (const auto* hex :
         {"", "A0", "01", "81", "8101", "8180", "81A1", "81A102", "82A102385E", "9F", "9FA102385E", "81BF02385E",
          "81BF02FF", "81A1FF01", "81A200636162630201", "9BFFFFFFFFFFFFFFFF", "81BBFFFFFFFFFFFFFFFF0201", "81FF"}) {
        EXPECT_EQ(decode(hex), kMalformed) << hex;
    }
}

TEST(SenmlCbor, LeavesAloneWhatStandsBehindIt) { EXPECT_EQ(decode("81A20061320201FF"), "/4/0/2 int 1\n"); }

TEST(SenmlCbor, RefusesAFloodOfValues) {
    std::string hex = "9F";
    for (int i = 0; i < 257; ++i) hex += "A20061320201";
    EXPECT_EQ(decode(hex + "FF"), kMalformed);
}

}  // namespace
}  // namespace cellwise::lwm2m::data_format
