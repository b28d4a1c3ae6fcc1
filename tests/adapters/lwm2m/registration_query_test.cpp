// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/registration_query.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace cellwise::lwm2m {
namespace {

using namespace std::chrono_literals;

Result<RegistrationQuery> parse(const std::vector<std::string>& parameters) {
    coap::Message message{.code = coap::code::kPost};
    for (const auto& parameter : parameters) message.add(coap::option::kUriQuery, parameter);
    return parse_registration_query(message);
}

TEST(RegistrationQuery, ReadsWhatTheSpecificationNames) {
    const auto query = parse({"lwm2m=1.1", "ep=urn:imei:861234567890123", "lt=300", "b=UQ"});
    ASSERT_TRUE(query);
    EXPECT_EQ(query->version, "1.1");
    EXPECT_EQ(query->request.endpoint, "urn:imei:861234567890123");
    EXPECT_EQ(query->request.lifetime, 300s);
    EXPECT_EQ(query->request.binding, domain::Binding::UdpQueue);
    EXPECT_EQ(query->request.radio, domain::RadioReport{});
}

TEST(RegistrationQuery, LeavesOpenWhatIsNotSaid) {
    const auto query = parse({});
    ASSERT_TRUE(query);
    EXPECT_EQ(query->version, "1.0");
    EXPECT_EQ(query->request.endpoint, "");
    EXPECT_FALSE(query->request.lifetime);
    EXPECT_FALSE(query->request.binding);
}

TEST(RegistrationQuery, KeepsWhateverStandsBehindTheFirstEqualsSign) {
    EXPECT_EQ(parse({"ep=a=b&c"})->request.endpoint, "a=b&c");
}

TEST(RegistrationQuery, NamesTheParameterThatBreaksARule) {
    EXPECT_EQ(parse({"lt=1h"}).error().field, "lt");
    EXPECT_EQ(parse({"lt=\x1B[2J"}).error().value, "\\x1b[2J");
    EXPECT_EQ(parse({"ep=a", "ep=a"}).error().field, "ep");
}

TEST(RegistrationQuery, SurvivesRandomParameters) {
    std::mt19937 dice(11);
    const std::vector<std::string> names{"ep", "lt", "b", "Q", "lwm2m", "rsrp", "sinr", "cellid", "x", ""};
    for (int round = 0; round < 5'000; ++round) {
        std::vector<std::string> parameters;
        for (auto count = dice() % 5; count > 0; --count) {
            auto text = names[dice() % names.size()] + (dice() % 4 != 0 ? "=" : "");
            for (auto length = dice() % 12; length > 0; --length) text += static_cast<char>(dice());
            parameters.push_back(std::move(text));
        }
        const auto query = parse(parameters);
        EXPECT_TRUE(query || query.error().kind == ErrorKind::InvalidInput);
    }
}

}  // namespace
}  // namespace cellwise::lwm2m
