// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cellwise::ctl {

/// What was written behind a command, by the names of its parameters. That what is needed is there, that a number is
/// one and a choice one of its words, was seen to before.
class Arguments {
 public:
    void add(std::string_view name, std::string value) { values_[std::string(name)].push_back(std::move(value)); }

    std::optional<std::string> find(std::string_view name) const;
    /// Of what is required.
    const std::string& get(std::string_view name) const;
    std::optional<std::int64_t> number(std::string_view name) const;
    bool has(std::string_view name) const { return values_.contains(name); }
    const std::vector<std::string>& all(std::string_view name) const;

 private:
    std::map<std::string, std::vector<std::string>, std::less<>> values_{};
};

}  // namespace cellwise::ctl
