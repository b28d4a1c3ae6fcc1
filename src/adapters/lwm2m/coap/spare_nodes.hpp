// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

namespace cellwise::lwm2m::coap {

/// Nodes of a map or a set between two uses. Every request needs one in each of several containers, a batch of
/// datagrams makes 64 of them at once, and that is more than the allocator has at hand.
template <class Container>
class SpareNodes {
 public:
    using Node = typename Container::node_type;

    /// As `container.emplace(key)`, for a key that is not there. What is mapped is as it was left: the caller's to
    /// set.
    typename Container::iterator put(Container& container, typename Container::key_type key) {
        if (spare_.empty()) {
            if constexpr (kIsSet) {
                return container.insert(std::move(key)).first;
            } else {
                return container.try_emplace(std::move(key)).first;
            }
        }
        Node node = std::move(spare_.back());
        spare_.pop_back();
        if constexpr (kIsSet) {
            node.value() = std::move(key);
        } else {
            node.key() = std::move(key);
        }
        return container.insert(std::move(node)).position;
    }
    void erase(Container& container, const typename Container::key_type& key) { keep(container.extract(key)); }
    void keep(Node node) {
        if (!node.empty() && spare_.size() < kMost) spare_.push_back(std::move(node));
    }

 private:
    static constexpr std::size_t kMost = 512;  ///< as many datagrams as the transport takes in at one go
    static constexpr bool kIsSet = std::is_same_v<typename Container::key_type, typename Container::value_type>;

    std::vector<Node> spare_{};
};

}  // namespace cellwise::lwm2m::coap
