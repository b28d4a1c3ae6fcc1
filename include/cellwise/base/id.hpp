// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace cellwise {

/// How an identifier is written.
enum class IdForm {
    Hex24,  ///< 24 lower-case hex digits (96 bits)
    Uuid    ///< lower-case UUID, 36 characters
};

bool is_well_formed(std::string_view text, IdForm form);

/// An opaque identifier of one kind of thing, held as its text: no heap, no mix-up between kinds.
template <class Tag, IdForm Form>
class TextId {
 public:
    static constexpr std::size_t kLength = Form == IdForm::Uuid ? 36 : 24;

    /// The all-blank id: no thing bears it.
    constexpr TextId() { text_.fill(' '); }

    static std::optional<TextId> parse(std::string_view text) {
        if (!is_well_formed(text, Form)) return std::nullopt;
        TextId id;
        text.copy(id.text_.data(), kLength);
        return id;
    }

    std::string_view view() const { return {text_.data(), text_.size()}; }
    std::string str() const { return std::string(view()); }
    bool empty() const { return text_[0] == ' '; }

    friend bool operator==(const TextId&, const TextId&) = default;
    friend auto operator<=>(const TextId&, const TextId&) = default;
    friend std::ostream& operator<<(std::ostream& out, const TextId& id) { return out << id.view(); }

 private:
    std::array<char, kLength> text_;
};

using DeviceId = TextId<struct DeviceTag, IdForm::Uuid>;
using ProductId = TextId<struct ProductTag, IdForm::Hex24>;
using KeyId = TextId<struct KeyTag, IdForm::Hex24>;
using PackageId = TextId<struct PackageTag, IdForm::Hex24>;  ///< `fileId` on the wire
using TaskId = TextId<struct TaskTag, IdForm::Hex24>;        ///< `operationId` on the wire
using JobId = TextId<struct JobTag, IdForm::Hex24>;          ///< `subOperationId` on the wire
using AppId = TextId<struct AppTag, IdForm::Hex24>;
using GroupId = TextId<struct GroupTag, IdForm::Hex24>;
using SubscriptionId = TextId<struct SubscriptionTag, IdForm::Hex24>;
using TokenId = TextId<struct TokenTag, IdForm::Hex24>;
using OperatorId = TextId<struct OperatorTag, IdForm::Hex24>;
using RegistrationId = TextId<struct RegistrationTag, IdForm::Hex24>;
using CommandId = TextId<struct CommandTag, IdForm::Hex24>;

}  // namespace cellwise

template <class Tag, cellwise::IdForm Form>
struct std::hash<cellwise::TextId<Tag, Form>> {
    /// Ids are drawn at random, by us: nobody else chooses which of them collide. So words are folded in instead of
    /// bytes; each datagram of a device asks for several.
    std::size_t operator()(const cellwise::TextId<Tag, Form>& id) const noexcept {
        constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15ULL;
        const std::string_view text = id.view();
        std::uint64_t folded = 0;
        for (std::size_t at = 0; at < text.size(); at += sizeof folded) {
            std::uint64_t word = 0;
            text.copy(reinterpret_cast<char*>(&word), sizeof word, at);
            folded = (folded ^ word) * kOdd;
            folded ^= folded >> 32U;
        }
        return folded;
    }
};
