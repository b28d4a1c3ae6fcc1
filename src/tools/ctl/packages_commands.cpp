// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/calls.hpp"
#include "tools/ctl/listing.hpp"
#include "tools/ctl/resources.hpp"
#include "tools/ctl/send_file.hpp"
#include "tools/ctl/session.hpp"

#include <nlohmann/json.hpp>

namespace cellwise::ctl {
namespace {

using enum Takes;
using enum Need;

constexpr const char* kPath = "/api/v1/packages";

Status list(const Arguments& arguments, Session& session) {
    using enum ColumnTable::Cut;
    return show_list({.path = kPath,
                      .columns = {{"PACKAGE", "/fileId", Show::Text, Never},
                                  {"NAME", "/name"},
                                  {"VERSION", "/version", Show::Text, Never},
                                  {"MODEL", "/model"},
                                  {"SIZE", "/size", Show::Bytes},
                                  {"MANUFACTURER", "/manufacturerName"},
                                  {"TYPE", "/deviceType"},
                                  {"UPLOADED", "/uploadedAt", Show::Time}},
                      .filters = {{"--manufacturer", "manufacturerName"},
                                  {"--type", "deviceType"},
                                  {"--model", "model"},
                                  {"--version-name", "version"}}},
                     arguments, session);
}

Status show(const Arguments& arguments, Session& session) {
    return show_one(path_of(kPath, arguments.get("PACKAGE")), session);
}

Status upload(const Arguments& arguments, Session& session) {
    Query query;
    if (auto name = arguments.find("--name")) query.emplace_back("name", std::move(*name));
    if (auto app = arguments.find("--app")) query.emplace_back("appId", std::move(*app));
    const auto answer = send_file({.path = kPath,
                                   .query = std::move(query),
                                   .content_type = "application/zip",
                                   .file = arguments.get("FILE"),
                                   .label = "uploading"},
                                  session);
    if (!answer) return answer.error();
    return show_record(*answer, session);
}

Status erase(const Arguments& arguments, Session& session) {
    return erase_each(kPath, arguments.all("PACKAGE"), "package", session);
}

}  // namespace

Resource packages_commands() {
    return {"packages",
            "package",
            "signed software packages",
            {
                {"list", "all of them, or those that the filters let pass",
                 list_parameters({{"--manufacturer", "of this manufacturer"},
                                  {"--type", "for this device type"},
                                  {"--model", "for this model"},
                                  {"--version-name", "of this version"}}),
                 list},
                {"show", "one of them", {{"PACKAGE", "its id", Text, Required}}, show},
                {"upload",
                 "upload a package that cellwise-sign signed",
                 {{"FILE", "the signed archive", File, Required},
                  {"--name", "what to call it, if not as its file"},
                  {"--app", "for this application alone; else all may use it"}},
                 upload},
                {"delete",
                 "delete packages that no running task uses",
                 {{"PACKAGE", "their ids", Text, AtLeastOne}},
                 erase},
            }};
}

}  // namespace cellwise::ctl
