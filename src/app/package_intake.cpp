// SPDX-License-Identifier: Apache-2.0
#include "app/package_intake.hpp"

#include "app/new_id.hpp"
#include "app/text_rules.hpp"
#include "app/transact.hpp"

#include "cellwise/base/log.hpp"
#include "cellwise/domain/pcp.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace cellwise::app {
namespace {

using domain::Package;
using domain::PublicKey;
using domain::UpgradeDescription;

constexpr Length kPackageNameLength{1, 256};

/// A staging file of the payload, gone unless it was kept.
class StagedPayload {
 public:
    StagedPayload(ports::PackageFiles& files, std::filesystem::path path) : files_(files), path_(std::move(path)) {}
    StagedPayload(const StagedPayload&) = delete;
    StagedPayload& operator=(const StagedPayload&) = delete;
    ~StagedPayload() { files_.discard(path_); }

    const std::filesystem::path& path() const { return path_; }

 private:
    ports::PackageFiles& files_;
    std::filesystem::path path_;
};

Error revoked(const PublicKey& key) {
    return invalid("signature.key_revoked", "key", "the key that signed the package was revoked", key.fingerprint);
}

/// The key that the signature names, if it may verify anything.
Result<PublicKey> find_usable_key(ports::Transaction& tx, const std::string& fingerprint) {
    auto key = tx.keys().find_by_fingerprint(fingerprint);
    if (!key) return key.error();
    if (!*key) {
        return invalid("signature.key_unknown", "key",
                       "no public key with the fingerprint of the signature is on file", fingerprint);
    }
    if ((*key)->revoked_at) return revoked(**key);
    return std::move(**key);
}

/// The package's product model exists, and its devices speak the protocol that the package says.
Status check_product(ports::Transaction& tx, const UpgradeDescription& description) {
    const auto product =
        tx.products().find_model(description.manufacturer_name, description.device_type, description.model);
    if (!product) return product.error();
    if (!*product) {
        return invalid(
            "package.product_unknown", "model",
            "manufacturerName, deviceType and model must be those of a product model",
            printable(description.manufacturer_name + " / " + description.device_type + " / " + description.model));
    }
    if (!domain::same_protocol((*product)->protocol, description.protocol)) {
        return invalid("package.protocol_mismatch", "protocolType",
                       "protocolType must be the product model's: " + std::string(to_string((*product)->protocol)),
                       std::string(to_string(description.protocol)));
    }
    return {};
}

/// What stands in the repository for the same version: nothing, or the package with the same bytes.
Result<std::optional<Package>> find_equal(ports::Transaction& tx, const Package& package) {
    const auto& description = package.description;
    auto stored = tx.packages().find_version(description.manufacturer_name, description.device_type,
                                             description.model, description.version);
    if (!stored || !*stored || (*stored)->archive_sha256 == package.archive_sha256) return stored;
    return conflict(
        "package.duplicate",
        "the repository has another package of this version for the product model: erase it first, or give "
        "the new one a version of its own",
        description.version.text());
}

Status check_manufacturer(const PublicKey& key, const UpgradeDescription& description) {
    if (key.manufacturer_name == description.manufacturer_name) return {};
    return invalid("signature.manufacturer_mismatch", "manufacturerName",
                   "the package must be signed by a key of its manufacturerName; this key is " +
                       printable(key.manufacturer_name) + "'s",
                   printable(description.manufacturer_name));
}

Result<std::uint32_t> count_chunks(const UpgradeDescription& description, std::uint64_t payload_size) {
    if (description.protocol == domain::Protocol::Mqtt) return 0;  // downloaded as one file
    const auto chunks = domain::chunk_count(payload_size, description.chunk_size);
    if (chunks <= domain::pcp::kMaxChunkCount) return static_cast<std::uint32_t>(chunks);
    return invalid("package.too_many_chunks", "deviceShard",
                   "the vendor's file must have at most 65535 chunks: of " + std::to_string(description.chunk_size) +
                       " bytes each, " + std::to_string(payload_size) + " bytes are more",
                   std::to_string(chunks));
}

/// Everything that another upload or an operator may have changed since it was judged, once more; then the row.
Result<AcceptedPackage> insert(ports::Transaction& tx, const Package& package) {
    if (const auto key = find_usable_key(tx, package.key_fingerprint); !key) return key.error();
    if (const auto product = check_product(tx, package.description); !product) return product.error();
    auto stored = find_equal(tx, package);
    if (!stored) return stored.error();
    if (*stored) return AcceptedPackage{.package = std::move(**stored), .created = false};
    if (const auto inserted = tx.packages().insert(package); !inserted) return inserted.error();
    return AcceptedPackage{.package = package, .created = true};
}

void log_refusal(const Error& error) {
    log::warning("package refused", {{"code", error.code}, {"reason", error.message}, {"value", error.value}});
}

}  // namespace

PackageUpload::PackageUpload(PackageIntake& intake, NewUpload upload, std::unique_ptr<ports::StagingFile> file)
    : intake_(intake), upload_(std::move(upload)), file_(std::move(file)), hash_(intake.needs_.hashing) {}

PackageUpload::~PackageUpload() { intake_.needs_.files.discard(file_->path()); }

