// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/data_format/tlv.hpp"

#include "tests/adapters/lwm2m/data_format/expect_nodes.hpp"

namespace cellwise::lwm2m::data_format {
namespace {

// OMA-TS-LightweightM2M 1.0, 6.4.3.1: the answer to a read of /3/0.
const std::string kDeviceObject =
    "C800144F70656E204D6F62696C6520416C6C69616E6365"
    "C801164C69676874776569676874204D324D20436C69656E74"
    "C80209333435303030313233"
    "C303312E30"
    "860641000141010588070842000ED842011388"
    "870841007D42010384"
    "C10964C10A0F830B410000C40D5182428FC60E2B30323A3030C11055";

constexpr auto kDeviceNodes =
    "/3/0/0 bytes 4f70656e204d6f62696c6520416c6c69616e6365\n"
    "/3/0/1 bytes 4c69676874776569676874204d324d20436c69656e74\n"
    "/3/0/2 bytes 333435303030313233\n"
    "/3/0/3 bytes 312e30\n"
    "/3/0/6/0 bytes 01\n"
    "/3/0/6/1 bytes 05\n"
    "/3/0/7/0 bytes 0ed8\n"
    "/3/0/7/1 bytes 1388\n"
    "/3/0/8/0 bytes 7d\n"
    "/3/0/8/1 bytes 0384\n"
    "/3/0/9 bytes 64\n"
    "/3/0/10 bytes 0f\n"
    "/3/0/11/0 bytes 00\n"
    "/3/0/13 bytes 5182428f\n"
    "/3/0/14 bytes 2b30323a3030\n"
    "/3/0/16 bytes 55\n";

std::string decode(const Path& base, std::string_view hex) { return text_of(decode_tlv(base, from_hex_text(hex))); }

TEST(Tlv, ReadsTheExampleOfTheSpecification) { EXPECT_EQ(decode({3, 0}, kDeviceObject), kDeviceNodes); }

TEST(Tlv, ReadsTheSameWithinItsInstance) {
    EXPECT_EQ(decode({3}, "080079" + kDeviceObject), kDeviceNodes);
    EXPECT_EQ(decode({3, 0}, "080079" + kDeviceObject), kDeviceNodes);
}

TEST(Tlv, ReadsASingleResource) {
    EXPECT_EQ(decode({4, 0, 2}, "C102A1"), "/4/0/2 bytes a1\n");
    EXPECT_EQ(decode({3, 0, 7}, "88070842000ED842011388"), "/3/0/7/0 bytes 0ed8\n/3/0/7/1 bytes 1388\n");
    EXPECT_EQ(decode({3, 0, 7}, "42000ED8"), "/3/0/7/0 bytes 0ed8\n");
}

TEST(Tlv, ReadsIdsAndLengthsOfEverySize) {
    EXPECT_EQ(decode({4, 0}, "E10102AA"), "/4/0/258 bytes aa\n");
    EXPECT_EQ(decode({4, 0}, "C80202AABB"), "/4/0/2 bytes aabb\n");
    EXPECT_EQ(decode({4, 0}, "D0020002AABB"), "/4/0/2 bytes aabb\n");
    EXPECT_EQ(decode({4, 0}, "D802000002AABB"), "/4/0/2 bytes aabb\n");
    EXPECT_EQ(decode({4, 0}, "C002"), "/4/0/2 bytes \n");
    EXPECT_EQ(decode({4, 0}, ""), "");
}

TEST(Tlv, RefusesWhatIsCutOff) {
    for (std::size_t size = 1; size < kDeviceObject.size() / 2; ++size) {
        const auto whole = from_hex_text(kDeviceObject);
        const auto nodes = decode_tlv({3, 0}, ByteView(whole).first(size));
        if (!nodes) {
            EXPECT_EQ(nodes.error().code, kMalformed);
        } else {
            EXPECT_LT(nodes->size(), 16U);  // cut between two entries
        }
    }
    for (const auto* hex : {"C1", "C102", "E102", "C802", "D002FF", "D802FFFFFF", "FFFFFFFFFF", "C802FF00"}) {
        EXPECT_EQ(decode({4, 0}, hex), kMalformed) << hex;
    }
}

TEST(Tlv, RefusesEntriesThatNestTheWrongWay) {
    EXPECT_EQ(decode({3, 0}, "4100AA"), kMalformed);         // a resource instance outside a resource
    EXPECT_EQ(decode({3, 0, 7}, "0300C102A1"), kMalformed);  // an instance inside a resource
    EXPECT_EQ(decode({3},
                     "0500"
                     "0300C102A1"),
              kMalformed);  // an instance inside an instance
    EXPECT_EQ(decode({3, 0},
                     "8307"
                     "C102A1"),
              kMalformed);  // a resource inside a resource
    EXPECT_EQ(decode({3, 0},
                     "8407"
                     "82084100"),
              kMalformed);  // a multiple resource inside one
    EXPECT_EQ(decode({}, "C102A1"), kMalformed);
}

TEST(Tlv, RefusesAFloodOfValues) {
    std::string hex;
    for (int i = 0; i < 256; ++i) hex += "C002";
    EXPECT_NE(decode({4, 0}, hex), kMalformed);
    EXPECT_EQ(decode({4, 0}, hex + "C002"), kMalformed);
}

}  // namespace
}  // namespace cellwise::lwm2m::data_format
