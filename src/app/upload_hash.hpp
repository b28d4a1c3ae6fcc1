// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"
#include "cellwise/domain/zip_end_record.hpp"
#include "cellwise/ports/hashing.hpp"

#include <cstdint>
#include <memory>

namespace cellwise::app {

/// The SHA-256 of an upload, and of the part of it that its signature covers: all but the comment at its end. Where
/// that begins is known when the last byte has come. So the hash follows the bytes at the distance of the longest end
/// that there can be, and one pass over a large package serves for both.
class UploadHash {
 public:
    /// How much shorter than the whole a prefix may be.
    static constexpr std::size_t kLongestEnd = domain::ZipEndRecord::kMaxTail;

    explicit UploadHash(ports::Hashing& hashing);

    void update(ByteView piece);
    std::uint64_t size() const { return hashed_ + tail_.size(); }  ///< bytes that came
    /// The hash of the first `size` bytes of what came so far, which are all or lack at most kLongestEnd of it.
    ports::Sha256Digest of_prefix(std::uint64_t size) const;

 private:
    std::unique_ptr<ports::HashStream> hash_;
    std::uint64_t hashed_ = 0;
    Bytes tail_{};  // came, but is not hashed yet
};

}  // namespace cellwise::app
