// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/multipart_parser.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace cellwise::rest {
namespace {

struct Field {
    std::string name;
    std::string file_name;
    std::string data;
    friend bool operator==(const Field&, const Field&) = default;
};

/// The fields of a body that comes in pieces, or the error's code.
struct Outcome {
    std::vector<Field> fields{};
    std::string error{};
};

Outcome parse(std::string_view body, std::size_t piece, std::string_view boundary = "XX") {
    Outcome outcome;
    MultipartParser parser(boundary, {.on_part = [&](const MultipartParser::Part& part) -> Status {
                                          outcome.fields.push_back({part.name, part.file_name, {}});
                                          return {};
                                      },
                                      .on_data = [&](ByteView data) -> Status {
                                          outcome.fields.back().data += as_text(data);
                                          return {};
                                      }});
    for (std::size_t at = 0; at < body.size(); at += piece) {
        if (const auto ok = parser.write(as_bytes(body.substr(at, piece))); !ok) {
            outcome.error = ok.error().code;
            return outcome;
        }
    }
    if (const auto ok = parser.finish(); !ok) outcome.error = ok.error().code;
    return outcome;
}

constexpr std::string_view kHead = "Content-Disposition: form-data; name=\"file\"; filename=\"a.zip\"\r\n\r\n";

TEST(MultipartParser, GivesTheSameHoweverTheBodyComes) {
    // The data holds everything that looks like a boundary and is none.
    const std::string data = "\r\n--X\r\n--XY\r\r\n--\n--XX\r\n";
    const auto body = "preamble\r\n--XX\r\n" + std::string(kHead) + data +
                      "\r\n--XX  \r\ncontent-type: text/plain\r\nCONTENT-DISPOSITION: Form-Data; Name=b\r\n\r\n"
                      "\r\n--XX--\r\nepilogue --XX";
    const std::vector<Field> expected{{"file", "a.zip", data}, {"b", "", ""}};
    for (std::size_t piece = 1; piece <= body.size(); ++piece) {
        const auto outcome = parse(body, piece);
        ASSERT_EQ(outcome.error, "") << piece;
        ASSERT_EQ(outcome.fields, expected) << piece;
    }
}

TEST(MultipartParser, NeedsNoPreamble) {
    const auto outcome = parse("--XX\r\n" + std::string(kHead) + "data\r\n--XX--", 5);
    EXPECT_EQ(outcome.error, "");
    EXPECT_EQ(outcome.fields, (std::vector<Field>{{"file", "a.zip", "data"}}));
}

TEST(MultipartParser, UnquotesNames) {
    const auto outcome = parse(
        "--XX\r\nContent-Disposition: form-data; filename=\"a;\\\"b\\\".zip\"; name=\"file\"\r\n\r\nx\r\n--XX--",
        100);
    EXPECT_EQ(outcome.fields, (std::vector<Field>{{"file", "a;\"b\".zip", "x"}}));
}

class MultipartParserRefuses : public testing::TestWithParam<std::string> {};

TEST_P(MultipartParserRefuses, WhatIsMalformed) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{1'000'000}}) {
        EXPECT_EQ(parse(GetParam(), piece).error, "multipart.malformed");
    }
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, MultipartParserRefuses,
    testing::Values("", "no boundary at all", "--XX\r\n", "--XX\r\n" + std::string(kHead) + "data",
                    "--XX\r\n" + std::string(kHead) + "data\r\n--XX\r\n",            // another part is promised
                    "--XXjunk\r\n" + std::string(kHead) + "data\r\n--XX--",          // no line end
                    "--XX\r\n\r\ndata\r\n--XX--",                                    // no name
                    "--XX\r\nContent-Disposition: form-data\r\n\r\ndata\r\n--XX--",  //
                    "--XX\r\nContent-Disposition: attachment; name=file\r\n\r\nd\r\n--XX--",
                    "--XX\r\nno colon\r\n\r\ndata\r\n--XX--",
                    "--XX\r\nContent-Disposition: form-data; name=file\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                    "ZGF0YQ==\r\n--XX--",
                    "--XX\r\nX: " + std::string(9000, 'x'), "--XX" + std::string(9000, ' ')));

TEST(MultipartParser, HoldsNoMoreThanAPiece) {
    std::size_t given = 0;
    MultipartParser parser("XX", {.on_part = [](const auto&) -> Status { return {}; },
                                  .on_data = [&](ByteView data) -> Status {
                                      given += data.size();
                                      return {};
                                  }});
    ASSERT_TRUE(parser.write(as_bytes("--XX\r\n" + std::string(kHead))));
    const std::string piece(100'000, 'x');
    for (int i = 1; i <= 10; ++i) {
        ASSERT_TRUE(parser.write(as_bytes(piece)));
        EXPECT_GE(given + 6, static_cast<std::size_t>(i) * piece.size());  // less than a delimiter is kept back
    }
}

TEST(MultipartParser, StopsWhenTold) {
    MultipartParser parser("XX", {.on_part = [](const auto&) -> Status { return {}; },
                                  .on_data = [](ByteView) -> Status {
                                      return Error{.kind = ErrorKind::TooLarge, .code = "package.too_large"};
                                  }});
    const auto ok = parser.write(as_bytes("--XX\r\n" + std::string(kHead) + "a long piece of data"));
    ASSERT_FALSE(ok);
    EXPECT_EQ(ok.error().code, "package.too_large");
}

TEST(MultipartBoundary, IsTakenFromTheContentType) {
    EXPECT_EQ(multipart_boundary("multipart/form-data; boundary=abc"), "abc");
    EXPECT_EQ(multipart_boundary("Multipart/Form-Data; charset=utf-8; BOUNDARY=\"a b;c\""), "a b;c");
    for (const auto& type :
         {std::string("multipart/form-data"), std::string("multipart/form-data; boundary="),
          std::string("multipart/mixed; boundary=abc"), std::string("application/zip; boundary=abc"),
          std::string("multipart/form-data; boundary=\"a \""),
          "multipart/form-data; boundary=" + std::string(71, 'x'), std::string("")}) {
        EXPECT_FALSE(multipart_boundary(type)) << type;
    }
}

}  // namespace
}  // namespace cellwise::rest
