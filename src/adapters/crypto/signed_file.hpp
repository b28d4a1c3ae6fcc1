// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/crypto/sha256.hpp"
#include "adapters/crypto/signature_comment.hpp"

#include "cellwise/domain/zip_end_record.hpp"

#include <cstdint>
#include <istream>

namespace cellwise::crypto {

/// The end record of the archive in `file`; memory is bounded by its longest comment. Errors: those of
/// domain::find_zip_end_record, Internal "file.unreadable".
Result<domain::ZipEndRecord> read_end_record(std::istream& file);

struct FileSignature {
    std::uint64_t covered_size = 0;  ///< bytes from the start of the file that the signature is over
    SignatureComment comment;
};
/// The signature in the archive comment, unchecked. Errors: "signature.missing", "signature.malformed" and those of
/// read_end_record.
Result<FileSignature> read_file_signature(std::istream& file);

/// SHA-256 of the first `size` bytes, read in pieces. Errors: Internal "file.unreadable".
Result<Digest> hash_prefix(std::istream& file, std::uint64_t size);

}  // namespace cellwise::crypto
