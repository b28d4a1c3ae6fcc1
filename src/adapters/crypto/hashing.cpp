// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/hashing.hpp"

#include "adapters/crypto/sha256.hpp"

namespace cellwise::crypto {
namespace {

class Sha256Stream final : public ports::HashStream {
 public:
    void update(ByteView bytes) override { hash_.update(bytes); }
    ports::Sha256Digest finish() override { return hash_.finish(); }
    std::unique_ptr<ports::HashStream> fork() const override { return std::make_unique<Sha256Stream>(*this); }

 private:
    Sha256 hash_;
};

}  // namespace

std::unique_ptr<ports::HashStream> OpenSslHashing::new_sha256() { return std::make_unique<Sha256Stream>(); }

}  // namespace cellwise::crypto
