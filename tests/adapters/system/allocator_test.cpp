// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <jemalloc/jemalloc.h>

#include <string>

namespace cellwise::system {
namespace {

/// What jemalloc says that it was told, whatever it was told by.
template <class Value>
Value setting(const char* name) {
    Value value{};
    std::size_t size = sizeof value;
    EXPECT_EQ(mallctl(name, &value, &size, nullptr, 0), 0) << name;
    return value;
}

TEST(Allocator, IsJemallocAsThePrograms) {
    EXPECT_STREQ(setting<const char*>("opt.thp"), "always");
    EXPECT_TRUE(setting<bool>("opt.background_thread"));
}

TEST(Allocator, ServesNew) {
    const auto before = setting<std::uint64_t*>("thread.allocatedp");
    const auto then = *before;
    const std::string text(100'000, 'x');
    EXPECT_GE(*before - then, text.size());
}

}  // namespace
}  // namespace cellwise::system
