// SPDX-License-Identifier: Apache-2.0
#include "tools/shell/secret_prompt.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <poll.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

namespace cellwise::shell {
namespace {

struct Conversation {
    std::string answer;  ///< what the asker got, or the error's code
    std::string shown;   ///< what the terminal showed
    bool echoes_after = false;
};

/// Asks in a child that has a terminal of its own; types `typed` when the prompt is there.
Conversation ask(const std::string& typed) {
    std::array<int, 2> result{};
    EXPECT_EQ(::pipe(result.data()), 0);
    int terminal = -1;
    const auto child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
    if (child == 0) {
        const auto secret = ask_secret("Say: ", "whisper");
        ::termios state{};
        ::tcgetattr(STDIN_FILENO, &state);
        const auto text = (secret ? *secret : secret.error().code) + ((state.c_lflag & ECHO) != 0 ? "\1" : "\2");
        const bool written = ::write(result[1], text.data(), text.size()) > 0;
        ::_exit(written ? 0 : 1);
    }
    ::close(result[1]);
    Conversation conversation;
    std::array<char, 256> piece{};
    bool answered = false;
    ::pollfd ready{.fd = terminal, .events = POLLIN, .revents = 0};
    while (::poll(&ready, 1, 60'000) > 0) {
        const auto size = ::read(terminal, piece.data(), piece.size());
        if (size <= 0) break;
        conversation.shown.append(piece.data(), static_cast<std::size_t>(size));
        if (!answered && conversation.shown.find("Say: ") != std::string::npos) {
            EXPECT_EQ(::write(terminal, typed.data(), typed.size()), static_cast<::ssize_t>(typed.size()));
            answered = true;
        }
    }
    const auto size = ::read(result[0], piece.data(), piece.size());
    if (size > 0) {
        conversation.answer.assign(piece.data(), static_cast<std::size_t>(size - 1));
        conversation.echoes_after = piece[static_cast<std::size_t>(size - 1)] == '\1';
    }
    ::close(result[0]);
    ::close(terminal);
    ::waitpid(child, nullptr, 0);
    return conversation;
}

TEST(AskSecret, GivesWhatIsTypedAndShowsNoneOfIt) {
    const auto [answer, shown, echoes_after] = ask("top secret\r");
    EXPECT_EQ(answer, "top secret");
    EXPECT_EQ(shown, "Say: \r\n");
    EXPECT_TRUE(echoes_after);
}

TEST(AskSecret, LetsMistakesBeMended) {
    EXPECT_EQ(ask("sec\x7Fret\n").answer, "seret");
    EXPECT_EQ(ask("\x7F\x7F"
                  "a\n")
                  .answer,
              "a");
    EXPECT_EQ(ask("wrong\x15right\n").answer, "right");
    EXPECT_EQ(ask("a\xE5\x9B\xBA\x7F"
                  "b\n")
                  .answer,
              "ab");  // one character of three bytes
}

TEST(AskSecret, CanBeCancelledAndLeavesTheTerminalAsItWas) {
    for (const auto* typed : {"sec\x03", "\x04"}) {
        const auto [answer, shown, echoes_after] = ask(typed);
        EXPECT_EQ(answer, "usage.cancelled");
        EXPECT_TRUE(echoes_after);
    }
}

}  // namespace
}  // namespace cellwise::shell
