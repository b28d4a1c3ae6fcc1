// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/seeded_fleet.hpp"

#include "adapters/sqlite/inline_database.hpp"
#include "app/new_id.hpp"
#include "tests/bench/chunk_exchange.hpp"
#include "tests/fakes/seeded_random.hpp"

#include "cellwise/base/assert.hpp"

#include <fstream>
#include <string>

namespace cellwise::bench {
namespace {

using namespace std::chrono_literals;

const std::string kPayloadName(64, 'b');  ///< a file bears its hash as its name; who reads it does not hash it again

void keep_payload(ports::PackageFiles& files) {
    const auto staging = files.new_staging_file();
    CELLWISE_ASSERT(staging.has_value());
    std::ofstream out(*staging, std::ios::binary);
    for (std::size_t i = 0; i < kChunkCount * kChunkSize; ++i) out.put(static_cast<char>(package_byte(i)));
    out.close();
    CELLWISE_ASSERT(out.good() && files.keep(*staging, kPayloadName).has_value());
}

class Seeder {
 public:
    Seeder(sqlite::InlineDatabase& database, std::uint16_t port, Timestamp now)
        : database_(database), port_(port), now_(now) {}

    void seed(std::uint32_t devices) {
        change([this](ports::Transaction& tx) { return insert_catalog(tx); });
        constexpr std::uint32_t kTogether = 5'000;
        for (std::uint32_t first = 0; first < devices; first += kTogether) {
            change([&](ports::Transaction& tx) -> Status {
                for (auto n = first; n < std::min(devices, first + kTogether); ++n) {
                    if (auto inserted = insert_device(tx, n); !inserted) return inserted;
                }
                return {};
            });
        }
    }

 private:
    void change(const ports::Database::Work& work) {
        database_.write(work, [](const Status& status) { CELLWISE_ASSERT(status.has_value()); });
        CELLWISE_ASSERT(database_.commit().has_value());
    }

    Status insert_catalog(ports::Transaction& tx) {
        const domain::Product product{.id = product_,
                                      .manufacturer_id = "m",
                                      .manufacturer_name = "Meters",
                                      .device_type = "WaterMeter",
                                      .model = "W1",
                                      .supports_software_upgrade = true,
                                      .created_at = now_};
        const domain::Package package{.id = package_,
                                      .name = "meter",
                                      .description = {.file_name = "meter.bin",
                                                      .version = target_version(),
                                                      .device_type = "WaterMeter",
                                                      .manufacturer_name = "Meters",
                                                      .model = "W1",
                                                      .chunk_size = kChunkSize},
                                      .archive_sha256 = std::string(64, 'a'),
                                      .payload_sha256 = kPayloadName,
                                      .payload_size = kChunkCount * kChunkSize,
                                      .chunk_count = kChunkCount,
                                      .uploaded_at = now_};
        const domain::Task task{.id = task_,
                                .name = "t",
                                .package = package_,
                                .targets = {.all = true},
                                .state = domain::TaskState::Processing,
                                .expanded = true,
                                .created_at = now_,
                                .due_at = now_,
                                .started_at = now_};
        if (auto inserted = tx.products().insert(product); !inserted) return inserted;
        if (auto inserted = tx.packages().insert(package); !inserted) return inserted;
        return tx.tasks().insert(task);
    }

    Status insert_device(ports::Transaction& tx, std::uint32_t number) {
        const auto id = app::new_id<DeviceId>(random_);
        const domain::CellId cell{"4242"};
        const domain::Device device{.id = id,
                                    .node_id = "node-" + std::to_string(number),
                                    .product = product_,
                                    .created_at = now_,
                                    .last_seen_at = now_};
        const domain::Registration registration{.id = app::new_id<RegistrationId>(random_),
                                                .device = id,
                                                .address = address(number),
                                                .binding = domain::Binding::UdpQueue,
                                                .expires_at = now_ + 24h,
                                                .last_heard_at = now_,
                                                .observation = token_of(number),
                                                .radio = {.cell = cell, .rsrp_dbm = -97, .sinr_db = 9}};
        const domain::Job job{.id = app::new_timed_id<JobId>(random_, now_),
                              .task = task_,
                              .device = id,
                              .package = package_,
                              .state = domain::JobState::Downloading,
                              .deadline = now_ + 1h,
                              .source_version = *domain::Version::parse("V1.0"),
                              .current_version = *domain::Version::parse("V1.0"),
                              .cell = domain::CellKey{cell, domain::CoverageClass::Level0},
                              .holds_slot = true,
                              .created_at = now_,
                              .started_at = now_,
                              .chunks_served = kChunkCount};  // of an earlier attempt: nothing new to write down
        if (auto inserted = tx.devices().insert(device); !inserted) return inserted;
        if (auto saved = tx.registrations().save(registration); !saved) return saved;
        return tx.jobs().insert(job);
    }

    domain::PeerAddress address(std::uint32_t number) const {
        domain::PeerAddress made{.port = port_};
        made.ip[10] = made.ip[11] = 0xFF;
        const auto ip = address_of(number);
        for (std::size_t i = 0; i < 4; ++i) made.ip[12 + i] = static_cast<std::uint8_t>(ip >> (24 - 8 * i));
        return made;
    }

    sqlite::InlineDatabase& database_;
    std::uint16_t port_;
    Timestamp now_;
    fakes::SeededRandom random_{};
    ProductId product_ = app::new_id<ProductId>(random_);
    PackageId package_ = app::new_id<PackageId>(random_);
    TaskId task_ = app::new_id<TaskId>(random_);
};

}  // namespace

void seed_fleet(const std::filesystem::path& database, ports::PackageFiles& files, std::uint32_t devices,
                std::uint16_t port, Timestamp now) {
    keep_payload(files);
    const auto opened = sqlite::InlineDatabase::open({.path = database, .sync = sqlite::Sync::Off});
    CELLWISE_ASSERT(opened.has_value());
    Seeder(**opened, port, now).seed(devices);
}

}  // namespace cellwise::bench
