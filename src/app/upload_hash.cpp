// SPDX-License-Identifier: Apache-2.0
#include "app/upload_hash.hpp"

#include "cellwise/base/assert.hpp"

namespace cellwise::app {
namespace {

/// The tail is cut when it is some times as long as has to be kept of it: less is moved than is hashed.
constexpr std::size_t kLongestTail = 4 * UploadHash::kLongestEnd;

}  // namespace

UploadHash::UploadHash(ports::Hashing& hashing) : hash_(hashing.new_sha256()) {}

void UploadHash::update(ByteView piece) {
    tail_.insert(tail_.end(), piece.begin(), piece.end());
    if (tail_.size() < kLongestTail) return;
    const auto ripe = tail_.size() - kLongestEnd;
    hash_->update(ByteView(tail_).first(ripe));
    hashed_ += ripe;
    tail_.erase(tail_.begin(), tail_.begin() + static_cast<std::ptrdiff_t>(ripe));
}

ports::Sha256Digest UploadHash::of_prefix(std::uint64_t size) const {
    CELLWISE_ASSERT(size >= hashed_ && size <= this->size());
    const auto hash = hash_->fork();
    hash->update(ByteView(tail_).first(static_cast<std::size_t>(size - hashed_)));
    return hash->finish();
}

}  // namespace cellwise::app
