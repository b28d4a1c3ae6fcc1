// SPDX-License-Identifier: Apache-2.0
#include "tools/sign/passphrase.hpp"

#include "tests/fakes/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

namespace cellwise::sign {
namespace {

TEST(Passphrase, HasSixCharactersOfTwoClasses) {
    for (const auto* good : {"abcde1", "ABCDEf", "12345 ", "abc-de", "\xE5\x9B\xBA\xE4\xBB\xB6 abc"}) {
        EXPECT_TRUE(check_passphrase(good)) << good;
    }
    for (const auto* shorter : {"", "abc12", "Ab1-x",
                                "\xE5\x9B\xBA\xE4\xBB\xB6"
                                "1"}) {
        EXPECT_EQ(check_passphrase(shorter).error().code, "passphrase.short") << shorter;
    }
    for (const auto* simple : {"abcdefgh", "ABCDEFGH", "12345678", "--------"}) {
        EXPECT_EQ(check_passphrase(simple).error().code, "passphrase.simple") << simple;
    }
}

TEST(Passphrase, IsTheOneLineOfItsFile) {
    const fakes::TemporaryDirectory files;
    const auto read = [&](std::string_view content) {
        return existing_passphrase({.file = files.write("passphrase", content)});
    };
    EXPECT_EQ(read("abc 123").value(), "abc 123");
    EXPECT_EQ(read("abc 123\n").value(), "abc 123");
    EXPECT_EQ(read("abc 123\r\n").value(), "abc 123");
    EXPECT_EQ(read(" abc 123 ").value(), " abc 123 ");
    for (const std::string_view content : {"", "\n", "one\ntwo\n", "abc 123\n\n"}) {
        EXPECT_EQ(read(content).error().code, "passphrase.malformed") << content;
    }
    EXPECT_EQ(read(std::string_view("abc\0def", 7)).error().code, "passphrase.malformed");
    EXPECT_FALSE(read(std::string(2'000, 'x')));
    EXPECT_EQ(existing_passphrase({.file = files / "nothing"}).error().code, "file.unreadable");
}

TEST(Passphrase, IsReadFromADescriptorToItsEnd) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    ASSERT_EQ(::write(ends[1], "abc ", 4), 4);
    ASSERT_EQ(::write(ends[1], "123\n", 4), 4);
    ::close(ends[1]);
    EXPECT_EQ(existing_passphrase({.descriptor = ends[0]}).value(), "abc 123");
    ::close(ends[0]);
    EXPECT_EQ(existing_passphrase({.descriptor = ends[0]}).error().code, "file.unreadable");
}

TEST(Passphrase, IsNothingWhenNoneIsAskedFor) {
    const auto passphrase = new_passphrase({.none = true});
    ASSERT_TRUE(passphrase);
    EXPECT_FALSE(*passphrase);
}

TEST(Passphrase, OfANewKeyKeepsTheRules) {
    const fakes::TemporaryDirectory files;
    EXPECT_EQ(new_passphrase({.file = files.write("p", "short")}).error().code, "passphrase.short");
    EXPECT_EQ(new_passphrase({.file = files.write("p", "long enough")})->value(), "long enough");
    EXPECT_EQ(existing_passphrase({.file = files.write("p", "short")}).value(), "short");
}

}  // namespace
}  // namespace cellwise::sign
