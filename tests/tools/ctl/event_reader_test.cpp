// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/event_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace cellwise::ctl {
namespace {

using testing::ElementsAre;

class EventReaderTest : public testing::Test {
 protected:
    /// Each event as "id name data".
    std::vector<std::string> fed(std::string_view text, std::size_t piece_size = 1'000) {
        std::vector<std::string> events;
        while (!text.empty()) {
            const auto piece = text.substr(0, piece_size);
            text.remove_prefix(piece.size());
            const auto taken = reader_.feed(piece, [&events](const StreamedEvent& event) {
                events.push_back(event.id + ' ' + event.name + ' ' + event.data);
                return Status{};
            });
            EXPECT_TRUE(taken.has_value());
        }
        return events;
    }

    EventReader reader_{};
};

TEST_F(EventReaderTest, ReadsEventsHoweverTheyAreCut) {
    const std::string text =
        "retry: 250\n\n:\n\nid: a-1\nevent: task\ndata: {\"x\":1}\n\nevent:job\ndata:{}\n\nid: a-2\r\nevent: "
        "cells\r\ndata: 1\r\ndata: 2\r\n\r\n";
    for (std::size_t size = 1; size <= text.size(); ++size) {
        reader_ = {};
        EXPECT_THAT(fed(text, size), ElementsAre("a-1 task {\"x\":1}", "a-1 job {}", "a-2 cells 1\n2")) << size;
        EXPECT_EQ(reader_.last_id(), "a-2");
        EXPECT_EQ(reader_.retry(), Duration(250));
    }
}

TEST_F(EventReaderTest, ForgetsWhatWasHalfThereWhenTheConnectionEnded) {
    EXPECT_THAT(fed("id: 1\nevent: task\ndata: whole\n\nid: 2\nevent: task\ndata: ha"), ElementsAre("1 task whole"));
    reader_.begin_anew();
    EXPECT_THAT(fed("event: task\ndata: other\n\n"), ElementsAre("2 task other"));
}

TEST_F(EventReaderTest, PassesOverWhatItDoesNotKnow) {
    EXPECT_THAT(fed("retry: soon\nnonsense\nmood: good\ndata\n\nevent: no data\n\n"), ElementsAre(" message "));
    EXPECT_EQ(reader_.retry(), std::nullopt);
}

TEST_F(EventReaderTest, RefusesALineWithoutAnEnd) {
    const std::string much(1 << 20, 'x');
    Status status;
    int pieces = 0;
    for (; status && pieces < 100; ++pieces) status = reader_.feed(much, [](const auto&) { return Status{}; });
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, "answer.foreign");
    EXPECT_EQ(pieces, 5);
}

TEST_F(EventReaderTest, RefusesDataWithoutAnEnd) {
    const auto line = "data: " + std::string(1 << 20, 'x') + '\n';
    Status status;
    int lines = 0;
    for (; status && lines < 100; ++lines) status = reader_.feed(line, [](const auto&) { return Status{}; });
    EXPECT_FALSE(status);
    EXPECT_LE(lines, 5);
}

TEST_F(EventReaderTest, EndsWhereItsTakerDoes) {
    int taken = 0;
    const auto status = reader_.feed("data: 1\n\ndata: 2\n\n", [&taken](const auto&) -> Status {
        ++taken;
        return invalid("x", {}, "no more");
    });
    EXPECT_FALSE(status);
    EXPECT_EQ(taken, 1);
}

}  // namespace
}  // namespace cellwise::ctl
