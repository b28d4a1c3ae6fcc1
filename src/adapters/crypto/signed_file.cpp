// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/signed_file.hpp"

#include <algorithm>
#include <vector>

namespace cellwise::crypto {
namespace {

constexpr std::size_t kPiece = 256 * 1024;

Error unreadable() { return internal_error("file.unreadable", "the file cannot be read"); }

Result<Bytes> read_at(std::istream& file, std::uint64_t offset, std::size_t size) {
    Bytes bytes(size);
    file.clear();
    file.seekg(static_cast<std::streamoff>(offset));
    file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
    if (!file) return unreadable();
    return bytes;
}

Result<std::uint64_t> size_of(std::istream& file) {
    file.clear();
    file.seekg(0, std::ios::end);
    const auto size = file.tellg();
    if (!file || size < 0) return unreadable();
    return static_cast<std::uint64_t>(size);
}

}  // namespace

Result<domain::ZipEndRecord> read_end_record(std::istream& file) {
    const auto size = size_of(file);
    if (!size) return size.error();
    const auto tail_size = static_cast<std::size_t>(std::min<std::uint64_t>(*size, domain::ZipEndRecord::kMaxTail));
    const auto tail = read_at(file, *size - tail_size, tail_size);
    if (!tail) return tail.error();
    return domain::find_zip_end_record(*tail, *size);
}

Result<FileSignature> read_file_signature(std::istream& file) {
    const auto end = read_end_record(file);
    if (!end) return end.error();
    if (end->comment_length == 0) {
        return invalid("signature.missing", {}, "the package is not signed: its archive comment is empty");
    }
    const auto text = read_at(file, end->comment_offset(), end->comment_length);
    if (!text) return text.error();
    auto comment = parse_signature_comment(as_text(*text));
    if (!comment) return comment.error();
    return FileSignature{.covered_size = end->covered_size(), .comment = std::move(*comment)};
}

Result<Digest> hash_prefix(std::istream& file, std::uint64_t size) {
    Sha256 hash;
    Bytes piece(static_cast<std::size_t>(std::min<std::uint64_t>(size, kPiece)));
    file.clear();
    file.seekg(0);
    while (size > 0) {
        const auto now = static_cast<std::size_t>(std::min<std::uint64_t>(size, kPiece));
        file.read(reinterpret_cast<char*>(piece.data()), static_cast<std::streamsize>(now));
        if (!file) return unreadable();
        hash.update(ByteView(piece).first(now));
        size -= now;
    }
    return hash.finish();
}

}  // namespace cellwise::crypto
