// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/secret_box.hpp"

namespace cellwise::fakes {

/// Seals so that a test sees what is inside, and for whom.
class GlassBox final : public ports::SecretBox {
 public:
    Result<std::string> seal(std::string_view secret, std::string_view owner) override {
        return "sealed(" + std::string(owner) + "):" + std::string(secret);
    }
    Result<std::string> open(std::string_view sealed, std::string_view owner) override {
        const auto seal = "sealed(" + std::string(owner) + "):";
        if (sealed.starts_with(seal)) return std::string(sealed.substr(seal.size()));
        return invalid("secret.unreadable", {}, "it was not sealed for this owner");
    }
};

}  // namespace cellwise::fakes
