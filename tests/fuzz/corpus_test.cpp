// SPDX-License-Identifier: Apache-2.0
#include "targets.hpp"
#include "tests/fakes/source_tree.hpp"
#include "tests/fakes/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace cellwise::fuzz {
namespace {

namespace fs = std::filesystem;

const fs::path kCorpus = fakes::in_source_tree("tests/fuzz/corpus");

struct Target {
    std::string name;
    void (*run)(ByteView);
};
const Target kTargets[] = {
    {"zip_archive", fuzz_zip_archive},
    {"upgrade_description", fuzz_upgrade_description},
    {"signature_comment", fuzz_signature_comment},
    {"signed_package", fuzz_signed_package},
    {"public_key_pem", fuzz_public_key_pem},
    {"private_key_pem", fuzz_private_key_pem},
    {"multipart_form", fuzz_multipart_form},
    {"http_request", fuzz_http_request},
    {"http_session", fuzz_http_session},
    {"byte_range", fuzz_byte_range},
    {"query_string", fuzz_query_string},
    {"operator_call", fuzz_operator_call},
    {"application_call", fuzz_application_call},
    {"pcp_frame", fuzz_pcp_frame},
    {"coap_message", fuzz_coap_message},
    {"lwm2m_data", fuzz_lwm2m_data},
    {"command_answer", fuzz_command_answer},
    {"mqtt_payload", fuzz_mqtt_payload},
    {"mqtt_login", fuzz_mqtt_login},
};

/// A file's bytes; those of x.hex are written in hex digits, with white space wherever it is easier to read.
Bytes bytes_of(const fs::path& file) {
    auto text = fakes::TemporaryDirectory::read(file);
    if (file.extension() != ".hex") return {text.begin(), text.end()};
    std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
    Bytes bytes;
    EXPECT_TRUE(from_hex(text, bytes)) << file;
    return bytes;
}

class FuzzCorpus : public testing::TestWithParam<Target> {
 protected:
    std::vector<Bytes> inputs_ = [] {
        std::vector<Bytes> inputs;
        for (const auto& file : fs::directory_iterator(kCorpus / GetParam().name)) {
            inputs.push_back(bytes_of(file.path()));
        }
        return inputs;
    }();
};

TEST_P(FuzzCorpus, DoesNoHarm) {
    ASSERT_FALSE(inputs_.empty());
    for (const auto& input : inputs_) GetParam().run(input);
}

TEST_P(FuzzCorpus, DoesNoHarmCutShortOrChangedAnywhere) {
    std::mt19937 random(1);
    for (const auto& input : inputs_) {
        for (int i = 0; i < 200 && !input.empty(); ++i) {
            GetParam().run(ByteView(input).first(random() % input.size()));
            auto changed = input;
            changed[random() % changed.size()] = static_cast<std::uint8_t>(random());
            GetParam().run(changed);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Targets, FuzzCorpus, testing::ValuesIn(kTargets),
                         [](const auto& target) { return target.param.name; });

}  // namespace
}  // namespace cellwise::fuzz
