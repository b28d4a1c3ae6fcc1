// SPDX-License-Identifier: Apache-2.0
#include "tools/shell/secret_prompt.hpp"

#include <cerrno>
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

namespace cellwise::shell {
namespace {

/// The terminal without echo, line by line editing and signals: what is typed comes byte by byte, and no way out
/// leaves it mute.
class MuteTerminal {
 public:
    MuteTerminal() : descriptor_(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) {
        if (descriptor_ < 0 || ::tcgetattr(descriptor_, &before_) != 0) return;
        auto mute = before_;
        mute.c_lflag &= ~static_cast<::tcflag_t>(ECHO | ICANON | ISIG);
        ready_ = ::tcsetattr(descriptor_, TCSAFLUSH, &mute) == 0;
    }
    MuteTerminal(const MuteTerminal&) = delete;
    MuteTerminal& operator=(const MuteTerminal&) = delete;
    ~MuteTerminal() {
        if (ready_) ::tcsetattr(descriptor_, TCSAFLUSH, &before_);
        if (descriptor_ >= 0) ::close(descriptor_);
    }

    bool ready() const { return ready_; }
    void say(std::string_view text) const {
        while (!text.empty()) {
            const auto written = ::write(descriptor_, text.data(), text.size());
            if (written < 0) return;
            text.remove_prefix(static_cast<std::size_t>(written));
        }
    }
    /// Nothing at the end of the input.
    bool read(char& c) const {
        while (true) {
            const auto count = ::read(descriptor_, &c, 1);
            if (count < 0 && errno == EINTR) continue;
            return count == 1;
        }
    }

 private:
    int descriptor_;
    ::termios before_{};
    bool ready_ = false;
};

/// One character, that is all bytes of it in UTF-8.
void erase_last(std::string& text) {
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80) text.pop_back();
    if (!text.empty()) text.pop_back();
}

}  // namespace

Result<std::string> ask_secret(std::string_view prompt, std::string_view otherwise) {
    constexpr char kControlC = 3;
    constexpr char kControlD = 4;
    constexpr char kControlU = 21;
    constexpr char kDelete = 127;
    const MuteTerminal terminal;
    if (!terminal.ready()) {
        return invalid("usage.no_terminal", {}, "there is no terminal to ask at: " + std::string(otherwise));
    }
    terminal.say(prompt);
    std::string secret;
    for (char c = 0; terminal.read(c) && c != kControlC && c != kControlD;) {
        if (c == '\n' || c == '\r') {
            terminal.say("\n");
            return secret;
        }
        if (c == kDelete || c == '\b') {
            erase_last(secret);
        } else if (c == kControlU) {
            secret.clear();
        } else {
            secret += c;
        }
    }
    terminal.say("\n");
    return invalid("usage.cancelled", {}, "cancelled");
}

}  // namespace cellwise::shell
