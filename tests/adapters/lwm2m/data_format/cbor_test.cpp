// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/data_format/cbor.hpp"

#include "tests/adapters/lwm2m/data_format/expect_nodes.hpp"

namespace cellwise::lwm2m::data_format {
namespace {

std::optional<CborReader::Item> item(const Bytes& bytes) { return CborReader(bytes).next(); }
template <class T>
std::optional<T> as(std::string_view hex) {
    const auto found = item(from_hex_text(hex));
    const auto* value = found ? std::get_if<T>(&*found) : nullptr;
    return value != nullptr ? std::optional(*value) : std::nullopt;
}
bool is_other(std::string_view hex) { return as<CborReader::Other>(hex).has_value(); }

// The values are those of RFC 8949, appendix A.
TEST(CborReader, ReadsIntegers) {
    EXPECT_EQ(as<std::int64_t>("00"), 0);
    EXPECT_EQ(as<std::int64_t>("17"), 23);
    EXPECT_EQ(as<std::int64_t>("1818"), 24);
    EXPECT_EQ(as<std::int64_t>("1903E8"), 1000);
    EXPECT_EQ(as<std::int64_t>("1A000F4240"), 1'000'000);
    EXPECT_EQ(as<std::int64_t>("1B000000E8D4A51000"), 1'000'000'000'000);
    EXPECT_EQ(as<std::int64_t>("20"), -1);
    EXPECT_EQ(as<std::int64_t>("3863"), -100);
    EXPECT_EQ(as<std::int64_t>("3B7FFFFFFFFFFFFFFF"), std::numeric_limits<std::int64_t>::min());
    EXPECT_TRUE(is_other("1BFFFFFFFFFFFFFFFF"));
    EXPECT_TRUE(is_other("3BFFFFFFFFFFFFFFFF"));
}

TEST(CborReader, ReadsFloats) {
    EXPECT_EQ(as<double>("F90000"), 0.0);
    EXPECT_EQ(as<double>("F93C00"), 1.0);
    EXPECT_EQ(as<double>("F93E00"), 1.5);
    EXPECT_EQ(as<double>("F97BFF"), 65504.0);
    EXPECT_EQ(as<double>("F90001"), 5.960464477539063e-8);
    EXPECT_EQ(as<double>("F9C400"), -4.0);
    EXPECT_EQ(as<double>("FA47C35000"), 100000.0);
    EXPECT_EQ(as<double>("FBC010666666666666"), -4.1);
}

TEST(CborReader, HasNoPlaceForNumbersThatAreNone) {
    for (const auto* hex : {"F97C00", "F97E00", "F9FC00", "FA7F800000", "FA7FC00000", "FBFFF0000000000000"}) {
        EXPECT_TRUE(is_other(hex)) << hex;
    }
}

TEST(CborReader, ReadsSimpleValues) {
    EXPECT_EQ(as<bool>("F4"), false);
    EXPECT_EQ(as<bool>("F5"), true);
    for (const auto* hex : {"F6", "F7", "F0", "F8FF"}) EXPECT_TRUE(is_other(hex)) << hex;
}

TEST(CborReader, ReadsStrings) {
    EXPECT_EQ(as<std::string>("60"), "");
    EXPECT_EQ(as<std::string>("6449455446"), "IETF");
    EXPECT_EQ(as<Bytes>("4401020304"), (Bytes{1, 2, 3, 4}));
    EXPECT_EQ(as<std::string>("7F657374726561646D696E67FF"), "streaming");
    EXPECT_EQ(as<Bytes>("5F42010243030405FF"), (Bytes{1, 2, 3, 4, 5}));
    EXPECT_EQ(as<std::string>("C074323031332D30332D32315432303A30343A30305A"), "2013-03-21T20:04:00Z");
}

TEST(CborReader, RefusesWhatIsCutOffOrMalformed) {
    for (const auto* hex : {"",
                            "18",
                            "1900",
                            "1B00000000000000",
                            "62",
                            "6261",
                            "7BFFFFFFFFFFFFFFFF",
                            "5F",
                            "5F4101",
                            "5F6161FF",
                            "5F5F4101FFFF",
                            "7F",
                            "1C",
                            "1F",
                            "3F",
                            "FC",
                            "F9",
                            "FB00",
                            "C0",
                            "DF00",
                            "C1C1C1C1C100"}) {
        EXPECT_FALSE(item(from_hex_text(hex))) << hex;
    }
}

TEST(CborReader, PassesOverWhatItHolds) {
    // {1: [1, {2: h'00'}], _ 3: [_ 4]} and then 7
    const auto bytes = from_hex_text("BF018201A1024100039F04FFFF07");
    CborReader reader(bytes);
    const auto map = reader.next();
    ASSERT_TRUE(map);
    EXPECT_TRUE(reader.skip_content(*map));
    EXPECT_EQ(std::get<std::int64_t>(*reader.next()), 7);
    EXPECT_TRUE(reader.at_end());
}

TEST(CborReader, RefusesToPassOverWhatIsTooDeepOrEndless) {
    for (const auto& hex : {std::string("818181818181818181818101"), std::string("9BFFFFFFFFFFFFFFFF00"),
                            std::string("BBFFFFFFFFFFFFFFFF00"), std::string("9F0000"), std::string("8300FF00")}) {
        const auto bytes = from_hex_text(hex);
        CborReader reader(bytes);
        const auto head = reader.next();
        ASSERT_TRUE(head);
        EXPECT_FALSE(reader.skip_content(*head)) << hex;
    }
}

}  // namespace
}  // namespace cellwise::lwm2m::data_format
