// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/radio_values.hpp"

#include "tests/adapters/lwm2m/lock_step.hpp"

namespace cellwise::lwm2m {
namespace {

using data_format::Value;

std::optional<double> decibels(std::string_view hex) { return decibels_of(Value(bytes_of(hex))); }
std::string cell(const Value& value) {
    const auto found = cell_of(value);
    return found ? found->text : "(none)";
}
std::string cell_in_tlv(std::string_view hex) { return cell(Value(bytes_of(hex))); }

TEST(RadioValues, ReadsLevelsOfEveryType) {
    EXPECT_EQ(decibels_of(Value(std::int64_t{-95})), -95);
    EXPECT_EQ(decibels_of(Value(-95.5)), -95.5);
    EXPECT_EQ(decibels_of(Value(std::string("-95"))), -95);
    EXPECT_EQ(decibels_of(Value(std::string(" +7.5 "))), 7.5);
    EXPECT_EQ(decibels_of(Value(true)), std::nullopt);
    EXPECT_EQ(decibels_of(Value(std::string("strong"))), std::nullopt);
    EXPECT_EQ(decibels_of(Value(std::string("-95dBm"))), std::nullopt);
    EXPECT_EQ(decibels_of(Value(std::string())), std::nullopt);
    EXPECT_EQ(decibels_of(Value(std::string("nan"))), std::nullopt);
    EXPECT_EQ(decibels_of(Value(std::string("inf"))), std::nullopt);
}

TEST(RadioValues, ReadsLevelsInTlvWhateverTheyAre) {
    EXPECT_EQ(decibels("A1"), -95);                 // int8
    EXPECT_EQ(decibels("FF97"), -105);              // int16
    EXPECT_EQ(decibels("FFFFFF97"), -105);          // int32
    EXPECT_EQ(decibels("FFFFFFFFFFFFFF97"), -105);  // int64
    EXPECT_EQ(decibels("FBE6"), -1050);             // ten times the value
    EXPECT_EQ(decibels("50"), 80);                  // a constant +80
    EXPECT_EQ(decibels("C2D20000"), -105);          // float
    EXPECT_EQ(decibels("C05A400000000000"), -105);  // double
    EXPECT_EQ(decibels("2D313035"), -105);          // "-105"
    EXPECT_EQ(decibels("2D35"), -5);                // "-5"
    EXPECT_EQ(decibels("2D3130352E35"), -105.5);    // "-105.5"
    EXPECT_EQ(decibels("00"), 0);
    EXPECT_EQ(decibels("00000000"), 0);
    EXPECT_EQ(decibels(""), std::nullopt);
    EXPECT_EQ(decibels("7FC00000"), 0x7FC00000);  // NaN as float: a number out of every range
    EXPECT_EQ(decibels("414243444546474849"), std::nullopt);
}

TEST(RadioValues, ReadsCellsOfEveryType) {
    EXPECT_EQ(cell(std::int64_t{12345}), "12345");
    EXPECT_EQ(cell(12345.0), "12345");
    EXPECT_EQ(cell(std::string("12345")), "12345");
    EXPECT_EQ(cell(std::string("0012345")), "12345");
    EXPECT_EQ(cell(std::string("0")), "0");
    EXPECT_EQ(cell(std::string("000")), "0");
    EXPECT_EQ(cell(std::string(" 1A2B ")), "1A2B");
    EXPECT_EQ(cell(12345.5), "(none)");
    EXPECT_EQ(cell(1e300), "(none)");
    EXPECT_EQ(cell(-1.0), "(none)");
    EXPECT_EQ(cell(false), "(none)");
    EXPECT_EQ(cell(std::string()), "(none)");
    EXPECT_EQ(cell(std::string(33, '7')), "(none)");
    EXPECT_EQ(cell(std::string("\x1B[2J")), "(none)");
}

TEST(RadioValues, ReadsCellsInTlvWhateverTheyAre) {
    EXPECT_EQ(cell_in_tlv("3039"), "12345");          // int16
    EXPECT_EQ(cell_in_tlv("ABCD"), "43981");          // no leading zero byte
    EXPECT_EQ(cell_in_tlv("00ABCDEF"), "11259375");   // int32
    EXPECT_EQ(cell_in_tlv("0FFFFFFF"), "268435455");  // the largest of LTE
    EXPECT_EQ(cell_in_tlv("0000000FFFFFFFFF"), "68719476735");
    EXPECT_EQ(cell_in_tlv("4640E400"), "12345");          // float
    EXPECT_EQ(cell_in_tlv("40C81C8000000000"), "12345");  // double
    EXPECT_EQ(cell_in_tlv("3132333435"), "12345");        // "12345"
    EXPECT_EQ(cell_in_tlv("3132333435363738"), "12345678");
    EXPECT_EQ(cell_in_tlv("30303132"), "12");  // "0012"
    EXPECT_EQ(cell_in_tlv("413142322D37"), "A1B2-7");
    EXPECT_EQ(cell_in_tlv(""), "(none)");
    EXPECT_EQ(cell_in_tlv("00"), "0");
}

}  // namespace
}  // namespace cellwise::lwm2m
