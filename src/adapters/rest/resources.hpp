// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/rest/call.hpp"

/// What the routes lead to: one namespace and one file per resource (products_resource.cpp, …). Each function answers
/// the call exactly once, now or later.
namespace cellwise::rest {

using SinkResult = Result<std::shared_ptr<ports::BodySink>>;

namespace products {
void create(Call call);
void list(Call call);
void show(Call call);
void change(Call call);
void erase(Call call);
}  // namespace products

namespace public_keys {
void create(Call call);
void list(Call call);
void show(Call call);
void revoke(Call call);
void show_uses(Call call);
}  // namespace public_keys

namespace packages {
SinkResult open_upload(const Services& services, const ports::HttpRequest& head);
void create(Call call);
void list(Call call);
void show(Call call);
void erase(Call call);
}  // namespace packages

namespace devices {
SinkResult open_import(const Services& services, const ports::HttpRequest& head);
void import_list(Call call);
void list_events(Call call);
void create(Call call);
void list(Call call);
void show(Call call);
void change(Call call);
void erase(Call call);
void list_uplinks(Call call);
}  // namespace devices

namespace groups {
void create(Call call);
void list(Call call);
void show(Call call);
void change(Call call);
void erase(Call call);
void add_members(Call call);
void remove_member(Call call);
}  // namespace groups

namespace tasks {
void create(Call call);
void list(Call call);
void show(Call call);
void stop(Call call);
void erase(Call call);
void list_jobs(Call call);
void preview(Call call);
void pause(Call call);
void resume(Call call);
void retry(Call call);
void confirm(Call call);
}  // namespace tasks

namespace cells {
void list(Call call);
}  // namespace cells

namespace events {
void watch(Call call);
}  // namespace events

namespace applications {
void create(Call call);
void list(Call call);
void show(Call call);
void change(Call call);
void erase(Call call);
}  // namespace applications

namespace subscriptions {
void list(Call call);
void list_outbox(Call call);
}  // namespace subscriptions

namespace outbox {
void replay(Call call);
void replay_all(Call call);
void erase(Call call);
void erase_all(Call call);
}  // namespace outbox

namespace tokens {
void create(Call call);
void list(Call call);
void show_current(Call call);
void erase(Call call);
}  // namespace tokens

namespace operators {
void create(Call call);
void list(Call call);
void show(Call call);
void change(Call call);
void erase(Call call);
}  // namespace operators

namespace sessions {
void create(Call call);
void erase_current(Call call);
}  // namespace sessions

namespace audit {
void list(Call call);
}  // namespace audit

namespace openapi {
void show(Call call);
}  // namespace openapi

namespace health {
void alive(Call call);
void ready(Call call);
void metrics(Call call);
}  // namespace health

}  // namespace cellwise::rest
