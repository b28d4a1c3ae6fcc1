// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/database.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace cellwise::app {

/// Database::read and Database::write for work that finds something: a function from ports::Transaction& to
/// Result<T>.
template <class T, class Work>
Result<T> read(ports::Database& database, const Work& work) {
    std::optional<T> found;
    const auto status = database.read([&found, &work](ports::Transaction& tx) -> Status {
        Result<T> result = work(tx);
        if (!result) return std::move(result).error();
        found = std::move(*result);
        return {};
    });
    if (!status) return status.error();
    return std::move(*found);
}

template <class T, class Work>
void write(ports::Database& database, Work work, std::function<void(Result<T>)> done) {
    auto found = std::make_shared<std::optional<T>>();
    auto run = [found, work = std::move(work)](ports::Transaction& tx) -> Status {
        Result<T> result = work(tx);
        if (!result) return std::move(result).error();
        *found = std::move(*result);
        return {};
    };
    database.write(std::move(run), [found, done = std::move(done)](Status status) {
        if (!status) return done(std::move(status).error());
        done(std::move(**found));
    });
}

}  // namespace cellwise::app
