// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/assert.hpp"
#include "cellwise/base/bytes.hpp"

/// One function for each reader of bytes that strangers write. It must survive any input, and holds what it read
/// against what the reader promises. libFuzzer calls one of them (libfuzzer_entry.cpp), and the ordinary tests call
/// all of them with the inputs that are kept in corpus/ (corpus_test.cpp).
namespace cellwise::fuzz {

void fuzz_zip_archive(ByteView input);
void fuzz_upgrade_description(ByteView input);
void fuzz_signature_comment(ByteView input);
void fuzz_signed_package(ByteView input);
void fuzz_public_key_pem(ByteView input);
void fuzz_private_key_pem(ByteView input);
void fuzz_multipart_form(ByteView input);
void fuzz_http_request(ByteView input);
void fuzz_http_session(ByteView input);
void fuzz_byte_range(ByteView input);
void fuzz_query_string(ByteView input);
void fuzz_operator_call(ByteView input);
void fuzz_application_call(ByteView input);
void fuzz_pcp_frame(ByteView input);
void fuzz_coap_message(ByteView input);
void fuzz_lwm2m_data(ByteView input);
void fuzz_command_answer(ByteView input);
void fuzz_mqtt_payload(ByteView input);
void fuzz_mqtt_login(ByteView input);

}  // namespace cellwise::fuzz
