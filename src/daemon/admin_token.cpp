// SPDX-License-Identifier: Apache-2.0
#include "daemon/admin_token.hpp"

#include "cellwise/base/log.hpp"

#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <string>
#include <system_error>
#include <unistd.h>

namespace cellwise::daemon {
namespace {

constexpr auto kName = "admin";

bool write_secret(const std::filesystem::path& file, const std::string& text) {
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0) return false;
    const std::string line = text + "\n";
    const bool written = ::write(descriptor, line.data(), line.size()) == static_cast<ssize_t>(line.size());
    const bool synced = ::fsync(descriptor) == 0;
    ::close(descriptor);
    return written && synced;
}

std::optional<TokenId> find_former(ports::Database& database) {
    std::optional<TokenId> former;
    const auto read = database.read([&](ports::Transaction& tx) -> Status {
        const auto tokens = tx.tokens().list({.limit = 1000});
        if (!tokens) return tokens.error();
        for (const auto& token : tokens->items) {
            if (token.name == kName) former = token.id;
        }
        return Status{};
    });
    if (!read) log::error("tokens cannot be read", {{"reason", read.error().message}});
    return former;
}

void report(const std::filesystem::path& file, const Result<app::NewOperatorToken>& token) {
    if (!token) return log::error("admin token not made", {{"reason", token.error().message}});
    if (write_secret(file, token->text)) return log::info("admin token made", {{"file", file.string()}});
    log::error("admin token not written",
               {{"file", file.string()}, {"reason", std::generic_category().message(errno)}});
}

void create(const std::filesystem::path& file, app::AccessService& access, std::function<void()> then) {
    auto done = [file, then = std::move(then)](const Result<app::NewOperatorToken>& token) {
        report(file, token);
        then();
    };
    access.create_token(kName, domain::Role::Admin, std::nullopt, std::move(done));
}

}  // namespace

void provide_admin_token(const std::filesystem::path& file, ports::Database& database, app::AccessService& access,
                         std::function<void()> then) {
    if (std::filesystem::exists(file)) return then();
    const auto former = find_former(database);
    if (!former) return create(file, access, std::move(then));
    access.erase_token(*former,
                       [file, &access, then = std::move(then)](const Status&) { create(file, access, then); });
}

}  // namespace cellwise::daemon
