// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/libcoap_server.hpp"

#include "cellwise/base/assert.hpp"

#include <coap3/coap.h>

#include <array>

namespace cellwise::bench {
namespace {

constexpr std::uint32_t kWait = 100;  ///< ms: how late the server sees that it is to stop

void answer(coap_resource_t*, coap_session_t*, const coap_pdu_t*, const coap_string_t*, coap_pdu_t* response) {
    static constexpr std::array<std::uint8_t, 511> kFrame{0xFF, 0xFE};
    coap_pdu_set_code(response, COAP_RESPONSE_CODE_CONTENT);
    coap_add_data(response, kFrame.size(), kFrame.data());
}

/// libcoap does not say which port the system chose, so one is taken and given back first.
std::uint16_t free_port() { return BenchSocket().port(); }

}  // namespace

LibcoapServer::LibcoapServer() : thread_([this] { serve(); }) { port_.wait(0); }

LibcoapServer::~LibcoapServer() {
    stops_ = true;
    thread_.join();
}

void LibcoapServer::serve() {
    stay_on_core(kServerCore);
    coap_set_log_level(LOG_ERR);
    const std::uint16_t chosen = free_port();
    coap_address_t address;
    coap_address_init(&address);
    address.addr.sin.sin_family = AF_INET;
    address.addr.sin.sin_port = htons(chosen);
    address.size = sizeof address.addr.sin;
    coap_context_t* const context = coap_new_context(nullptr);
    CELLWISE_ASSERT(context != nullptr && coap_new_endpoint(context, &address, COAP_PROTO_UDP) != nullptr);
    coap_resource_t* const resource = coap_resource_init(coap_make_str_const("19/1/0"), 0);
    coap_register_request_handler(resource, COAP_REQUEST_GET, answer);
    coap_add_resource(context, resource);
    port_ = chosen;
    port_.notify_one();
    while (!stops_) coap_io_process(context, kWait);
    coap_free_context(context);
}

}  // namespace cellwise::bench
