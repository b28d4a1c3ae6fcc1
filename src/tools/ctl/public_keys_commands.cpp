// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/calls.hpp"
#include "tools/ctl/listing.hpp"
#include "tools/ctl/resources.hpp"
#include "tools/ctl/session.hpp"

#include <nlohmann/json.hpp>

namespace cellwise::ctl {
namespace {

using enum Takes;
using enum Need;

constexpr const char* kPath = "/api/v1/public-keys";

Status list(const Arguments& arguments, Session& session) {
    using enum ColumnTable::Cut;
    return show_list({.path = kPath,
                      .columns = {{"KEY", "/keyId", Show::Text, Never},
                                  {"MANUFACTURER", "/manufacturerName"},
                                  {"ALGORITHM", "/algorithm", Show::Text, Never},
                                  {"FINGERPRINT", "/fingerprint"},
                                  {"CREATED", "/createdAt", Show::Time},
                                  {"REVOKED", "/revokedAt", Show::Time}}},
                     arguments, session);
}

Status show(const Arguments& arguments, Session& session) {
    return show_one(path_of(kPath, arguments.get("KEY")), session);
}

Status uses(const Arguments& arguments, Session& session) {
    return show_one(path_of(kPath, arguments.get("KEY"), "/uses"), session);
}

Status create(const Arguments& arguments, Session& session) {
    const auto pem = text_of_file(arguments.get("FILE"));
    if (!pem) return pem.error();
    return create_one(kPath, {{"manufacturerName", arguments.get("--manufacturer")}, {"pem", *pem}}, session);
}

Status revoke(const Arguments& arguments, Session& session) {
    const auto answer = session.api.erase(path_of(kPath, arguments.get("KEY")));
    if (!answer) return answer.error();
    return show_record(*answer, session);
}

}  // namespace

Resource public_keys_commands() {
    const Parameter key{"KEY", "its id", Text, Required};
    return {"public-keys",
            "public-key",
            "the keys that packages are verified with",
            {
                {"list", "all of them, also the revoked ones", list_parameters({}), list},
                {"show", "one of them, with its PEM", {key}, show},
                {"uses", "the packages that it verified, and the tasks that use one of them", {key}, uses},
                {"create",
                 "file a key under its manufacturer",
                 {{"FILE", "public.pem, as cellwise-sign keygen makes it; - is standard input", File, Required},
                  {"--manufacturer", "a manufacturer that some product names", Text, Required}},
                 create},
                {"revoke", "let it verify nothing new, and show what it verified", {key}, revoke},
            }};
}

}  // namespace cellwise::ctl
