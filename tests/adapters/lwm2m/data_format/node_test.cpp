// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/data_format/node.hpp"

#include <gtest/gtest.h>

namespace cellwise::lwm2m::data_format {
namespace {

TEST(Path, ReadsAndWritesItsText) {
    EXPECT_EQ(Path::parse("/4/0/2"), (Path{4, 0, 2}));
    EXPECT_EQ(Path::parse("/4/0/"), (Path{4, 0}));
    EXPECT_EQ(Path::parse("/65535/0/1/2"), (Path{65535, 0, 1, 2}));
    EXPECT_EQ(Path::parse("/"), Path{});
    EXPECT_EQ((Path{4, 0, 2}).text(), "/4/0/2");
    EXPECT_EQ(Path{}.text(), "/");
}

TEST(Path, RefusesWhatIsNone) {
    for (const auto* text :
         {"", "4/0", "/65536", "/-1", "/4//2", "//", "/4/0/2/0/1", "/a", "/4 ", "/ 4", "/+4", "/4.0"}) {
        EXPECT_FALSE(Path::parse(text)) << text;
    }
}

TEST(Path, HasNoChildBelowTheFourthLevel) {
    EXPECT_EQ((Path{1, 2, 3}).child(4), (Path{1, 2, 3, 4}));
    EXPECT_FALSE((Path{1, 2, 3, 4}).child(5));
}

}  // namespace
}  // namespace cellwise::lwm2m::data_format
