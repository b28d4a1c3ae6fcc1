// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/inline_database.hpp"

#include "adapters/sqlite/reader_pool.hpp"
#include "adapters/sqlite/write_group.hpp"

#include <utility>

namespace cellwise::sqlite {

struct InlineDatabase::Impl {
    Impl(std::unique_ptr<WriteGroup> opened, const Options& options) : group(std::move(opened)), readers(options) {}

    std::unique_ptr<WriteGroup> group;
    ReaderPool readers;
    std::vector<std::pair<Done, Status>> waiting{};
    std::uint64_t commits = 0;
};

InlineDatabase::InlineDatabase(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
InlineDatabase::~InlineDatabase() { discard(); }

Result<std::unique_ptr<InlineDatabase>> InlineDatabase::open(const Options& options) {
    auto group = WriteGroup::open(options);
    if (!group) return group.error();
    return std::unique_ptr<InlineDatabase>(
        new InlineDatabase(std::make_unique<Impl>(std::move(group).value(), options)));
}

void InlineDatabase::write(Work work, Done done) {
    auto status = impl_->group->run(work);
    impl_->waiting.emplace_back(std::move(done), std::move(status));
}

Status InlineDatabase::read(const Work& work) { return impl_->readers.read(work); }

Status InlineDatabase::commit() {
    if (impl_->waiting.empty()) return {};
    const auto committed = impl_->group->commit();
    ++impl_->commits;
    for (auto& [done, status] : std::exchange(impl_->waiting, {})) {
        if (done) done(committed ? std::move(status) : committed);
    }
    return committed;
}

void InlineDatabase::discard() {
    impl_->group->discard();
    impl_->waiting.clear();
}

std::size_t InlineDatabase::pending() const { return impl_->waiting.size(); }
std::uint64_t InlineDatabase::commit_count() const { return impl_->commits; }

std::vector<std::string> InlineDatabase::statements() {
    auto all = impl_->group->statements();
    const auto reading = impl_->readers.statements();
    all.insert(all.end(), reading.begin(), reading.end());
    return all;
}

}  // namespace cellwise::sqlite
