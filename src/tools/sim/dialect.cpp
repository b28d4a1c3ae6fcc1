// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/dialect.hpp"

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

std::vector<std::vector<Trait>> LwM2mTraits::combinations() {
    return {{Skip20, Non, Hasty},
            {Skip20, No23Reply, EmptyVersion, NoObserve},
            {Double, Hasty, Unsolicited23},
            {Non, NoObserve, Separate, RadioSingles}};
}

}  // namespace cellwise::sim
