// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/strict_answer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cellwise::sim::mqtt {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

std::string an_answer(const std::string& lines) { return "HTTP/1.1 200 OK\r\n" + lines + "\r\nbody"; }

constexpr auto kGood = "Content-Length: 4\r\nContent-Disposition: attachment;filename=a.bin\r\n";

TEST(StrictAnswer, TakesWhatTheSdkTakes) {
    const auto text = an_answer(kGood);
    const auto answer = read_strictly(text);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.length, 4U);
    EXPECT_EQ(text.substr(answer.head_size), "body");
    EXPECT_THAT(answer.faults, IsEmpty());
}

TEST(StrictAnswer, NamesWhatTheSdkStumblesOver) {
    const auto faults_of = [](const std::string& text) { return read_strictly(text).faults; };
    EXPECT_THAT(faults_of("HTTP/1.0 200 OK\r\n\r\n"), Contains(HasSubstr("HTTP/1.1")));
    EXPECT_THAT(faults_of("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n"), Contains(HasSubstr("first TLS record")));
    EXPECT_THAT(faults_of(an_answer("content-length: 4\r\n")), Contains(HasSubstr("Content-Length")));
    EXPECT_THAT(faults_of(an_answer("Content-Length: 4\r\nContent-Disposition: attachment;filename=\"a.bin\"\r\n")),
                Contains(HasSubstr("quoted")));
    EXPECT_THAT(faults_of(an_answer("Content-Length: 4\r\n")), Contains(HasSubstr("Content-Disposition")));
    EXPECT_THAT(faults_of(an_answer(std::string(kGood) + "Transfer-Encoding: chunked\r\n")),
                Contains(HasSubstr("chunked")));
    EXPECT_THAT(faults_of(an_answer(kGood + std::string("X: ") + std::string(4'100, 'x') + "\r\n")),
                Contains(HasSubstr("4095")));
}

TEST(StrictAnswer, AsksNoMoreOfARefusalThanItsStatus) {
    const auto answer = read_strictly("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(answer.status, 401);
    EXPECT_THAT(answer.faults, IsEmpty());
}

}  // namespace
}  // namespace cellwise::sim::mqtt
