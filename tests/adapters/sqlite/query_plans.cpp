// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/sqlite/query_plans.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <array>
#include <string_view>

namespace cellwise::sqlite {
namespace {

struct Exception {
    std::string_view statement;  ///< how it begins, or all of it
    std::string_view plan;       ///< what its plan may contain
    std::string_view why;
};

constexpr std::array kByDesign{
    Exception{"SELECT count(*) FROM devices", "SCAN devices USING COVERING INDEX",
              "a total of all devices walks the smallest index: some 15 ms a million"},
    Exception{"SELECT count(*) FROM tasks", "SCAN tasks USING COVERING INDEX", "tasks are thousands"},
    Exception{"SELECT count(*) FROM tasks", "SCAN tasks", "tasks of any manufacturer are thousands"},
    Exception{"SELECT count(*) FROM packages", "SCAN packages", "packages are hundreds"},
    Exception{"SELECT id, id, app, name, file_name", "USE TEMP B-TREE FOR ORDER BY",
              "packages of one product model are dozens"},
    Exception{"SELECT created_at || '.' || id", "USE TEMP B-TREE FOR",
              "tasks of one device are dozens, those of one manufacturer's models thousands"},
    Exception{"SELECT count(*) FROM kept_answers", "SCAN kept_answers USING COVERING INDEX",
              "once, at the start of the daemon, and bounded"},
    Exception{"UPDATE audit SET outcome = 'unknown'", "INDEX audit_open", "the index holds what is under way alone"},
    Exception{"SELECT at || '.' || sequence, sequence", "SCAN audit USING INDEX audit_by_time",
              "the newest entries of all stand at the end of the index"},
    Exception{"SELECT due_at FROM outbox WHERE head = 1", "SCAN outbox USING INDEX outbox_due",
              "the first entry of the index is the answer"},
    Exception{"SELECT id FROM erased_", "SCAN erased_", "any one is asked for"},
    Exception{"SELECT (SELECT count(*) FROM outbox", "SCAN erased_applications",
              "applications whose pushes are being deleted are few"},
    Exception{"SELECT id, app, name, package, target_product", "USE TEMP B-TREE FOR ORDER BY",
              "tasks that are due are few, and they are wanted by id"},
};

bool is_by_design(std::string_view statement, std::string_view step) {
    for (const auto& exception : kByDesign) {
        if (statement.starts_with(exception.statement) && step.find(exception.plan) != std::string_view::npos) {
            return true;
        }
    }
    return false;
}

bool is_costly(std::string_view step) {
    const bool walks = step.starts_with("SCAN ") && step.find("CONSTANT ROW") == std::string_view::npos;
    return walks || step.find("TEMP B-TREE") != std::string_view::npos ||
           step.find("AUTOMATIC") != std::string_view::npos;
}

}  // namespace

std::vector<std::string> costly_statements(const std::filesystem::path& database,
                                           const std::vector<std::string>& statements) {
    SQLite::Database connection(database.string(), SQLite::OPEN_READONLY);
    std::vector<std::string> costly;
    for (const auto& sql : statements) {
        if (!sql.starts_with("SELECT") && !sql.starts_with("UPDATE") && !sql.starts_with("DELETE") &&
            !sql.starts_with("INSERT")) {
            continue;
        }
        SQLite::Statement plan(connection, "EXPLAIN QUERY PLAN " + sql);
        while (plan.executeStep()) {
            const auto step = plan.getColumn("detail").getString();
            if (is_costly(step) && !is_by_design(sql, step)) costly.push_back(step + "   <-   " + sql);
        }
    }
    return costly;
}

}  // namespace cellwise::sqlite
