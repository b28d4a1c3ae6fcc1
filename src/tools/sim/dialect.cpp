// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/dialect.hpp"

#include <algorithm>
#include <array>

namespace cellwise::sim {
namespace {

using enum Trait;

// clang-format off
constexpr std::array<TraitInfo, kTraitCount> kTraits{{
    {Skip20,          "skip-20",          "does not answer 20: asks for a chunk (or reports 22) at once"},
    {Hasty,           "hasty",            "repeats 21, 22 and 24 every 2 s instead of every 5 s"},
    {Double,          "double",           "says every 21, 22 and 24 twice"},
    {Unsolicited23,   "unsolicited-23",   "once in the download hears nothing for a while and says 23 with result 06"},
    {Restarts,        "restarts",         "begins again with chunk 0 after a power cut"},
    {WaitsFor20,      "waits-for-20",     "after a power cut waits for the notice before it goes on"},
    {No23Reply,       "no-23-reply",      "does not answer 23: installs and reports 24"},
    {EmptyVersion,    "empty-version",    "its first version is 16 zero bytes"},
    {Careful,         "careful",          "ignores a 23 for what it has installed already (others would install again)"},
    {Non,             "non",              "notifies non-confirmably"},
    {NoObserve,       "no-observe",       "its notifications bear no Observe option"},
    {Separate,        "separate",         "answers requests with an empty ACK and a separate response"},
    {SlowDigest,      "slow-digest",      "ignores requests for a second after its registration is answered"},
    {Rebinds,         "rebinds",          "every periodic uplink comes from another port, without a new registration"},
    {BusinessData,    "business-data",    "every other periodic uplink is data of its own instead of an update"},
    {ExtraQuery,      "extra-query",      "registers with imsi=, iccid=, rsrp=, sinr=, cellid=, apn=, im=, ct="},
    {RadioInRegister, "radio-in-register","as extra-query, and object 4 cannot be read"},
    {RadioSingles,    "radio-singles",    "GET /4/0 gives the bearer only; 2, 8 and 11 must be read singly"},
    {RadioJson,       "radio-json",       "answers reads of object 4 in JSON (11543)"},
    {RadioSenml,      "radio-senml",      "answers reads of object 4 in SenML JSON (110)"},
    {EndpointBare,    "ep-bare",          "its endpoint name is the bare IMEI, without urn:imei:"},
    {EndpointFree,    "ep-free",          "its endpoint name is free text with a space, a slash and an ampersand"},
}};
// clang-format on

}  // namespace

std::span<const TraitInfo> trait_table() { return kTraits; }

Dialect::Dialect(std::initializer_list<Trait> traits) {
    for (const auto trait : traits) traits_.set(static_cast<std::size_t>(trait));
}

Result<Dialect> Dialect::parse(std::string_view text) {
    Dialect dialect;
    if (text == "standard") return dialect;
    while (true) {
        const auto plus = text.find('+');
        const auto word = text.substr(0, plus);
        const auto found =
            std::find_if(kTraits.begin(), kTraits.end(), [word](const TraitInfo& info) { return info.name == word; });
        if (found == kTraits.end()) {
            return invalid("sim.dialect.unknown", "dialects",
                           "no trait bears that name; 'cellwise-sim lwm2m --help-dialects' lists them",
                           std::string(word));
        }
        dialect.traits_.set(static_cast<std::size_t>(found->trait));
        if (plus == std::string_view::npos) return dialect;
        text.remove_prefix(plus + 1);
    }
}

std::vector<Dialect> Dialect::all() {
    std::vector<Dialect> dialects{{}};
    for (const auto& info : kTraits) dialects.push_back({info.trait});
    dialects.push_back({Skip20, Non, Hasty});
    dialects.push_back({Skip20, No23Reply, EmptyVersion, NoObserve});
    dialects.push_back({Double, Hasty, Unsolicited23});
    dialects.push_back({Non, NoObserve, Separate, RadioSingles});
    return dialects;
}

std::string Dialect::name() const {
    std::string text;
    for (const auto& info : kTraits) {
        if (!has(info.trait)) continue;
        if (!text.empty()) text += '+';
        text += info.name;
    }
    return text.empty() ? "standard" : text;
}

}  // namespace cellwise::sim
