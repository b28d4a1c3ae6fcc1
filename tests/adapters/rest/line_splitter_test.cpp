// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/line_splitter.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace cellwise::rest {
namespace {

struct Seen {
    std::uint64_t number;
    std::string text;
    bool too_long;
    friend bool operator==(const Seen&, const Seen&) = default;
};

std::vector<Seen> split(std::string_view text, std::size_t piece) {
    std::vector<Seen> seen;
    LineSplitter lines([&](const LineSplitter::Line& line) -> Status {
        seen.push_back({line.number, std::string(line.text), line.too_long});
        return {};
    });
    for (std::size_t at = 0; at < text.size(); at += piece) {
        EXPECT_TRUE(lines.write(as_bytes(text.substr(at, piece))));
    }
    EXPECT_TRUE(lines.finish());
    return seen;
}

TEST(LineSplitter, CutsTheSameHoweverTheTextComes) {
    const std::vector<Seen> expected{{1, "a", false}, {2, "", false}, {3, "bc", false}, {4, "d", false}};
    for (std::size_t piece = 1; piece < 12; ++piece) {
        EXPECT_EQ(split("a\n\nbc\r\nd", piece), expected) << piece;
        EXPECT_EQ(split("a\n\nbc\r\nd\n", piece), expected) << piece;
    }
}

TEST(LineSplitter, CutsLinesThatAreTooLong) {
    constexpr auto kMost = LineSplitter::kLongestLine;
    const std::string longest(kMost, 'x');
    for (const std::size_t piece : {std::size_t{1000}, std::size_t{100'000}}) {
        const auto seen = split(longest + "\r\n" + longest + "x\n" + longest + longest + "\nend", piece);
        ASSERT_EQ(seen.size(), 4U);
        EXPECT_EQ(seen[0], (Seen{1, longest, false}));
        EXPECT_EQ(seen[1], (Seen{2, longest, true}));
        EXPECT_EQ(seen[2], (Seen{3, longest, true}));
        EXPECT_EQ(seen[3], (Seen{4, "end", false}));
    }
}

TEST(LineSplitter, StopsWhenTold) {
    int lines = 0;
    LineSplitter splitter([&](const LineSplitter::Line&) -> Status {
        ++lines;
        return internal_error("stop", "stop");
    });
    EXPECT_FALSE(splitter.write(as_bytes(std::string_view("a\nb\nc\n"))));
    EXPECT_EQ(lines, 1);
}

}  // namespace
}  // namespace cellwise::rest
