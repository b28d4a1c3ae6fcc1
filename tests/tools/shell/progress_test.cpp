// SPDX-License-Identifier: Apache-2.0
#include "tools/shell/progress.hpp"

#include "tests/fakes/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace cellwise::shell {
namespace {

constexpr std::uint64_t kLarge = 100 * Progress::kLeastTotal;

TEST(SignProgress, IsDrawnOnceAPercentAndGoesAtTheEnd) {
    std::ostringstream out;
    {
        Progress progress(&out, "signing", kLarge);
        for (int i = 0; i < 1'600; ++i) progress.advance(kLarge / 1'600);
        EXPECT_NE(out.str().find("\rsigning [####################....................]  50 %"), std::string::npos);
        EXPECT_TRUE(out.str().ends_with("] 100 %")) << out.str();
    }
    const auto text = out.str();
    EXPECT_EQ(std::count(text.begin(), text.end(), '%'), 101);
    EXPECT_TRUE(text.ends_with("\r\x1B[K"));
}

TEST(SignProgress, NeverShowsMoreThanAll) {
    std::ostringstream out;
    Progress progress(&out, "reading", kLarge);
    progress.advance(3 * kLarge);
    EXPECT_TRUE(out.str().ends_with("] 100 %"));
}

TEST(SignProgress, IsNotShownForWhatTakesNoTimeOrWhereNobodyLooks) {
    std::ostringstream out;
    {
        Progress small(&out, "signing", Progress::kLeastTotal - 1);
        small.advance(1'000);
        Progress unseen(nullptr, "signing", kLarge);
        unseen.advance(1'000);
        Progress nothing(&out, "signing", 0);
        nothing.advance(1'000);
    }
    EXPECT_EQ(out.str(), "");
}

TEST(MeteredFile, TellsWhatIsReadOfIt) {
    const fakes::TemporaryDirectory files;
    const auto path = files.write("file", std::string(300'000, 'x'));
    std::ostringstream out;
    Progress progress(&out, "reading", kLarge);
    MeteredFile file(path.string(), progress);
    std::string bytes(300'000, '\0');
    ASSERT_TRUE(file.stream().read(bytes.data(), 300'000));
    EXPECT_EQ(bytes, std::string(300'000, 'x'));
    progress.advance(kLarge / 2 - 300'000);
    EXPECT_TRUE(out.str().ends_with(" 50 %"));
    EXPECT_FALSE(MeteredFile((files / "nothing").string(), progress).stream());
}

}  // namespace
}  // namespace cellwise::shell
