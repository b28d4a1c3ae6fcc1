// SPDX-License-Identifier: Apache-2.0
#include "adapters/archive/hash_behind.hpp"

#include <system_error>
#include <utility>

namespace cellwise::archive {

HashBehind::HashBehind(std::unique_ptr<ports::HashStream> stream) : stream_(std::move(stream)) {}

HashBehind::~HashBehind() { wait(); }

void HashBehind::wait() {
    if (behind_.valid()) behind_.get();
}

void HashBehind::update(ByteView piece) {
    wait();
    if (piece.size() < kWorthAThread) return stream_->update(piece);
    piece_.assign(piece.begin(), piece.end());
    try {
        behind_ = std::async(std::launch::async, [this] { stream_->update(piece_); });
    } catch (const std::system_error&) {  // no thread to be had just now
        stream_->update(piece_);
    }
}

std::string HashBehind::finish_hex() {
    wait();
    return stream_->finish_hex();
}

}  // namespace cellwise::archive
