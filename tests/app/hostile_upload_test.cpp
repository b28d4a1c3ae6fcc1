// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/sha256.hpp"
#include "package_bench.hpp"
#include "tests/adapters/archive/hostile_archives.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <set>

/// Every family of hostile archives, signed by a key that is on file: what is left is the archive's own rules.
namespace cellwise::app {
namespace {

namespace fs = std::filesystem;
using test::HostileFamily;

constexpr int kVariants = 50;

#ifdef __SANITIZE_ADDRESS__
constexpr bool kMemoryIsOurs = false;  // AddressSanitizer keeps what was freed
#else
constexpr bool kMemoryIsOurs = true;
#endif

/// From /proc/self/status, such as "VmRSS".
std::size_t status_bytes(std::string_view name) {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        std::size_t kib = 0;
        if (word == std::string(name) + ":" && status >> kib) return kib * 1024;
    }
    return 0;
}
void forget_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

class HostileUpload : public PackageBench, public testing::WithParamInterface<HostileFamily> {
 protected:
    HostileUpload() { add_key("Acme", pem()).value(); }

    /// The bench's own would refuse the larger bombs by their size alone.
    PackageIntake roomy_{{.database = *database_,
                          .clock = clock_,
                          .random = random_,
                          .hashing = hashing_,
                          .signatures = verifier_,
                          .archives = archives_,
                          .descriptions = descriptions_,
                          .files = *directory_,
                          .staging = *directory_,
                          .keeper = keeper_},
                         1ULL << 30};

    Result<AcceptedPackage> upload_roomy(const std::string& bytes) {
        const auto sink = roomy_.open({}).value();
        if (const auto taken = sink->write(as_bytes(bytes)); !taken) return taken.error();
        return result_of<AcceptedPackage>([&](auto done) { sink->finish(std::move(done)); });
    }
    /// Places that a name might lead to.
    bool has_escaped() const {
        const std::array<fs::path, 5> places{files_.path(), files_.path().parent_path(), fs::current_path(), "/",
                                             "/dev/shm"};
        return std::ranges::any_of(places, [](const fs::path& place) {
            return std::ranges::any_of(fs::directory_iterator(place), [](const fs::directory_entry& entry) {
                return entry.path().filename().string().find(test::kEscapee) != std::string::npos;
            });
        });
    }
    std::vector<std::string> everything() const {
        auto names = files_.files();
        std::erase_if(names, [](const std::string& name) { return name.starts_with("cellwise.db"); });
        return names;
    }
};

TEST_P(HostileUpload, IsRefusedInEveryVariantAndLeavesNothing) {
    const auto& family = GetParam();
    std::mt19937 random(20'231'016);
    std::set<std::string> variants;
    std::size_t largest = 0;
    forget_peak();
    const auto before = status_bytes("VmRSS");
    for (int tries = 0; variants.size() < kVariants && tries < 10 * kVariants; ++tries) {
        auto bytes = family.make(random);
        if (!variants.insert(crypto::sha256_hex(as_bytes(bytes))).second) continue;
        SCOPED_TRACE("variant " + std::to_string(variants.size()));
        largest = std::max(largest, bytes.size());
        if (family.can_be_signed) bytes = signed_by(0, bytes);
        const auto accepted = upload_roomy(bytes);
        ASSERT_FALSE(accepted);
        EXPECT_THAT(family.codes, testing::Contains(accepted.error().code)) << accepted.error().message;
        EXPECT_THAT(everything(), testing::IsEmpty());
    }
    EXPECT_EQ(variants.size(), std::size_t{kVariants});
    EXPECT_FALSE(has_escaped());
    EXPECT_EQ(service_.count({}).value(), 0);
    if (kMemoryIsOurs) {
        EXPECT_LT(status_bytes("VmHWM"), before + 64 * 1024 * 1024 + 4 * largest)
            << "the test holds the archive, too";
    }
}

INSTANTIATE_TEST_SUITE_P(Families, HostileUpload, testing::ValuesIn(test::hostile_families()),
                         [](const auto& family) { return family.param.name; });

/// A right package with a few bytes changed before it is signed: it is refused, or it is what it says.
TEST_F(HostileUpload, ThatIsMutatedAtRandomIsRefusedOrWhole) {
    std::mt19937 random(7);
    const auto right = package();
    int refused = 0;
    for (int i = 0; i < 2'000; ++i) {
        auto bytes = right;
        for (auto changes = 1 + random() % 4; changes > 0; --changes) {
            bytes[random() % (bytes.size() - 22)] = static_cast<char>(random());
        }
        const auto accepted = upload_roomy(signed_by(0, bytes));
        if (accepted) {
            EXPECT_EQ(stored(accepted->package.payload_sha256).size(), accepted->package.payload_size);
            EXPECT_EQ(crypto::sha256_hex(as_bytes(stored(accepted->package.payload_sha256))),
                      accepted->package.payload_sha256);
            ASSERT_TRUE(result_of<void>([&](auto done) { service_.erase(accepted->package.id, std::move(done)); }));
        } else {
            ++refused;
        }
        ASSERT_THAT(everything(), testing::IsEmpty());
    }
    EXPECT_GT(refused, 1'000);
}

}  // namespace
}  // namespace cellwise::app
