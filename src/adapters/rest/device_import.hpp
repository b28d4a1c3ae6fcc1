// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/rest/line_splitter.hpp"
#include "adapters/rest/services.hpp"
#include "app/device_service.hpp"

#include "cellwise/ports/http.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cellwise::rest {

/// Makes devices of the lines of an upload, batch by batch: a batch is handed to the loop and awaited before more is
/// read, so memory stays flat however long the list is, and the sender feels how fast we are. Lines that are wrong
/// are told and passed over; what was made stays made, also when the upload breaks off.
class DeviceImport final : public ports::BodySink {
 public:
    enum class Format { Csv, Ndjson };

    DeviceImport(const Services& services, Format format);

    Status write(ByteView piece) override;
    /// What came of it, as JSON; after the last piece.
    Result<std::string> finish();

 private:
    struct Refused {
        std::uint64_t line = 0;
        std::string node_id{};
        Error error{};
    };

    Status on_line(const LineSplitter::Line& line);
    Status read_header(std::string_view line);
    Result<app::NewDevice> read_device(std::string_view line) const;
    Result<app::NewDevice> read_csv(std::string_view line) const;
    Status send_batch();
    void refuse_line(std::uint64_t line, std::string node_id, Error error);

    const Services& services_;
    Format format_;
    LineSplitter lines_;
    std::optional<std::vector<std::string>> columns_;  ///< CSV only: its first line
    std::vector<app::NewDevice> batch_;
    std::vector<std::uint64_t> batch_lines_;
    std::uint64_t created_ = 0;
    std::uint64_t refused_count_ = 0;
    std::vector<Refused> refused_;  ///< the first of them
};

}  // namespace cellwise::rest
