// SPDX-License-Identifier: Apache-2.0
#include "cellwise/base/log.hpp"

#include "cellwise/base/id.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace cellwise::log {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

struct Line {
    Level level;
    std::string message;
    std::vector<std::pair<std::string, std::string>> fields;
};

std::vector<Line>* lines_of_test = nullptr;

void keep(Level level, std::string_view message, Fields fields) {
    Line line{level, std::string(message), {}};
    for (const auto& field : fields) line.fields.emplace_back(field.key, field.value);
    lines_of_test->push_back(std::move(line));
}

class Log : public testing::Test {
 protected:
    Log() {
        lines_of_test = &lines;
        set_sink(&keep);
        set_level(Level::Debug);
    }
    ~Log() override { set_level(Level::Info); }

    std::vector<Line> lines;
};

TEST_F(Log, GivesTheSinkLevelMessageAndFields) {
    warning("device refused", {{"reason", "no such task"}, {"count", 3}});
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].level, Level::Warning);
    EXPECT_EQ(lines[0].message, "device refused");
    EXPECT_THAT(lines[0].fields, ElementsAre(Pair("reason", "no such task"), Pair("count", "3")));
}

TEST_F(Log, NamesEachLevelByItsCall) {
    debug("a");
    info("b");
    warning("c");
    error("d");
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_EQ(lines[0].level, Level::Debug);
    EXPECT_EQ(lines[1].level, Level::Info);
    EXPECT_EQ(lines[2].level, Level::Warning);
    EXPECT_EQ(lines[3].level, Level::Error);
    EXPECT_THAT(lines[3].fields, IsEmpty());
}

TEST_F(Log, KeepsBackWhatIsBelowTheLevel) {
    set_level(Level::Warning);
    info("quiet");
    warning("loud");
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].message, "loud");
    EXPECT_FALSE(enabled(Level::Info));
    EXPECT_TRUE(enabled(Level::Warning));
    EXPECT_TRUE(enabled(Level::Error));
}

TEST_F(Log, WritesEveryKindOfValueAsText) {
    const auto job = *JobId::parse("0123456789abcdef01234567");
    const std::string text = "words";
    info("x", {{"bool", true},
               {"no", false},
               {"negative", -7},
               {"large", std::uint64_t{18'446'744'073'709'551'615U}},
               {"real", 0.5},
               {"text", text},
               {"literal", "as it is"},
               {"id", job}});
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_THAT(lines[0].fields,
                ElementsAre(Pair("bool", "true"), Pair("no", "false"), Pair("negative", "-7"),
                            Pair("large", "18446744073709551615"), Pair("real", "0.500000"), Pair("text", "words"),
                            Pair("literal", "as it is"), Pair("id", job.str())));
}

}  // namespace
}  // namespace cellwise::log
