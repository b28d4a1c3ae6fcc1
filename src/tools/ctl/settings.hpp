// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace cellwise::ctl {

/// What the command line says of the server and of us; absent members are looked for elsewhere.
struct Wishes {
    std::optional<std::string> server{};
    std::optional<std::string> token{};
    std::optional<std::string> token_file{};
    std::optional<std::string> ca{};
    std::optional<std::string> certificate{};
    std::optional<std::string> key{};
};

/// An environment variable; nothing if it is not set or empty.
using Environment = std::function<std::optional<std::string>(const char* name)>;

struct Settings {
    std::string server;  ///< http[s]://host[:port][/path], without a slash at its end
    std::string token{};
    std::string ca{};
    std::string certificate{};
    std::string key{};
    std::filesystem::path folder{};  ///< ours among the user's configuration; may not exist
};

inline constexpr const char* kDefaultServer = "http://127.0.0.1:8080";

/// The command line before the environment (CELLWISE_CTL_SERVER, _TOKEN_FILE, _CA), that before ctl.toml in our
/// folder (server, token_file, ca, certificate, key), that before the session of the last `login` at this server.
/// Errors: "usage.server", "usage.config", "file.unreadable", "token.malformed".
Result<Settings> settle(const Wishes& wishes, const Environment& environment);

/// The session that `login` keeps, and that is for one server only: a file of its owner's alone.
struct KeptSession {
    std::string server;
    std::string token;
};
std::optional<KeptSession> find_session(const std::filesystem::path& folder);
Status keep_session(const std::filesystem::path& folder, const KeptSession& session);
/// Also when there is none.
void forget_session(const std::filesystem::path& folder);

/// An error where plain HTTP would carry a token over a network; its message is a warning.
std::optional<Error> clear_text_warning(const Settings& settings);

}  // namespace cellwise::ctl
