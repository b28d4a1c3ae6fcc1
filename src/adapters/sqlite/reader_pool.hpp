// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/options.hpp"

#include "cellwise/base/result.hpp"
#include "cellwise/ports/database.hpp"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace cellwise::sqlite {

/// Connections that can only read, handed out one to a call. Thread-safe. The writing connection must be open before
/// the first read and as long as this lives.
class ReaderPool {
 public:
    explicit ReaderPool(const Options& options);
    ~ReaderPool();

    /// Runs the work against the last committed state, all of it against the same one.
    Status read(const ports::Database::Work& work);

    /// Of the connections that are idle now; for tests.
    std::vector<std::string> statements();

 private:
    struct Reader;

    std::unique_ptr<Reader> take();
    void give_back(std::unique_ptr<Reader> reader);

    const std::filesystem::path path_;
    const std::size_t max_idle_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Reader>> idle_;
};

}  // namespace cellwise::sqlite
