// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/options.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cellwise::sqlite {

/// One connection with its prepared statements, each compiled once. One thread at a time. Throws.
class Connection {
 public:
    enum class Mode { ReadWrite, ReadOnly };
    struct Prepared {
        SQLite::Statement statement;
        bool in_use = false;
    };

    /// ReadWrite makes the file when it is not there.
    Connection(const std::filesystem::path& path, Mode mode, Sync sync);

    /// The statement of this text, reset. A store's texts are few: none is ever dropped.
    Prepared& prepared(std::string_view sql);
    /// Runs a statement without parameters and rows, such as BEGIN.
    void run(std::string_view sql);
    bool in_transaction() const;
    SQLite::Database& database() { return database_; }

    /// Every statement used so far, for the test that none of them walks a whole table.
    std::vector<std::string> statements() const;

 private:
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };

    SQLite::Database database_;
    std::unordered_map<std::string, Prepared, Hash, std::equal_to<>> prepared_;
};

}  // namespace cellwise::sqlite
