// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"
#include "cellwise/ports/hashing.hpp"

#include <cstddef>
#include <future>
#include <memory>
#include <string>

namespace cellwise::archive {

/// Hashes pieces on another thread, one behind, while the caller unpacks and writes the next: for large files, of
/// which hashing is as much work as all the rest. One thread at a time may call it.
class HashBehind {
 public:
    /// A shorter piece is hashed at once: it is done before a thread has begun.
    static constexpr std::size_t kWorthAThread = 128 * 1024;

    explicit HashBehind(std::unique_ptr<ports::HashStream> stream);
    HashBehind(const HashBehind&) = delete;
    HashBehind& operator=(const HashBehind&) = delete;
    ~HashBehind();

    void update(ByteView piece);
    /// Once; after it only the destructor.
    std::string finish_hex();

 private:
    void wait();

    std::unique_ptr<ports::HashStream> stream_;
    Bytes piece_{};  // belongs to the other thread while `behind_` is valid, as does the stream
    std::future<void> behind_{};
};

}  // namespace cellwise::archive
