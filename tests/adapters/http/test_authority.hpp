// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace cellwise::http::testing {

/// PEM of a certificate and of its private key.
struct Issued {
    std::string certificate{};
    std::string key{};
};

struct Wanted {
    std::string common_name = "localhost";
    std::string names = "DNS:localhost,IP:127.0.0.1";  ///< subjectAltName; empty: none
    bool client = false;                               ///< for a client, else for a server
    int from_days = -1;                                ///< valid from and to, counted from today
    int to_days = 1;
    bool authority = false;
};

/// Makes keys and certificates for one test run; nothing of it is good for anything else.
class TestAuthority {
 public:
    /// Signs itself.
    explicit TestAuthority(const std::string& common_name = "Test Authority");
    /// One between: signed by `parent`.
    TestAuthority(const TestAuthority& parent, const std::string& common_name);

    const std::string& pem() const { return own_.certificate; }
    Issued issue(const Wanted& wanted = {}) const;

 private:
    Issued own_;
};

/// A certificate that nobody but itself vouches for.
Issued self_signed(const Wanted& wanted = {});

}  // namespace cellwise::http::testing
