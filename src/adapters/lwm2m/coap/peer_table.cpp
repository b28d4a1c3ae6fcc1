// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/coap/peer_table.hpp"

namespace cellwise::lwm2m::coap {

PeerTable::PeerTable(std::size_t most, RandomDraws& random)
    : random_(random), secret_(random.next()), most_(most), index_(most) {
    records_.reserve(most);  // address space only: a page becomes memory when a peer needs it
}

PeerTable::Place PeerTable::touch(const PeerAddress& peer) {
    const std::uint64_t hash = hash_of(peer, secret_);
    const Place place = find(peer, hash);
    if (place == kNone) return make(peer, hash);
    if (!records_[place].held && place != newest_) {
        unlink(place);
        append(place);
    }
    return place;
}

PeerTable::Place PeerTable::find(const PeerAddress& peer) const { return find(peer, hash_of(peer, secret_)); }

PeerTable::Place PeerTable::find(const PeerAddress& peer, std::uint64_t hash) const {
    return index_.find(hash, [&](Place place) { return records_[place].route.peer == peer; });
}

std::uint64_t PeerTable::expect(const PeerAddress& peer) const {
    const std::uint64_t hash = hash_of(peer, secret_);
    index_.expect(hash);
    return hash;
}

void PeerTable::expect_record(std::uint64_t hash) const {
    if (const Place place = index_.likely(hash); place != kNone) prefetch(records_[place]);
}

PeerTable::Place PeerTable::make(const PeerAddress& peer, std::uint64_t hash) {
    Place place = static_cast<Place>(records_.size());
    if (records_.size() < most_) {
        records_.emplace_back();
    } else {
        if (oldest_ == kNone) return kNone;
        place = oldest_;
        forget(place);
    }
    records_[place] = {.route = {.peer = peer},
                       .next_id = static_cast<std::uint16_t>(random_.next()),
                       .life = records_[place].life + 1};
    index_.insert(hash, place);
    append(place);
    return place;
}

void PeerTable::forget(Place place) {
    unlink(place);
    index_.erase(hash_of(records_[place].route.peer, secret_), place);
}

void PeerTable::hold(Place place) {
    if (records_[place].held) return;
    unlink(place);
    records_[place].held = true;
}

void PeerTable::release(Place place) {
    if (!records_[place].held) return;
    records_[place].held = false;
    append(place);
}

void PeerTable::append(Place place) {
    Record& record = records_[place];
    record.older = newest_;
    record.newer = kNone;
    (newest_ == kNone ? oldest_ : records_[newest_].newer) = place;
    newest_ = place;
}

void PeerTable::unlink(Place place) {
    const Record& record = records_[place];
    (record.older == kNone ? oldest_ : records_[record.older].newer) = record.newer;
    (record.newer == kNone ? newest_ : records_[record.newer].older) = record.older;
}

}  // namespace cellwise::lwm2m::coap