Status PackageUpload::write(ByteView piece) {
    if (piece.size() > intake_.max_size_ - hash_.size()) return intake_.too_large();
    hash_.update(piece);
    return file_->write(piece);
}

void PackageUpload::finish(PackageAccepted done) { intake_.accept(*this, std::move(done)); }

PackageIntake::PackageIntake(const Needs& needs, std::uint64_t max_size) : needs_(needs), max_size_(max_size) {}

Result<std::shared_ptr<PackageUpload>> PackageIntake::open(NewUpload upload) {
    if (upload.declared_size.value_or(0) > max_size_) return too_large();
    if (!upload.name.empty()) {
        if (const auto fits = check_text("name", upload.name, kPackageNameLength); !fits) return fits.error();
    }
    auto file = needs_.staging.open_staging_file(upload.declared_size.value_or(0));
    if (!file) return file.error();
    return std::shared_ptr<PackageUpload>(new PackageUpload(*this, std::move(upload), std::move(*file)));
}

Error PackageIntake::too_large() const {
    return Error{ErrorKind::TooLarge, "package.too_large",
                 "a package has at most " + std::to_string(max_size_) + " bytes (packages.max_size)"};
}

Result<PublicKey> PackageIntake::check_signature(const PackageUpload& upload) {
    const auto& archive = upload.file_->path();
    const auto claim = needs_.signatures.read_claim(archive);
    if (!claim) return claim.error();
    auto key = read<PublicKey>(needs_.database,
                               [&claim](ports::Transaction& tx) { return find_usable_key(tx, claim->fingerprint); });
    if (!key) return key;
    if (const auto valid = needs_.signatures.verify(archive, key->pem, upload.hash_.of_prefix(claim->covered_size));
        !valid)
        return valid.error();
    return key;
}

Result<Package> PackageIntake::judge(const PackageUpload& upload, const std::filesystem::path& payload) {
    // The signature first: what strangers send is not worth unpacking.
    auto key = check_signature(upload);
    if (!key) return key.error();
    auto contents = needs_.archives.extract(upload.file_->path(), payload, max_size_);
    if (!contents) return contents.error();
    auto description = needs_.descriptions.read(contents->description_json);
    if (!description) return description.error();
    if (description->file_name != contents->payload_name) {
        return invalid("description.file_name.absent", "fileName",
                       "fileName must be the file in the folder linux, which is " + printable(contents->payload_name),
                       printable(description->file_name));
    }
    if (const auto same = check_manufacturer(*key, *description); !same) return same.error();
    const auto chunks = count_chunks(*description, contents->payload_size);
    if (!chunks) return chunks.error();

    const auto now = needs_.clock.now();
    Package package{.id = new_timed_id<PackageId>(needs_.random, now),
                    .app = upload.upload_.app,
                    .name = upload.upload_.name.empty() ? description->file_name : upload.upload_.name,
                    .description = std::move(*description),
                    .archive_sha256 = to_hex(upload.hash_.of_prefix(upload.size())),
                    .archive_size = upload.size(),
                    .payload_sha256 = std::move(contents->payload_sha256),
                    .payload_size = contents->payload_size,
                    .chunk_count = *chunks,
                    .key_fingerprint = std::move(key->fingerprint),
                    .uploaded_at = now};
    const auto fits = needs_.database.read([&package](ports::Transaction& tx) -> Status {
        if (const auto product = check_product(tx, package.description); !product) return product;
        if (const auto equal = find_equal(tx, package); !equal) return equal.error();
        return {};
    });
    if (!fits) return fits.error();
    return package;
}

Status PackageIntake::keep_files(const std::filesystem::path& archive, const std::filesystem::path& payload,
                                 const Package& package) {
    if (auto kept = needs_.files.keep(payload, package.payload_sha256); !kept) return kept;
    return needs_.files.keep(archive, package.archive_sha256);
}

void PackageIntake::accept(PackageUpload& upload, PackageAccepted done) {
    const auto refuse = [&done](const Error& error) {
        log_refusal(error);
        done(error);
    };
    auto payload_path = needs_.files.new_staging_file();
    if (!payload_path) return refuse(payload_path.error());
    const StagedPayload payload(needs_.files, std::move(*payload_path));
    const auto package = judge(upload, payload.path());
    if (!package) return refuse(package.error());

    const auto claim = needs_.keeper.claim({package->archive_sha256, package->payload_sha256});
    if (const auto kept = keep_files(upload.file_->path(), payload.path(), *package); !kept)
        return refuse(kept.error());
    // A commit that fails may turn out to be durable when the database is opened anew.
    const auto in_doubt = std::make_shared<bool>(false);
    const auto work = [in_doubt, package = *package](ports::Transaction& tx) {
        auto inserted = insert(tx, package);
        *in_doubt = inserted.has_value();
        return inserted;
    };
    const auto after = [in_doubt, claim, done = std::move(done)](Result<AcceptedPackage> accepted) {
        if (!accepted) {
            if (*in_doubt) claim->leave_files();
            log_refusal(accepted.error());
        } else if (accepted->created) {
            log::info("package accepted", {{"package", accepted->package.id},
                                           {"version", accepted->package.description.version.text()},
                                           {"bytes", accepted->package.payload_size}});
        }
        done(std::move(accepted));
    };
    write<AcceptedPackage>(needs_.database, work, after);
}

}  // namespace cellwise::app
