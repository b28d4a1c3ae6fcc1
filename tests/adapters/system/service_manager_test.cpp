// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/service_manager.hpp"

#include "tests/fakes/temporary_directory.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <unistd.h>

namespace cellwise::system {
namespace {

TEST(ServiceManager, IsToldBySdNotifysDatagram) {
    const fakes::TemporaryDirectory directory;
    const auto path = (directory / "notify").string();
    const int receiver = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(receiver, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);

    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    notify_service_manager("READY=1");
    ::unsetenv("NOTIFY_SOCKET");
    char text[64];
    const auto length = ::recv(receiver, text, sizeof text, MSG_DONTWAIT);
    ::close(receiver);
    ASSERT_GT(length, 0);
    EXPECT_EQ(std::string(text, static_cast<std::size_t>(length)), "READY=1");
}

TEST(ServiceManager, IsLeftAloneWhenThereIsNone) {
    ::unsetenv("NOTIFY_SOCKET");
    notify_service_manager("READY=1");
    ::setenv("NOTIFY_SOCKET", std::string(300, 'x').c_str(), 1);
    notify_service_manager("READY=1");  // a path that no socket can have
    ::unsetenv("NOTIFY_SOCKET");
}

}  // namespace
}  // namespace cellwise::system
