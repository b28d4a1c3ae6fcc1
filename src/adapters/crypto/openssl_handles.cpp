// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/openssl_handles.hpp"

#include <openssl/err.h>

#include <array>

namespace cellwise::crypto {

std::string contents_of(BIO& memory) {
    char* text = nullptr;
    const auto length = BIO_get_mem_data(&memory, &text);
    return {text, static_cast<std::size_t>(length)};
}

std::string openssl_reason() {
    const auto code = ERR_get_error();
    ERR_clear_error();
    if (code == 0) return "no reason given";
    std::array<char, 256> text{};
    ERR_error_string_n(code, text.data(), text.size());
    return text.data();
}

Error openssl_failure(const char* what) {
    return internal_error("crypto.failed", std::string(what) + " failed: " + openssl_reason());
}

}  // namespace cellwise::crypto
