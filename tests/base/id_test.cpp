// SPDX-License-Identifier: Apache-2.0
#include "cellwise/base/id.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <type_traits>
#include <unordered_set>

namespace cellwise {
namespace {

constexpr std::string_view kHex = "0123456789abcdef01234567";
constexpr std::string_view kUuid = "01234567-89ab-cdef-0123-456789abcdef";

std::string changed(std::string_view text, std::size_t at, char to) {
    std::string other(text);
    other[at] = to;
    return other;
}

TEST(HexId, IsTwentyFourLowerCaseHexDigits) {
    EXPECT_TRUE(JobId::parse(kHex));
    EXPECT_FALSE(JobId::parse(""));
    EXPECT_FALSE(JobId::parse(kHex.substr(1)));
    EXPECT_FALSE(JobId::parse(std::string(kHex) + "0"));
    EXPECT_FALSE(JobId::parse(kUuid));
}

TEST(HexId, RefusesAForeignCharacterAnywhere) {
    for (std::size_t at = 0; at < kHex.size(); ++at) {
        for (const char c : {'A', 'F', 'g', ' ', '-', '\0', '/', ':', '`', '@'}) {
            EXPECT_FALSE(JobId::parse(changed(kHex, at, c))) << at << ' ' << c;
        }
    }
}

TEST(Uuid, IsThirtySixLowerCaseCharactersWithDashesInTheirPlaces) {
    EXPECT_TRUE(DeviceId::parse(kUuid));
    EXPECT_FALSE(DeviceId::parse(""));
    EXPECT_FALSE(DeviceId::parse(kHex));
    EXPECT_FALSE(DeviceId::parse(kUuid.substr(1)));
    EXPECT_FALSE(DeviceId::parse(std::string(kUuid) + "0"));
    EXPECT_FALSE(DeviceId::parse("0123456789abcdef0123456789abcdef----"));
}

TEST(Uuid, RefusesAForeignCharacterAnywhere) {
    for (std::size_t at = 0; at < kUuid.size(); ++at) {
        const char misplaced = kUuid[at] == '-' ? '0' : '-';
        for (const char c : {'A', 'g', ' ', misplaced}) {
            EXPECT_FALSE(DeviceId::parse(changed(kUuid, at, c))) << at << ' ' << c;
        }
    }
}

TEST(Id, GivesItsTextBack) {
    EXPECT_EQ(JobId::parse(kHex)->view(), kHex);
    EXPECT_EQ(DeviceId::parse(kUuid)->str(), kUuid);
    std::ostringstream out;
    out << *JobId::parse(kHex);
    EXPECT_EQ(out.str(), kHex);
}

TEST(Id, ThatNothingBearsIsEmptyAndEqualsNoParsedOne) {
    EXPECT_TRUE(JobId{}.empty());
    EXPECT_FALSE(JobId::parse(kHex)->empty());
    EXPECT_NE(JobId{}, *JobId::parse(std::string(24, '0')));
    EXPECT_FALSE(JobId::parse(JobId{}.view())) << "the empty id must not come back in from outside";
}

TEST(Id, IsOrderedAsItsText) {
    const auto low = *JobId::parse(changed(kHex, 23, '0'));
    const auto high = *JobId::parse(changed(kHex, 23, 'a'));
    EXPECT_LT(low, high);
    EXPECT_LT(JobId{}, low) << "so that a listing may begin after the empty id";
}

TEST(Id, IsFoundInHashedSets) {
    std::unordered_set<JobId> ids{*JobId::parse(kHex)};
    EXPECT_TRUE(ids.contains(*JobId::parse(kHex)));
    EXPECT_FALSE(ids.contains(JobId{}));
}

TEST(Id, OfOneKindIsNotOfAnother) {
    static_assert(!std::is_convertible_v<JobId, TaskId>);
    static_assert(!std::is_constructible_v<JobId, TaskId>);
}

}  // namespace
}  // namespace cellwise
