// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/listing.hpp"
#include "tools/ctl/resources.hpp"

namespace cellwise::ctl {
namespace {

Status list(const Arguments& arguments, Session& session) {
    using enum ColumnTable::Cut;
    return show_list({.path = "/api/v1/subscriptions",
                      .columns = {{"SUBSCRIPTION", "/subscriptionId", Show::Text, Never},
                                  {"APPLICATION", "/appId", Show::Text, Never},
                                  {"TYPE", "/notifyType", Show::Text, Never},
                                  {"URL", "/callbackUrl"},
                                  {"CREATED", "/createdAt", Show::Time}},
                      .filters = {{"--app", "appId"}}},
                     arguments, session);
}

}  // namespace

Resource subscriptions_commands() {
    return {"subscriptions",
            "subscription",
            "what is pushed where; applications subscribe by themselves",
            {{"list", "all of them", list_parameters({{"--app", "of this application"}}), list}}};
}

}  // namespace cellwise::ctl
