// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/data_format/names.hpp"

#include <gtest/gtest.h>

namespace cellwise::lwm2m::data_format {
namespace {

TEST(ResolveName, PutsBaseNameAndNameTogether) {
    const Path read{4, 0};
    EXPECT_EQ(resolve_name(read, "/4/0/", "2"), (Path{4, 0, 2}));
    EXPECT_EQ(resolve_name(read, "/4/0", "2"), (Path{4, 0, 2}));
    EXPECT_EQ(resolve_name(read, "/4/0/", "/2"), (Path{4, 0, 2}));
    EXPECT_EQ(resolve_name(read, "/4/", "0/2/1"), (Path{4, 0, 2, 1}));
    EXPECT_EQ(resolve_name(read, "", "/4/0/2"), (Path{4, 0, 2}));
    EXPECT_EQ(resolve_name(read, "", "2"), (Path{4, 0, 2}));
    EXPECT_EQ(resolve_name(read, "", ""), read);
    EXPECT_EQ(resolve_name(read, "/4/0/2", ""), (Path{4, 0, 2}));
    EXPECT_EQ(resolve_name({}, "", "4/0"), (Path{4, 0}));
}

TEST(ResolveName, RefusesWhatIsNoPath) {
    EXPECT_FALSE(resolve_name({4, 0}, "urn:dev:mac:0024befffe804ff1/", "2"));
    EXPECT_FALSE(resolve_name({4, 0}, "", "temperature"));
    EXPECT_FALSE(resolve_name({4, 0}, std::string(1'000, '/'), std::string(1'000, '4')));
    EXPECT_FALSE(resolve_name({4, 0, 2, 1}, "", "5"));
}

}  // namespace
}  // namespace cellwise::lwm2m::data_format
