// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/ctl/command_table.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

/// What most commands do after they know the path and the body: call, and show the answer.
namespace cellwise::ctl {

/// "/api/v1/tasks" and, percent-encoded, what stands behind it: "/6b03…", "/6b03…:stop".
std::string path_of(std::string_view collection, std::string_view id, std::string_view rest = {});

/// GET of one object, shown as a record.
Status show_one(const std::string& path, Session& session);
/// POST; the new object is shown as a record.
Status create_one(const std::string& path, const nlohmann::ordered_json& body, Session& session);
Status change_one(const std::string& path, const nlohmann::ordered_json& body, Session& session);
/// POST without an answer; `done` says what happened.
Status act(const std::string& path, const nlohmann::ordered_json& body, std::string_view done, Session& session);
/// DELETE of each, up to the first that is refused. `what`: "product", for the words.
Status erase_each(std::string_view collection, const std::vector<std::string>& ids, std::string_view what,
                  Session& session);
/// An answer that is there already.
Status show_record(const std::string& text, Session& session);

/// Puts the parameter into the body, if it was given: as a text, a number or true.
void put_text(nlohmann::ordered_json& body, const char* member, const Arguments& arguments, std::string_view name);
void put_number(nlohmann::ordered_json& body, const char* member, const Arguments& arguments, std::string_view name);
void put_flag(nlohmann::ordered_json& body, const char* member, const Arguments& arguments, std::string_view name);

/// "usage.nothing_to_change" for a change without any.
Status must_change(const nlohmann::ordered_json& body);

/// The text of a small file, of standard input for "-". Errors: "file.unreadable".
Result<std::string> text_of_file(const std::string& name);

/// A device id as it is; anything else is taken for a node id and looked up. Errors: "device.not_found".
Result<std::string> device_id(const std::string& word, Session& session);

}  // namespace cellwise::ctl
